#pragma once

#include <condition_variable>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "store/writer.hpp"

namespace shopcast::audit {

/// What somebody beyond this process is to hear of. It holds no secret: what it needs of those is
/// made when it goes out.
struct Message {
    std::string id;
    std::string kind;
    std::string about;  ///< Whose account, so that what is about it can go with it.
    std::string to;
    WallTime created_at;
    WallTime next_try_at;
    int tries = 0;
};

/// Messages on their way out: written in the transaction of what they tell of, carried by one
/// thread, tried again after growing waits, then given up and logged. Who derives from it says how
/// they go out, and calls stop() in its destructor.
class Outbox {
public:
    struct Plan {
        std::string name;  ///< Of its rows, its thread and its log events.
        std::size_t waiting_max;
        Milliseconds retry_first;  ///< Doubles with each try, up to retry_max.
        Milliseconds retry_max;
        Milliseconds tried_for;
        metrics::Counter& sent;
        metrics::Counter& given_up;
        metrics::Gauge& waiting;
    };
    static Result<std::vector<Message>> load(store::Database& database, std::string_view name);

    virtual ~Outbox() = default;
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// Starts the thread. Tests call run_due() instead.
    void start();
    /// Waits for the message that is under way; the others stay for the next start.
    void stop();
    /// Sends what is due. Gives when the next one is, if any waits.
    std::optional<WallTime> run_due();

    // Halves of a change that has a message: in its transaction, and once that is durable.

    /// Errors: Busy when too many wait.
    Result<void> insert(store::Database& database, const Message& message) const;
    void post(Message message);

    std::size_t waiting() const;

protected:
    /// `writer` and `clock` outlive it.
    Outbox(Plan plan, std::vector<Message> messages, store::Writer& writer, const Clock& clock);

    /// On the outbox's thread; it may wait. Errors: NotFound: nobody waits for it any more;
    /// Malformed: refused for good. Anything else is tried again.
    virtual Result<void> deliver(const Message& message) = 0;

    /// The outbox thread's own way to the writer.
    Result<void> write_and_wait(store::Writer::Work work);
    /// Whether it is still to go out. On the writer's thread.
    static Result<bool> is_kept(store::Database& database, const Message& message);

private:
    void thread_main();
    std::optional<Message> take_due(WallTime now);
    void settle(Message message, const Result<void>& sent);

    // Constant after construction.
    const Plan plan_;
    store::Writer& writer_;
    const Clock& clock_;

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<WallTime, Message> by_time_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

/// Nothing of that account goes out any more. On the writer's thread.
Result<void> forget_messages(store::Database& database, const std::string& account);

}  // namespace shopcast::audit
