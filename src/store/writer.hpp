#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>

#include "async/asked.hpp"
#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "store/limits.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// Logs and aborts: after a failed commit nobody knows what the disk holds, and an answer would be
/// a guess.
[[noreturn]] void stop_process(const Error& error);

/// What the writer's thread does before any closure, in a transaction of its own: the orders.
class Foremost {
public:
    virtual ~Foremost() = default;
    /// One bounded batch, on the writer's thread; durable and answered when it returns. True: more
    /// waits. `database` is the same one every time.
    virtual bool run(Database& database) = 0;
};

/// The one thread that changes the database.
///
/// Work queues while the previous batch syncs; then everything that waits runs in one transaction,
/// each piece in its own savepoint, and is answered when the commit is durable. A piece that fails
/// is undone alone. While the foremost has work, closures get limits::writer_turn at a time; those
/// left over keep their places. On a full disk the whole batch is, and answered with Full; while
/// another program holds the database, with Busy. Any other failing commit stops the process: after
/// a failed fsync nobody knows what the disk holds, and an answer would be a guess.
class Writer {
public:
    using Work = std::move_only_function<Result<void>(Database&)>;
    using Done = std::move_only_function<void(Result<void>)>;

    /// `clock` outlives this writer; it measures the closures' turns.
    explicit Writer(Database database, const Clock& clock = system_clock());
    /// Finishes what was submitted.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Queues `work` (at most 2 ms of it). `done` runs on the writer thread, after the commit.
    /// Errors, through `done`: Busy when limits::writer_queue_max pieces wait already.
    void submit(Work work, Done done);

    /// How many pieces wait. Any thread.
    std::size_t queued() const;

    /// Transactions committed so far. Any thread.
    std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
    /// Whether the disk is full or too slow. Any thread.
    Conditions conditions() const;

    /// Makes `foremost` the first in every turn, and gives it one at once. Called once; `foremost`
    /// outlives this writer.
    void put_first(Foremost& foremost);
    /// Any thread: the foremost has work.
    void wake_foremost();

    /// The same for coroutines of `loop`, which outlives this writer.
    async::Asked<Result<void>> run(async::Loop& loop, Work work);

    /// Waits until everything submitted before has been answered. Not on the writer's thread.
    void drain();

private:
    struct Piece {
        Work work;
        Done done;
        Result<void> result;
    };
    struct Turn {
        Foremost* foremost = nullptr;  ///< When it has work.
        bool is_last = false;
    };
    void thread_main();
    Turn wait_for_turn();
    void run_closures();
    Result<void> try_closures(std::size_t& ran);
    void refuse_batch(Errc code);
    void checkpoint_when(int more_pages_than);

    // Constant after construction.
    const Clock& clock_;
    // Owned by the writer thread.
    Database database_;
    std::deque<Piece> batch_;

    std::atomic<std::uint64_t> commits_ = 0;
    LastTime full_;
    LastTime busy_;
    std::atomic<bool> foremost_waits_ = false;  ///< Changed under mutex_.

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Piece> queue_ GUARDED_BY(mutex_);
    std::uint64_t submitted_ GUARDED_BY(mutex_) = 0;
    std::uint64_t answered_ GUARDED_BY(mutex_) = 0;
    std::condition_variable_any drained_;
    Foremost* foremost_ GUARDED_BY(mutex_) = nullptr;
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

}  // namespace shopcast::store
