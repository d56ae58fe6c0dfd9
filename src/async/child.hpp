#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/cage.hpp"
#include "async/loop.hpp"
#include "async/task.hpp"
#include "async/wait_list.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::async {

/// What a child is and what it is kept within.
struct ChildOptions {
    std::string name;                    ///< in logs, errors and metrics: "the decoder"
    std::vector<std::string> arguments;  ///< of this program, which the child is too: {"decode"}
    CageLimits limits;                   ///< the same that the child's side gives answer_parent()
    std::size_t waiting_max = 16;        ///< asks that wait until it is their turn
    Milliseconds idle_max = std::chrono::seconds(60);  ///< not asked for so long: it ends
    int niceness = 0;                                  ///< how far it yields to others: up to 19
};

/// A process of its own for work that may crash, leak or hang, or that strangers may take over:
/// this program, started once more with other arguments, which answers one message after another
/// over a socket. It inherits neither the environment (secrets stand there) nor any descriptor but
/// that socket, stdout and stderr, and sits in a cage (async/cage.hpp) before it hears its first
/// message. Its memory and processor time are limited by the kernel, its time by the deadline of
/// each message.
///
/// It is started when it is first asked, and ends when it is not asked for long. One that dies or
/// is late is killed, whoever asked gets an error, and the next message finds a new one; a program
/// that cannot even start is tried again ever more rarely. It ends with the loop's thread.
///
/// Lives on `loop`'s thread, and outlives the tasks that ask.
class Child final : public Swept {
public:
    Child(Loop& loop, ChildOptions options);
    ~Child() override;

    /// Waits for its turn, sends `message` and gives the child's answer. `timeout` is for all of
    /// it but starting the child. Errors: TooLarge (the message), Busy (too many wait, or the child
    /// is not started again yet), Timeout, Closed (it died of this message, or the loop stops), Io,
    /// Internal (an answer above the limit).
    Task<Result<ByteVector>> ask(Bytes message, Milliseconds timeout);

    /// The child that runs now, for tests and logs.
    std::optional<pid_t> pid() const;
    /// Processor time of the last message that was answered.
    std::chrono::nanoseconds message_cpu() const { return message_cpu_; }

    void on_sweep(SteadyTime now) override;
    void on_stop() override;

private:
    class Turn;
    struct Process;
    /// Killed, and not yet waited for.
    struct Dying {
        pid_t pid;
        bool is_sent_away;  ///< It did nothing wrong.
    };

    Task<Result<ByteVector>> exchange(Bytes message, SteadyTime deadline);
    Task<Result<void>> start();
    Task<Result<void>> send(ByteSpan message);
    Task<Result<ByteVector>> receive();
    std::unexpected<Error> io_failed(std::string_view what, const std::string& words) const;
    void allow_cpu() const;
    void end(bool is_sent_away);
    bool is_gone(Dying child);
    void bury();

    Loop& loop_;
    ChildOptions options_;
    std::unique_ptr<Process> process_;
    std::vector<Dying> dying_;
    WaitList turn_;
    std::size_t waiting_ = 0;
    bool busy_ = false;
    std::optional<SteadyTime> deadline_;  ///< of the exchange that goes on
    bool late_ = false;
    SteadyTime idle_since_;
    std::chrono::nanoseconds message_cpu_{0};
    int starts_failed_ = 0;  ///< in a row
    SteadyTime next_start_ = SteadyTime::min();
};

/// The child's own side, called by its main() when all that it needs is loaded: enters the cage,
/// says that it is ready, then answers each message by `work` until the parent has gone.
[[noreturn]] void answer_parent(const std::function<ByteVector(ByteSpan)>& work,
                                const CageLimits& limits);

}  // namespace shopcast::async
