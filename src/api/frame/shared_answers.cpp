#include "api/frame/shared_answers.hpp"

#include <algorithm>
#include <list>
#include <map>
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
    /// What is asked, and how many changes of shops there had been by then: whoever asks after a
    /// change waits for no reading of before.
    using Question = std::pair<std::uint64_t, std::string>;
    struct Entry {
        Question asked;
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

    const Outcome* find(const std::string& key, SteadyTime now) REQUIRES_LOCK(mutex);
    void keep(const Question& question, SteadyTime at, const Outcome& outcome) REQUIRES_LOCK(mutex);
    void drop(std::list<Entry>::iterator entry) REQUIRES_LOCK(mutex);
    /// Whether it was read before its shop's latest change. What is of no shop may be of any.
    bool is_stale(const Entry& entry) const REQUIRES_LOCK(mutex);
    /// Everybody who waits for that answer is told.
    void answer(const Question& question, SteadyTime now, const Outcome& outcome);
    bool is_asked(const Question& question) {
        const Lock lock(mutex);
        return asked.contains(question);
    }

    Mutex mutex;
    std::uint64_t changes GUARDED_BY(mutex) = 0;                        // of all shops
    std::map<std::string, std::uint64_t> changed_at GUARDED_BY(mutex);  // of each the latest
    std::map<Question, Reading> asked GUARDED_BY(mutex);
    std::list<Entry> entries GUARDED_BY(mutex);  // the oldest last
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key GUARDED_BY(mutex);
    std::size_t bytes GUARDED_BY(mutex) = 0;
};

const SharedAnswers::Outcome* SharedAnswers::Kept::find(const std::string& key, SteadyTime now) {
    const auto found = by_key.find(key);
    if (found == by_key.end()) return nullptr;
    const Entry& entry = *found->second;
    if (now - entry.at <= limits::shared_answers_kept_for && !is_stale(entry)) {
        return &entry.outcome;
    }
    drop(found->second);
    return nullptr;
}

bool SharedAnswers::Kept::is_stale(const Entry& entry) const {
    if (!entry.outcome) return entry.asked.first != changes;
    const auto changed = changed_at.find(entry.outcome->shop);
    return changed != changed_at.end() && changed->second > entry.asked.first;
}

void SharedAnswers::Kept::keep(const Question& question, SteadyTime at, const Outcome& outcome) {
    const std::string& key = question.second;
    if (const auto known = by_key.find(key); known != by_key.end()) {
        if (known->second->asked.first > question.first) return;
        drop(known->second);
    }
    const std::size_t body = outcome ? outcome->body.size() : 0;
    entries.push_front({question, at, outcome, key.size() + body + limits::shared_answer_overhead});
    by_key[key] = entries.begin();
    bytes += entries.front().bytes;
    while (bytes > limits::shared_answers_bytes_max) drop(std::prev(entries.end()));
}

void SharedAnswers::Kept::drop(std::list<Entry>::iterator entry) {
    bytes -= entry->bytes;
    by_key.erase(entry->asked.second);
    entries.erase(entry);
}

void SharedAnswers::Kept::answer(const Question& question, SteadyTime now, const Outcome& outcome) {
    Waiting waiting;
    {
        const Lock lock(mutex);
        const auto reading = asked.find(question);
        if (reading == asked.end()) return;  // another was quicker
        waiting = std::move(reading->second.waiting);
        asked.erase(reading);
        const bool is_busy = !outcome && outcome.error().status == 503;
        if (!is_busy) keep(question, now, outcome);
    }
    for (Asked::Done& done : waiting) done(outcome);
}

SharedAnswers::SharedAnswers(store::Readers& readers, const Clock& clock)
    : readers_(readers), clock_(clock), kept_(std::make_shared<Kept>()) {}

SharedAnswers::Outcome SharedAnswers::rendered(store::Database& database, Render& render) {
    const auto read = [&render](store::Database& at) -> Result<Checked<Told>> {
        return render(at);
    };
    Result<Checked<Told>> done = store::Readers::at_one_moment<Checked<Told>>(database, read);
    if (!done) return std::unexpected(Problem(done.error()));
    Checked<Told>& told = *done;
    if (!told) return std::unexpected(std::move(told).error());
    Shared shared;
    shared.shop = std::move(told->shop);
    shared.body = Bytes(std::move(told->text));
    shared.block = http::HeaderBlock::make(
        {{"Content-Type", "application/json"}, {"Cache-Control", short_while}},
        http::strong_etag(shared.body));
    return shared;
}

async::Task<Reply> SharedAnswers::get(async::Loop& loop, store::ReadFor whose, std::string key,
                                      Render render) {
    const auto ask = [this, &whose, &key, &render](Asked::Done done) {
        const Lock lock(kept_->mutex);
        if (const Outcome* known = kept_->find(key, clock_.steady())) return done(*known);
        const Kept::Question question{kept_->changes, key};
        Kept::Reading& reading = kept_->asked[question];
        reading.waiting.push_back(std::move(done));
        if (reading.is_for(whose.name)) return;
        auto work = [kept = kept_, question, &clock = clock_,
                     render = std::move(render)](store::Database& database) mutable {
            if (kept->is_asked(question))
                kept->answer(question, clock.steady(), rendered(database, render));
        };
        if (readers_.submit(whose, std::move(work))) {
            reading.for_whom.push_back(whose.name);
        } else if (reading.for_whom.empty()) {
            Asked::Done refused = std::move(reading.waiting.back());
            kept_->asked.erase(question);
            refused(store::Readers::too_many());
        }
    };
    CO_TRY(const Shared shared, co_await Asked(loop, ask));
    co_return http::Response::bytes(shared.block, shared.body);
}

void SharedAnswers::forget(const std::string& shop) {
    const Lock lock(kept_->mutex);
    kept_->changed_at[shop] = ++kept_->changes;
}

}  // namespace shopcast::api
