#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/frame/call.hpp"
#include "async/asked.hpp"
#include "base/clock.hpp"
#include "store/readers.hpp"

namespace shopcast::api {

/// What the database says to everybody alike, the pages of a catalogue: read and rendered once for
/// all who ask within limits::shared_answers_kept_for, on the thread that reads for anybody, its
/// bytes shared. Everybody has his share of that thread, nobody's answer waits for another's turn,
/// and what a shop changes costs the others' pages nothing. Any thread; the readers outlive it.
class SharedAnswers {
public:
    struct Told {
        std::string text;  ///< The body, JSON.
        std::string shop;  ///< Whose it is.
    };
    /// Why not is told to everybody as well.
    using Render = std::move_only_function<Checked<Told>(store::Database&)>;

    SharedAnswers(store::Readers& readers, const Clock& clock);

    /// The answer known under `key`; `render` is called where there is none, as a read of `whose`.
    /// Errors: those of `render`; 503 (too many reads wait).
    async::Task<Reply> get(async::Loop& loop, store::ReadFor whose, std::string key, Render render);
    async::Task<Reply> get(const Call& call, std::string key, Render render) {
        return get(call.loop(), call.public_read(), std::move(key), std::move(render));
    }
    /// Something of `shop`, one that there is, has changed that answers are made of: whoever asks
    /// from now on sees that.
    void forget(const std::string& shop);

private:
    struct Shared {
        std::string shop;
        Bytes body;
        std::shared_ptr<const http::HeaderBlock> block;
    };
    using Outcome = Checked<Shared>;
    using Asked = async::Asked<Outcome>;
    struct Kept;

    static Outcome rendered(store::Database& database, Render& render);

    // Constant after construction.
    store::Readers& readers_;
    const Clock& clock_;
    std::shared_ptr<Kept> kept_;  ///< a read may end after this
};

}  // namespace shopcast::api
