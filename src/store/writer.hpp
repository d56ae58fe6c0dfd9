#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "net/loop.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// The one thread that changes the database.
///
/// Work queues while the previous batch syncs; then everything that waits runs in one transaction,
/// each piece in its own savepoint, and is answered when the commit is durable. A piece that fails
/// is undone alone. On a full disk the whole batch is, and answered with Full. Any other failing
/// commit stops the process: after a failed fsync nobody knows what the disk holds, and an answer
/// would be a guess.
class Writer {
public:
    using Work = std::move_only_function<Result<void>(Database&)>;
    using Done = std::move_only_function<void(Result<void>)>;

    explicit Writer(Database database);
    /// Finishes what was submitted.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Queues `work` (at most 2 ms of it). `done` runs on the writer thread, after the commit.
    /// Errors, through `done`: Busy when limits::writer_queue_max pieces wait already.
    void submit(Work work, Done done);

    /// The same for coroutines: resumes on `loop`, whose thread must be the caller's and which
    /// outlives this writer.
    class Awaiter;
    Awaiter run(net::Loop& loop, Work work);

private:
    struct Piece {
        Work work;
        Done done;
        Result<void> result;
    };
    void thread_main();
    void run_batch(std::deque<Piece>& batch);
    Result<void> try_batch(std::deque<Piece>& batch);

    // Owned by the writer thread.
    Database database_;

    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Piece> queue_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

class Writer::Awaiter {
public:
    Awaiter(Writer& writer, net::Loop& loop, Work work)
        : writer_(writer), loop_(loop), work_(std::move(work)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { state_->waiting = nullptr; }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        state_->waiting = waiting;
        writer_.submit(std::move(work_), [state = state_, &loop = loop_](Result<void> result) {
            state->result = std::move(result);
            loop.post([state] {
                if (state->waiting) state->waiting.resume();
            });
        });
    }
    Result<void> await_resume() { return std::move(state_->result); }

private:
    /// Outlives the coroutine when the loop gives up on it at its stop.
    struct State {
        std::coroutine_handle<> waiting;
        Result<void> result;
    };

    Writer& writer_;
    net::Loop& loop_;
    Work work_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace shopcast::store
