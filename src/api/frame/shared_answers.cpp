#include "api/frame/shared_answers.hpp"

#include <algorithm>
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
    /// What has not been answered yet. Each who asks has it read in his turn too, so that nobody
    /// waits behind all that another asked for before; the first reading answers everybody.
    struct Reading {
        Waiting waiting;
        std::vector<std::string> for_whom;
        bool is_for(const std::string& name) const {
            return for_whom.size() >= limits::shared_answer_readings_max ||
                   std::ranges::find(for_whom, name) != for_whom.end();
        }
    };

    std::string full(const std::string& key) const REQUIRES_LOCK(mutex) {
        return std::to_string(version) + ' ' + key;
    }
    const Outcome* find(const std::string& key, SteadyTime now) REQUIRES_LOCK(mutex);
    void keep(const std::string& key, SteadyTime at, const Outcome& outcome) REQUIRES_LOCK(mutex);
    void drop(std::list<Entry>::iterator entry) REQUIRES_LOCK(mutex);
    /// Everybody who waits for `key` is told.
    void answer(const std::string& key, SteadyTime now, const Outcome& outcome);
    bool is_asked(const std::string& key) {
        const Lock lock(mutex);
        return asked.contains(key);
    }

    Mutex mutex;
    /// In every key: what was read before a change is found by nobody who asks after it.
    std::uint64_t version GUARDED_BY(mutex) = 0;
    std::unordered_map<std::string, Reading> asked GUARDED_BY(mutex);
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
        const auto reading = asked.find(key);
        if (reading == asked.end()) return;  // another was quicker
        waiting = std::move(reading->second.waiting);
        asked.erase(reading);
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
        const Lock lock(kept_->mutex);
        const std::string full = kept_->full(key);
        if (const Outcome* known = kept_->find(full, clock_.steady())) return done(*known);
        Kept::Reading& reading = kept_->asked[full];
        reading.waiting.push_back(std::move(done));
        if (reading.is_for(whose.name)) return;
        auto work = [kept = kept_, full, &clock = clock_,
                     render = std::move(render)](store::Database& database) mutable {
            if (kept->is_asked(full))
                kept->answer(full, clock.steady(), rendered(database, render));
        };
        if (readers_.submit(whose, std::move(work))) {
            reading.for_whom.push_back(whose.name);
        } else if (reading.for_whom.empty()) {
            Asked::Done refused = std::move(reading.waiting.back());
            kept_->asked.erase(full);
            refused(store::Readers::too_many());
        }
    };
    CO_TRY(const Shared shared, co_await Asked(loop, ask));
    co_return http::Response::bytes(shared.block, shared.body);
}

void SharedAnswers::forget() {
    const Lock lock(kept_->mutex);
    ++kept_->version;
}

}  // namespace shopcast::api
