#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "async/asked.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "store/limits.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// Threads that read the database, each by a read-only connection of its own. What the writer has
/// answered is there for every read that starts afterwards.
class Readers {
public:
    using Work = std::move_only_function<void(Database&)>;

    /// `path` is a database that exists. Errors: Io.
    static Result<std::unique_ptr<Readers>> open(const std::string& path);
    explicit Readers(std::vector<Database> databases);
    /// What waits is dropped: its coroutines end with their loops.
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// Queues `work`. False: limits::reader_queue_max pieces wait already, and it is not called.
    bool submit(Work work);

    /// For coroutines of `loop`, which outlives these readers: `work`, Result<T>(Database&), runs
    /// on a reader's thread within one transaction, so that all it reads is of one moment. Errors:
    /// Busy; Io; those of `work`.
    template <typename T, typename F>
    async::Asked<Result<T>> read(async::Loop& loop, F work) {
        static_assert(std::is_same_v<std::invoke_result_t<F&, Database&>, Result<T>>);
        using Asked = async::Asked<Result<T>>;
        return Asked(loop, [this, work = std::move(work)](Asked::Done answer) mutable {
            auto shared = std::make_shared<typename Asked::Done>(std::move(answer));
            const bool queued =
                submit([shared, work = std::move(work)](Database& database) mutable {
                    (*shared)(at_one_moment<T>(database, work));
                });
            if (!queued) (*shared)(fail(Errc::Busy, "the database is busy; try again in a second"));
        });
    }

private:
    template <typename T, typename F>
    static Result<T> at_one_moment(Database& database, F& work) {
        TRY_VOID(database.execute("BEGIN"));
        Result<T> result = work(database);
        (void)database.execute("COMMIT");
        return result;
    }
    void thread_main(Database& database);

    // Each owned by its thread.
    std::vector<Database> databases_;

    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Work> queue_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::vector<std::thread> threads_;
};

}  // namespace shopcast::store
