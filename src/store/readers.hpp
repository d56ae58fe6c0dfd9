#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "async/asked.hpp"
#include "base/fair_queue.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "store/limits.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// Whose read it is, and beside whose it waits.
struct ReadFor {
    enum class Lane {
        Anybody,  ///< what everybody may look at: a crowd, a crawler, an attacker
        Own,      ///< carts, orders, signing in, a shop's work, the server itself
    };

    Lane lane;
    std::string name;  ///< an address or an account, whose share it is

    static ReadFor anybody(std::string name) { return {Lane::Anybody, std::move(name)}; }
    static ReadFor own(std::string name) { return {Lane::Own, std::move(name)}; }
    /// What the server reads for itself.
    static ReadFor server() { return own(""); }
};

/// Threads that read the database, each by a read-only connection of its own: one a lane, so that
/// no crowd at the windows keeps a buyer from the till. In a lane everybody has a share of the
/// thread's time (base/fair_queue.hpp). What the writer has answered is there for every read that
/// starts afterwards.
class Readers {
public:
    using Work = std::move_only_function<void(Database&)>;

    /// `path` is a database that exists. Errors: Io.
    static Result<std::unique_ptr<Readers>> open(const std::string& path);
    /// REQUIRES: limits::reader_threads databases.
    explicit Readers(std::vector<Database> databases);
    ~Readers() { stop(); }
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// When this has returned, nothing is being read any more, nor will be. What waited is dropped:
    /// its coroutines end with their loops.
    void stop();

    /// Queues `work`. False (also after stop()): limits::reader_queue_max pieces wait in that lane
    /// already, or limits::reader_queue_of_one_max of that name, and it is not called.
    bool submit(const ReadFor& whose, Work work);

    /// For coroutines of `loop`, which outlives these readers: `work`, Result<T>(Database&), runs
    /// on a reader's thread within one transaction, so that all it reads is of one moment. Errors:
    /// Busy; Io; those of `work`.
    template <typename T, typename F>
    async::Asked<Result<T>> read(async::Loop& loop, ReadFor whose, F work) {
        static_assert(std::is_same_v<std::invoke_result_t<F&, Database&>, Result<T>>);
        using Asked = async::Asked<Result<T>>;
        return Asked(loop, [this, whose = std::move(whose),
                            work = std::move(work)](Asked::Done answer) mutable {
            auto shared = std::make_shared<typename Asked::Done>(std::move(answer));
            const bool queued =
                submit(whose, [shared, work = std::move(work)](Database& database) mutable {
                    (*shared)(at_one_moment<T>(database, work));
                });
            if (!queued) (*shared)(too_many());
        });
    }

    /// What somebody is told whose work was not queued.
    static std::unexpected<Error> too_many() {
        return fail(Errc::Busy, "the database is busy; try again in a second");
    }

    /// For submitted work: all that `work`, Result<T>(Database&), reads is of one moment.
    template <typename T, typename F>
    static Result<T> at_one_moment(Database& database, F& work) {
        TRY_VOID(database.execute("BEGIN"));
        Result<T> result = work(database);
        (void)database.execute("COMMIT");
        return result;
    }

private:
    struct Lane {
        explicit Lane(Database opened) : database(std::move(opened)) {}
        void thread_main();

        Database database;  // its thread's
        Mutex mutex;
        std::condition_variable_any changed;
        FairQueue<Work> queue GUARDED_BY(mutex){
            {.all_max = limits::reader_queue_max, .each_max = limits::reader_queue_of_one_max}};
        bool stopping GUARDED_BY(mutex) = false;
        std::thread thread;
    };

    std::array<std::unique_ptr<Lane>, limits::reader_threads> lanes_;
};

}  // namespace shopcast::store
