#include "store/sweeper.hpp"

#include <algorithm>
#include <memory>

#include "base/log.hpp"

namespace shopcast::store {

Removed removed_rows(const Database& database) {
    const auto count = static_cast<std::size_t>(database.changed_rows());
    return {.count = count, .more = count >= limits::retention_rows_at_once};
}

Result<Removed> remove_older(Database& database, const char* sql, WallTime than) {
    Statement remove = TRY(database.prepare(sql));
    constexpr auto most = static_cast<std::int64_t>(limits::retention_rows_at_once);
    TRY_VOID(remove.bind(to_unix_ms(than)).bind(most).run());
    return removed_rows(database);
}

Retention older_rows(std::string what, const char* sql, Milliseconds keep) {
    return {.what = std::move(what), .step = [sql, keep](Database& database, WallTime now) {
                return remove_older(database, sql, now - keep);
            }};
}

Sweeper::Sweeper(Writer& writer, const Clock& clock, std::vector<Retention> retentions)
    : writer_(writer),
      clock_(clock),
      began_wall_(clock.wall()),
      began_steady_(clock.steady()),
      retentions_(std::move(retentions)) {}

Sweeper::~Sweeper() {
    writer_.drain();
}

async::Task<void> Sweeper::tend(async::Loop& loop, Milliseconds every) {
    while (!loop.is_stopping()) {
        co_await loop.sleep_for(every);
        if (loop.is_stopping()) co_return;
        co_await sweep(loop);
    }
}

async::Task<void> Sweeper::sweep(async::Loop& loop) {
    const WallTime at = now();
    for (Retention& retention : retentions_) co_await sweep_one(loop, retention, at);
}

/// A clock that is set to another year takes nobody's records away.
WallTime Sweeper::now() const {
    const auto passed = std::chrono::duration_cast<Milliseconds>(clock_.steady() - began_steady_);
    return std::min(clock_.wall(), began_wall_ + passed + limits::clock_step_believed);
}

async::Asked<Result<void>> Sweeper::carry_out(async::Loop& loop, Retention& retention,
                                              Writer::Work work) {
    return {loop, [this, &retention, work = std::move(work)](Writer::Done answer) mutable {
                writer_.submit(std::move(work),
                               [&retention, answer = std::move(answer)](Result<void> done) mutable {
                                   if (done && retention.then) retention.then();
                                   answer(std::move(done));
                               });
            }};
}

async::Task<void> Sweeper::sweep_one(async::Loop& loop, Retention& retention, WallTime now) {
    std::size_t removed = 0;
    auto piece = std::make_shared<Removed>();
    do {
        Writer::Work work = [piece, &retention, now](Database& database) -> Result<void> {
            *piece = {};
            *piece = TRY(retention.step(database, now));
            return {};
        };
        const Result<void> done = co_await carry_out(loop, retention, std::move(work));
        if (!done) {
            log::warning("retention.failed",
                         {{"what", retention.what}, {"reason", done.error().message}});
            co_return;  // the next sweep finds it again
        }
        removed += piece->count;
    } while (piece->more);
    if (removed > 0) {
        log::info("retention.removed", {{"what", retention.what}, {"count", removed}});
    }
}

}  // namespace shopcast::store
