#pragma once

#include <functional>
#include <string>
#include <vector>

#include "async/asked.hpp"
#include "async/task.hpp"
#include "base/clock.hpp"
#include "store/limits.hpp"
#include "store/writer.hpp"

namespace shopcast::store {

/// What a piece of work took away.
struct Removed {
    std::size_t count = 0;
    bool more = false;  ///< Another piece of the same kind may find more.
};

/// Something that is not kept for ever, and how it goes. Each module says so of its own tables.
struct Retention {
    /// One piece, on the writer's thread: at most limits::retention_rows_at_once rows of what has
    /// had its time at `now`.
    using Step = std::move_only_function<Result<Removed>(Database& database, WallTime now)>;

    std::string what;  ///< "unpaid orders": in the log.
    Step step;
    /// Once a piece is durable, still on the writer's thread: what was beside the rows. None:
    /// nothing was.
    std::move_only_function<void()> then = {};
};

/// What the latest DELETE of at most limits::retention_rows_at_once rows took away.
Removed removed_rows(const Database& database);
/// A piece of rows with a time: `sql` deletes at most ?2 of those older than ?1 (Unix ms).
Result<Removed> remove_older(Database& database, const char* sql, WallTime than);
/// Rows that go `keep` after their time; `sql` as remove_older() takes it, and lives as long.
Retention older_rows(std::string what, const char* sql, Milliseconds keep);

/// Takes away what has had its time, one kind after the other, in pieces between which everybody
/// else's changes have their turns. The room in the database is used again, and not given back.
class Sweeper {
public:
    /// `writer` and `clock` outlive it; destroyed after the loops have ended.
    Sweeper(Writer& writer, const Clock& clock, std::vector<Retention> retentions);
    /// Waits for what the writer still has of it.
    ~Sweeper();
    Sweeper(const Sweeper&) = delete;
    Sweeper& operator=(const Sweeper&) = delete;

    /// Sweeps every `every` until the loop stops. The first time is `every` after the start, not at
    /// it: what the process before had under way comes to its end first.
    async::Task<void> tend(async::Loop& loop, Milliseconds every);
    /// Once through everything.
    async::Task<void> sweep(async::Loop& loop);

private:
    async::Asked<Result<void>> carry_out(async::Loop& loop, Retention& retention,
                                         Writer::Work work);
    async::Task<void> sweep_one(async::Loop& loop, Retention& retention, WallTime now);
    WallTime now() const;

    // Constant after construction.
    Writer& writer_;
    const Clock& clock_;
    const WallTime began_wall_;
    const SteadyTime began_steady_;
    // Their steps are run by the writer alone.
    std::vector<Retention> retentions_;
};

}  // namespace shopcast::store
