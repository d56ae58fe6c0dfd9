#include "api/frame/shared_answers.hpp"

#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/limits.hpp"
#include "base/mutex.hpp"
#include "http/response.hpp"

namespace shopcast::api {
namespace {

/// Texts and prices change rarely; what must be right at once is asked of the desk.
constexpr std::string_view short_while = "public, max-age=5";

}  // namespace

struct SharedAnswers::Kept {
    struct Entry {
        std::string key;
        SteadyTime at;
        Outcome outcome;
        std::size_t bytes;
    };
    using Waiting = std::vector<Asked::Done>;

    std::string full(const std::string& key) const REQUIRES_LOCK(mutex) {
        return std::to_string(version) + ' ' + key;
    }
    const Outcome* find(const std::string& key, SteadyTime now) REQUIRES_LOCK(mutex);
    void keep(const std::string& key, SteadyTime at, const Outcome& outcome) REQUIRES_LOCK(mutex);
    void drop(std::list<Entry>::iterator entry) REQUIRES_LOCK(mutex);
    /// Everybody who waits for `key` is told.
    void answer(const std::string& key, SteadyTime now, const Outcome& outcome);

    Mutex mutex;
    /// In every key: what was read before a change is found by nobody who asks after it.
    std::uint64_t version GUARDED_BY(mutex) = 0;
    std::unordered_map<std::string, Waiting> asked GUARDED_BY(mutex);
    std::list<Entry> entries GUARDED_BY(mutex);  // the oldest last
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key GUARDED_BY(mutex);
    std::size_t bytes GUARDED_BY(mutex) = 0;
};

const SharedAnswers::Outcome* SharedAnswers::Kept::find(const std::string& key, SteadyTime now) {
    const auto found = by_key.find(key);
    if (found == by_key.end()) return nullptr;
    if (now - found->second->at <= limits::shared_answers_kept_for) {
        return &found->second->outcome;
    }
    drop(found->second);
    return nullptr;
}

void SharedAnswers::Kept::keep(const std::string& key, SteadyTime at, const Outcome& outcome) {
    const std::size_t body = outcome ? outcome->body.size() : 0;
    entries.push_front({key, at, outcome, key.size() + body + limits::shared_answer_overhead});
    by_key[key] = entries.begin();
    bytes += entries.front().bytes;
    while (bytes > limits::shared_answers_bytes_max) drop(std::prev(entries.end()));
}

void SharedAnswers::Kept::drop(std::list<Entry>::iterator entry) {
    bytes -= entry->bytes;
    by_key.erase(entry->key);
    entries.erase(entry);
}

void SharedAnswers::Kept::answer(const std::string& key, SteadyTime now, const Outcome& outcome) {
    Waiting waiting;
    {
        const Lock lock(mutex);
        waiting = std::move(asked.extract(key).mapped());
        const bool is_busy = !outcome && outcome.error().status == 503;
        if (!is_busy) keep(key, now, outcome);
    }
    for (Asked::Done& done : waiting) done(outcome);
}

SharedAnswers::SharedAnswers(store::Readers& readers, const Clock& clock)
    : readers_(readers), clock_(clock), kept_(std::make_shared<Kept>()) {}

SharedAnswers::Outcome SharedAnswers::rendered(store::Database& database, Render& render) {
    const auto read = [&render](store::Database& at) -> Result<Checked<std::string>> {
        return render(at);
    };
    Result<Checked<std::string>> done =
        store::Readers::at_one_moment<Checked<std::string>>(database, read);
    if (!done) return std::unexpected(Problem(done.error()));
    Checked<std::string>& text = *done;
    if (!text) return std::unexpected(std::move(text).error());
    Shared shared;
    shared.body = Bytes(*std::move(text));
    shared.block = http::HeaderBlock::make(
        {{"Content-Type", "application/json"}, {"Cache-Control", short_while}},
        http::strong_etag(shared.body));
    return shared;
}

async::Task<Reply> SharedAnswers::get(async::Loop& loop, store::ReadFor whose, std::string key,
                                      Render render) {
    const auto ask = [this, &whose, &key, &render](Asked::Done done) {
        std::string full;
        {
            const Lock lock(kept_->mutex);
            full = kept_->full(key);
            if (const Outcome* known = kept_->find(full, clock_.steady())) return done(*known);
            auto& waiting = kept_->asked[full];
            waiting.push_back(std::move(done));
            if (waiting.size() > 1) return;  // it is being read
        }
        auto work = [kept = kept_, full, &clock = clock_,
                     render = std::move(render)](store::Database& database) mutable {
            const Outcome outcome = rendered(database, render);
            kept->answer(full, clock.steady(), outcome);
        };
        if (readers_.submit(whose, std::move(work))) return;
        kept_->answer(full, clock_.steady(), store::Readers::too_many());
    };
    CO_TRY(const Shared shared, co_await Asked(loop, ask));
    co_return http::Response::bytes(shared.block, shared.body);
}

void SharedAnswers::forget() {
    const Lock lock(kept_->mutex);
    ++kept_->version;
}

}  // namespace shopcast::api
