#include "async/child.hpp"
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "async/asio_loop.hpp"
#include "base/check.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace shopcast::async {
namespace {

/// Where a child finds its socket: the first descriptor behind those that every program has.
constexpr int parent_fd = 3;
/// Time for a program to load its libraries and say that it is ready, on a busy machine.
constexpr auto start_timeout = std::chrono::seconds(10);
/// Longer than from one poster of a stream to its next.
constexpr auto rest_after = std::chrono::seconds(20);
/// What it keeps until then; blocks of half of it are given back at once.
constexpr int kept_bytes_max = 64 << 20;
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
        // A group of its own: Ctrl-C is for the parent, which then ends it.
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
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

/// "SIGSYS", "SIGXCPU", "SIGKILL", ... or "exit": few, as it names a metric.
std::string words_of(int status) {
    if (!WIFSIGNALED(status)) return "exit";
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return name == nullptr ? "signal" : fmt::format("SIG{}", name);
}

void count_start(std::string_view child) {
    metrics::counter("shopcast_child_starts_total", "Child processes that were started.",
                     {{"child", child}})
        .add();
}
void count_death(std::string_view child, std::string_view by) {
    metrics::counter("shopcast_child_deaths_total",
                     "Child processes that ended at work: by SIGKILL (late, or a wrong answer), "
                     "SIGSYS (a forbidden system call), SIGXCPU (too much processor time), ...",
                     {{"child", child}, {"by", by}})
        .add();
}

/// All that the process has used.
std::chrono::nanoseconds cpu_time(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
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
        if (!completed_) child_.end(false);
        child_.busy_ = false;
        child_.idle_since_ = child_.loop_.now();
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
    end(true);
    for (const Dying& child : dying_) ::waitpid(child.pid, nullptr, 0);
}

std::optional<pid_t> Child::pid() const {
    if (!process_) return std::nullopt;
    return process_->pid;
}

Task<Result<ByteVector>> Child::ask(Bytes message, Milliseconds timeout) {
    if (message.size() > options_.limits.message_bytes_max) {
        co_return fail(Errc::TooLarge, fmt::format("{} takes {} bytes at once", options_.name,
                                                   options_.limits.message_bytes_max));
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
    const auto before = cpu_time(process_->pid);
    allow_cpu();
    CO_CHECK(co_await send(message));
    CO_TRY(ByteVector answer, co_await receive());
    message_cpu_ = cpu_time(process_->pid) - before;
    co_return answer;
}

/// From now on; the kernel counts whole seconds. The child cannot hold this signal back.
void Child::allow_cpu() const {
    const auto used = std::chrono::ceil<std::chrono::seconds>(cpu_time(process_->pid));
    const rlimit most{
        .rlim_cur = static_cast<rlim_t>((used + options_.limits.message_cpu_max).count()),
        .rlim_max = RLIM_INFINITY};
    if (::prlimit(process_->pid, RLIMIT_CPU, &most, nullptr) != 0 && errno != ESRCH) {
        log::error("child.not_limited", {{"child", options_.name},
                                         {"reason", fail_errno("prlimit", errno).error().message}});
    }
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
    count_start(options_.name);
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(*pid), options_.niceness);
    process_ = std::make_unique<Process>(*pid, AsioDescriptor(loop_.impl().io, ends[0]));
    deadline_ = loop_.now() + start_timeout;
    CO_TRY(const ByteVector ready, co_await receive());
    if (!ready.empty()) {
        log::error("child.has_no_cage", {{"child", options_.name}, {"reason", as_text(ready)}});
        co_return fail(Errc::Internal,
                       fmt::format("{} has no cage: {}", options_.name, as_text(ready)));
    }
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
    if (size > options_.limits.answer_bytes_max) {
        co_return fail(Errc::Internal,
                       fmt::format("{} answers with {} bytes; the most is {}", options_.name, size,
                                   options_.limits.answer_bytes_max));
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
    if (busy_) return;
    bury();
    if (process_ && now - idle_since_ >= options_.idle_max) end(true);
}

void Child::on_stop() {
    if (process_) process_->socket.cancel();
}

/// Kills the child that runs; it is waited for later.
void Child::end(bool is_sent_away) {
    if (!process_) return;
    ::kill(process_->pid, SIGKILL);
    dying_.push_back({process_->pid, is_sent_away});
    process_.reset();
}

bool Child::is_gone(Dying child) {
    int status = 0;
    if (::waitpid(child.pid, &status, WNOHANG) != child.pid) return false;
    if (child.is_sent_away || loop_.is_stopping()) return true;
    const std::string by = words_of(status);
    count_death(options_.name, by);
    log::warning("child.ended", {{"child", options_.name}, {"pid", child.pid}, {"by", by}});
    return true;
}

/// Waits, without waiting, for children that have ended, also for one that did so unasked.
void Child::bury() {
    std::erase_if(dying_, [this](Dying child) { return is_gone(child); });
    if (process_ && is_gone({process_->pid, false})) process_.reset();
}

namespace {

/// Blocking; false when the other side has gone. Who is not asked for `rest_after` gives back the
/// memory of its last message: taking it anew each time costs more than decoding a keyframe.
bool read_whole(std::span<std::byte> into) {
    while (!into.empty()) {
        const ssize_t got = ::read(parent_fd, into.data(), into.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) {
            ::malloc_trim(0);
            continue;
        }
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

void answer_parent(const std::function<ByteVector(ByteSpan)>& work, const CageLimits& limits) {
    // Also when it is busy while its parent dies.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // NOLINTBEGIN(concurrency-mt-unsafe): a child has one thread.
    ::mallopt(M_MMAP_THRESHOLD, kept_bytes_max / 2);
    ::mallopt(M_TRIM_THRESHOLD, kept_bytes_max);
    // NOLINTEND(concurrency-mt-unsafe)
    const timeval patience{.tv_sec = rest_after.count(), .tv_usec = 0};
    ::setsockopt(parent_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (const auto entered = enter_cage(limits, parent_fd); !entered) {
        write_message(as_bytes(entered.error().message));
        ::_exit(EXIT_FAILURE);
    }
    if (!write_message({})) ::_exit(EXIT_FAILURE);
    for (;;) {
        std::array<std::byte, sizeof(Length)> head{};
        if (!read_whole(head)) ::_exit(EXIT_SUCCESS);
        const auto size = std::bit_cast<Length>(head);
        if (size > limits.message_bytes_max) ::_exit(EXIT_FAILURE);
        ByteVector message(size);
        if (!read_whole(message) || !write_message(work(message))) ::_exit(EXIT_FAILURE);
    }
}

}  // namespace shopcast::async
