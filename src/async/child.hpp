#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "async/task.hpp"
#include "async/wait_list.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::async {

/// What a child is and what it is kept within.
struct ChildOptions {
    std::string name;                    ///< in logs and errors: "the decoder"
    std::vector<std::string> arguments;  ///< of this program, which the child is too: {"decode"}
    std::size_t message_bytes_max;       ///< of a message, and of an answer
    std::uint64_t memory_bytes_max;      ///< address space; 0: no limit of its own
    std::size_t waiting_max = 16;        ///< asks that wait until it is their turn
};

/// A process of its own for work that may crash, leak or hang: this program, started once more with
/// other arguments, which answers one message after another over a socket. It inherits neither the
/// environment (secrets stand there) nor any descriptor but that socket, stdout and stderr; its
/// memory is limited by the kernel, its time by the deadline of each message.
///
/// It is started when it is first asked. One that dies or is late is killed, whoever asked gets an
/// error, and the next message finds a new one; a program that cannot even start is tried again
/// ever more rarely. It ends with the loop's thread.
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

    void on_sweep(SteadyTime now) override;
    void on_stop() override;

private:
    class Turn;
    struct Process;

    Task<Result<ByteVector>> exchange(Bytes message, SteadyTime deadline);
    Task<Result<void>> start();
    Task<Result<void>> send(ByteSpan message);
    Task<Result<ByteVector>> receive();
    std::unexpected<Error> io_failed(std::string_view what, const std::string& words) const;
    void end();
    void bury();

    Loop& loop_;
    ChildOptions options_;
    std::unique_ptr<Process> process_;
    std::vector<pid_t> dying_;  ///< killed, and not yet waited for
    WaitList turn_;
    std::size_t waiting_ = 0;
    bool busy_ = false;
    std::optional<SteadyTime> deadline_;  ///< of the exchange that goes on
    bool late_ = false;
    int starts_failed_ = 0;  ///< in a row
    SteadyTime next_start_ = SteadyTime::min();
};

/// The child's own side, called by its main(): says that it is ready, then answers each message by
/// `work` until the parent has gone. Returns the exit status.
int answer_parent(const std::function<ByteVector(ByteSpan)>& work, std::size_t message_bytes_max);

}  // namespace shopcast::async
