#include "async/child.hpp"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>

#include "async/asio_loop.hpp"
#include "base/check.hpp"
#include "base/log.hpp"

namespace shopcast::async {
namespace {

/// Where a child finds its socket: the first descriptor behind those that every program has.
constexpr int parent_fd = 3;
/// A child needs few; a leak in it ends there.
constexpr rlim_t descriptors_max = 64;
/// Time for a program to load its libraries and say that it is ready, on a busy machine.
constexpr auto start_timeout = std::chrono::seconds(10);
/// Between starts of a program that does not start: doubled each time, up to the last.
constexpr auto restart_pause_min = std::chrono::seconds(1);
constexpr auto restart_pause_max = std::chrono::seconds(60);

/// Messages go both ways behind their length; both sides are one program on one machine.
using Length = std::uint32_t;

std::array<std::byte, sizeof(Length)> length_bytes(std::size_t size) {
    return std::bit_cast<std::array<std::byte, sizeof(Length)>>(static_cast<Length>(size));
}

struct SpawnActions {
    SpawnActions() { posix_spawn_file_actions_init(&files); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&files); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    posix_spawn_file_actions_t files{};
};

struct SpawnAttributes {
    SpawnAttributes() {
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnAttributes() { posix_spawnattr_destroy(&attributes); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
    posix_spawnattr_t attributes{};
};

/// Starts this program once more, whose descriptor `parent_fd` is `socket`.
Result<pid_t> spawn_self(const ChildOptions& options, int socket) {
    SpawnActions actions;
    const SpawnAttributes attributes;
    posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.files, socket, parent_fd);
    posix_spawn_file_actions_addclosefrom_np(&actions.files, parent_fd + 1);
    std::string program = "shopcast";
    std::vector<std::string> arguments = options.arguments;
    std::vector<char*> argv{program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    // What runs, also when the file has been replaced since: both sides are of one version.
    const int error = posix_spawn(&pid, "/proc/self/exe", &actions.files, &attributes.attributes,
                                  argv.data(), environment.data());
    if (error != 0) return fail_errno("cannot start " + options.name, error);
    return pid;
}

void limit(pid_t pid, __rlimit_resource what, rlim_t most) {
    const rlimit both{.rlim_cur = most, .rlim_max = most};
    if (::prlimit(pid, what, &both, nullptr) != 0) {
        log::error("child.not_limited",
                   {{"pid", pid}, {"reason", fail_errno("prlimit", errno).error().message}});
    }
}

std::string words_of(int status) {
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

struct Child::Process {
    pid_t pid;
    AsioDescriptor socket;
};

/// Whose turn it is. When its holder is destroyed in the middle of an exchange, the answer that may
/// still come is nobody's: the child goes.
class Child::Turn {
public:
    explicit Turn(Child& child) : child_(child) { child.busy_ = true; }
    ~Turn() {
        if (!completed_) child_.end();
        child_.busy_ = false;
        child_.deadline_.reset();
        child_.late_ = false;
        child_.turn_.wake_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    void complete() { completed_ = true; }

private:
    Child& child_;
    bool completed_ = false;
};

Child::Child(Loop& loop, ChildOptions options)
    : loop_(loop), options_(std::move(options)), turn_(loop) {
    loop_.sweep(*this);
}

Child::~Child() {
    end();
    for (const pid_t pid : dying_) ::waitpid(pid, nullptr, 0);
}

std::optional<pid_t> Child::pid() const {
    if (!process_) return std::nullopt;
    return process_->pid;
}

Task<Result<ByteVector>> Child::ask(Bytes message, Milliseconds timeout) {
    if (message.size() > options_.message_bytes_max) {
        co_return fail(Errc::TooLarge, fmt::format("{} takes {} bytes at once", options_.name,
                                                   options_.message_bytes_max));
    }
    if (waiting_ >= options_.waiting_max) {
        co_return fail(Errc::Busy, fmt::format("{} has too much to do", options_.name));
    }
    const SteadyTime deadline = loop_.now() + timeout;
    while (busy_) {
        ++waiting_;
        const auto outcome = co_await turn_.wait(deadline);
        --waiting_;
        if (outcome == WaitList::Outcome::TimedOut) {
            co_return fail(Errc::Timeout, fmt::format("{} had no time", options_.name));
        }
        if (outcome == WaitList::Outcome::Stopped) {
            co_return fail(Errc::Closed, fmt::format("{} stops", options_.name));
        }
    }
    Turn turn(*this);
    Result<ByteVector> answer = co_await exchange(std::move(message), deadline);
    if (answer) turn.complete();
    co_return answer;
}

Task<Result<ByteVector>> Child::exchange(Bytes message, SteadyTime deadline) {
    bury();
    if (!process_) CO_CHECK(co_await start());
    deadline_ = deadline;
    CO_CHECK(co_await send(message));
    co_return co_await receive();
}

Task<Result<void>> Child::start() {
    if (loop_.is_stopping()) {
        co_return fail(Errc::Closed, fmt::format("{} stops", options_.name));
    }
    if (loop_.now() < next_start_) {
        co_return fail(Errc::Busy,
                       fmt::format("{} did not start; it is tried again soon", options_.name));
    }
    ++starts_failed_;
    const auto pause = restart_pause_min * (1 << std::min(starts_failed_ - 1, 6));
    next_start_ = loop_.now() + std::min<std::chrono::seconds>(pause, restart_pause_max);

    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        co_return fail_errno("cannot make a socket", errno);
    }
    const Result<pid_t> pid = spawn_self(options_, ends[1]);
    ::close(ends[1]);
    if (!pid) {
        ::close(ends[0]);
        co_return std::unexpected(pid.error());
    }
    limit(*pid, RLIMIT_CORE, 0);
    limit(*pid, RLIMIT_NOFILE, descriptors_max);
    if (options_.memory_bytes_max > 0) limit(*pid, RLIMIT_AS, options_.memory_bytes_max);
    process_ = std::make_unique<Process>(*pid, AsioDescriptor(loop_.impl().io, ends[0]));
    deadline_ = loop_.now() + start_timeout;
    CO_TRY(const ByteVector ready, co_await receive());
    if (!ready.empty()) co_return fail(Errc::Internal, "a child's first message is empty");
    starts_failed_ = 0;
    next_start_ = SteadyTime::min();
    log::info("child.started", {{"child", options_.name}, {"pid", *pid}});
    co_return {};
}

Task<Result<void>> Child::send(ByteSpan message) {
    const auto length = length_bytes(message.size());
    const std::array pieces{boost::asio::const_buffer(length.data(), length.size()),
                            boost::asio::const_buffer(message.data(), message.size())};
    const auto write = [&](auto completion) {
        boost::asio::async_write(process_->socket, pieces, completion);
    };
    const IoOutcome outcome = co_await IoAwaiter(write);
    if (outcome.error) co_return io_failed("send to", outcome.error.message());
    co_return {};
}

Task<Result<ByteVector>> Child::receive() {
    std::array<std::byte, sizeof(Length)> head{};
    const auto read_head = [&](auto completion) {
        boost::asio::async_read(process_->socket, boost::asio::buffer(head), completion);
    };
    const IoOutcome got_head = co_await IoAwaiter(read_head);
    if (got_head.error) co_return io_failed("hear from", got_head.error.message());
    const auto size = std::bit_cast<Length>(head);
    if (size > options_.message_bytes_max) {
        co_return fail(Errc::Internal,
                       fmt::format("{} answers with {} bytes; the most is {}", options_.name, size,
                                   options_.message_bytes_max));
    }
    ByteVector body(size);
    const auto read_body = [&](auto completion) {
        boost::asio::async_read(process_->socket, boost::asio::buffer(body), completion);
    };
    const IoOutcome got_body = co_await IoAwaiter(read_body);
    if (got_body.error) co_return io_failed("hear from", got_body.error.message());
    co_return body;
}

std::unexpected<Error> Child::io_failed(std::string_view what, const std::string& words) const {
    if (late_) return fail(Errc::Timeout, fmt::format("{} took too long", options_.name));
    return fail(Errc::Closed, fmt::format("cannot {} {}: {}", what, options_.name, words));
}

void Child::on_sweep(SteadyTime now) {
    if (deadline_ && *deadline_ <= now && process_) {
        late_ = true;
        process_->socket.cancel();
    }
    if (!busy_) bury();
}

void Child::on_stop() {
    if (process_) process_->socket.cancel();
}

/// Kills the child that runs; it is waited for later.
void Child::end() {
    if (!process_) return;
    ::kill(process_->pid, SIGKILL);
    dying_.push_back(process_->pid);
    process_.reset();
}

/// Waits, without waiting, for children that have ended, also for one that did so unasked.
void Child::bury() {
    int status = 0;
    const auto gone = [&](pid_t pid) {
        if (::waitpid(pid, &status, WNOHANG) != pid) return false;
        log::warning("child.ended",
                     {{"child", options_.name}, {"pid", pid}, {"by", words_of(status)}});
        return true;
    };
    std::erase_if(dying_, gone);
    if (process_ && gone(process_->pid)) process_.reset();
}

namespace {

/// Blocking; false when the other side has gone.
bool read_whole(std::span<std::byte> into) {
    while (!into.empty()) {
        const ssize_t got = ::read(parent_fd, into.data(), into.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

bool write_whole(ByteSpan from) {
    while (!from.empty()) {
        const ssize_t put = ::send(parent_fd, from.data(), from.size(), MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        from = from.subspan(static_cast<std::size_t>(put));
    }
    return true;
}

bool write_message(ByteSpan message) {
    return write_whole(length_bytes(message.size())) && write_whole(message);
}

}  // namespace

int answer_parent(const std::function<ByteVector(ByteSpan)>& work, std::size_t message_bytes_max) {
    // Also when it is busy while its parent dies.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!write_message({})) return EXIT_FAILURE;
    ByteVector message;
    for (;;) {
        std::array<std::byte, sizeof(Length)> head{};
        if (!read_whole(head)) return EXIT_SUCCESS;
        const auto size = std::bit_cast<Length>(head);
        if (size > message_bytes_max) return EXIT_FAILURE;
        message.resize(size);
        if (!read_whole(message) || !write_message(work(message))) return EXIT_FAILURE;
    }
}

}  // namespace shopcast::async
