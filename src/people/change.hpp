#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "async/asked.hpp"
#include "people/answer.hpp"
#include "store/writer.hpp"

namespace shopcast::people {

/// One change of the database that is then visible in memory. `work`, Answer<T>(Database&), runs in
/// the writer's transaction; a refusal undoes it. `apply`, void(T&), runs on the writer's thread
/// once the commit is durable, so memory follows the order of the commits, also when the coroutine
/// that asked is gone by then. Then the answer is given.
template <typename T, typename Work, typename Apply>
async::Asked<Answer<T>> change(store::Writer& writer, async::Loop& loop, Work work, Apply apply) {
    using Asked = async::Asked<Answer<T>>;
    static_assert(std::is_same_v<std::invoke_result_t<Work&, store::Database&>, Answer<T>>);
    return Asked(loop, [&writer, work = std::move(work),
                        apply = std::move(apply)](Asked::Done reply) mutable {
        auto outcome = std::make_shared<std::optional<Answer<T>>>();
        writer.submit(
            [outcome, work = std::move(work)](store::Database& database) mutable -> Result<void> {
                outcome->emplace(work(database));
                if (!**outcome) return std::unexpected((*outcome)->error().error);
                return {};
            },
            [outcome, apply = std::move(apply),
             reply = std::move(reply)](Result<void> done) mutable {
                if (done) {
                    apply(***outcome);
                } else if (!*outcome || **outcome) {
                    outcome->emplace(std::unexpected(Refusal(std::move(done).error())));
                }
                reply(std::move(**outcome));
            });
    });
}

/// For changes that give nothing back or have nothing in memory.
using Nothing = std::monostate;
inline constexpr auto nothing_in_memory = [](auto&) {};

}  // namespace shopcast::people
