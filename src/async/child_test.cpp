#include "async/child.hpp"
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "async/testing.hpp"
#include "base/metrics.hpp"

using namespace shopcast;
using namespace shopcast::async;

namespace {

constexpr auto in_time = std::chrono::seconds(15);
constexpr CageLimits cage{.message_bytes_max = 1 << 20,
                          .answer_bytes_max = 1 << 20,
                          .memory_bytes_max = 256 << 20,
                          .message_cpu_max = std::chrono::seconds(1)};

ByteVector bytes_of(std::string_view text) {
    const ByteSpan bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

std::size_t descriptors_open() {
    std::size_t count = 0;
    DIR* folder = ::opendir("/proc/self/fd");
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count - 3;  // ".", ".." and the folder itself
}

/// What the child in these tests does. It looks at itself before it is shut in.
class Obedient {
public:
    ByteVector operator()(ByteSpan message) const {
        const std::string_view order = as_text(message);
        if (order == "descriptors") return bytes_of(std::to_string(descriptors_));
        if (order == "environment") return bytes_of(is_secret_seen_ ? "seen" : "empty");
        if (order == "too much") return ByteVector(cage.answer_bytes_max + 1);
        if (order == "memory") {
            const bool refused = ::mmap(nullptr, std::size_t{1} << 30, PROT_READ,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
            return bytes_of(refused ? "refused" : "given");
        }
        if (order == "die") std::abort();
        while (order == "hang") ::sched_yield();
        misbehave(order);
        return {message.begin(), message.end()};
    }

private:
    /// Each is forbidden, and answered only where it is not.
    static void misbehave(std::string_view order) {
        constexpr auto size = std::size_t{1} << 12;
        if (order == "open a file") std::ignore = ::open("/etc/passwd", O_RDONLY);
        if (order == "speak to the log") std::ignore = ::write(STDERR_FILENO, "x", 1);
        if (order == "read elsewhere") std::ignore = ::read(STDIN_FILENO, nullptr, 0);
        if (order == "connect") std::ignore = ::socket(AF_INET, SOCK_STREAM, 0);
        if (order == "fork") std::ignore = ::fork();
        if (order == "run a program") std::ignore = ::execl("/bin/true", "true", nullptr);
        if (order == "trace") std::ignore = ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr);
        if (order == "kill") std::ignore = ::kill(::getppid(), 0);
        if (order == "run what it wrote") {
            std::ignore = ::mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        }
        if (order == "raise its limits") {
            const rlimit all{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
            std::ignore = ::setrlimit(RLIMIT_CPU, &all);
        }
    }

    std::size_t descriptors_ = descriptors_open();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
    bool is_secret_seen_ = std::getenv("SHOPCAST_CHILD_TEST") != nullptr;
};

std::uint64_t deaths(std::string_view by) {
    return metrics::counter("shopcast_child_deaths_total", "",
                            {{"child", "the test's child"}, {"by", by}})
        .value();
}

ChildOptions options_of(std::string test_case) {
    return {.name = "the test's child",
            .arguments = {"--no-skip", "--minimal", "--test-case=" + std::move(test_case)},
            .limits = cage,
            .waiting_max = 2};
}

ChildOptions obedient() {
    return options_of("this program as its own child");
}

Task<std::string> answer_of(Child& child, std::string order, Milliseconds timeout = in_time) {
    const Result<ByteVector> answer = co_await child.ask(Bytes(std::move(order)), timeout);
    if (!answer) co_return std::string(to_string(answer.error().code));
    co_return std::string(as_text(*answer));
}

/// The answer, or the error's code, is `expected`.
Task<void> expect(Child& child, std::string order, std::string_view expected,
                  Milliseconds timeout = in_time) {
    CAPTURE(order.substr(0, 20));
    const std::string answer = co_await answer_of(child, order, timeout);
    CHECK(answer == expected);
}

Task<void> keep(Task<std::string> answer, std::vector<std::string>& answers) {
    std::string text = co_await std::move(answer);
    answers.push_back(std::move(text));
}

/// An orphan of a test that failed would wait for ever; this one ends with its parent.
TEST_CASE("this program as its own child" * doctest::skip()) {
    answer_parent(Obedient(), cage);
}

TEST_CASE("a child answers one message after another") {
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Child& asked) -> Task<void> {
        CHECK_FALSE(asked.pid());  // nothing runs before it is needed
        co_await expect(asked, "a", "a");
        const auto pid = asked.pid();
        co_await expect(asked, "", "");
        const std::string long_one(cage.message_bytes_max, 'x');
        co_await expect(asked, long_one, long_one);
        CHECK(asked.pid() == pid);
    };
    run_to_end(loop, body(child));
}

TEST_CASE("a child has no descriptor, no secret and no memory beyond what it needs") {
    ::setenv("SHOPCAST_CHILD_TEST", "secret", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Child& asked) -> Task<void> {
        co_await expect(asked, "environment", "empty");
        co_await expect(asked, "descriptors", "4");
        const std::string_view expected = cage_is_whole ? "refused" : "given";
        co_await expect(asked, "memory", expected);
    };
    run_to_end(loop, body(child));
}

TEST_CASE("a child that dies, hangs or says too much is replaced") {
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Child& asked) -> Task<void> {
        for (const auto& [order, timeout, expected] :
             {std::tuple{"die", Milliseconds(in_time), Errc::Closed},
              std::tuple{"hang", Milliseconds(300), Errc::Timeout},
              std::tuple{"too much", Milliseconds(in_time), Errc::Internal}}) {
            CAPTURE(order);
            co_await expect(asked, "before", "before");
            const auto first = asked.pid();
            co_await expect(asked, order, to_string(expected), timeout);
            CHECK_FALSE(asked.pid());
            co_await expect(asked, "after", "after");
            CHECK(asked.pid() != first);
        }
    };
    run_to_end(loop, body(child));
}

TEST_CASE("what a cage forbids ends the child, and nobody else") {
    Loop loop("test");
    Child child(loop, obedient());
    std::vector<std::string> orders{"connect", "fork", "run a program",
                                    "trace",   "kill", "run what it wrote"};
    if (cage_is_whole) {
        for (const char* order :
             {"open a file", "speak to the log", "read elsewhere", "raise its limits"}) {
            orders.emplace_back(order);
        }
    }
    const auto body = [](Loop& here, Child& asked, std::vector<std::string>& all) -> Task<void> {
        const auto killed = deaths("SIGSYS");
        for (const std::string& order : all) {
            co_await expect(asked, order, to_string(Errc::Closed));
            co_await expect(asked, "after", "after");
        }
        const auto are_counted = [&] { return deaths("SIGSYS") == killed + all.size(); };
        co_await until(here, are_counted, "each to be killed for its system call");
    };
    run_to_end(loop, body(loop, child, orders));
}

TEST_CASE("a child that computes for too long is ended by the kernel, whatever its deadline") {
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Loop& here, Child& asked) -> Task<void> {
        const auto killed = deaths("SIGXCPU");
        co_await expect(asked, "hang", to_string(Errc::Closed), std::chrono::minutes(1));
        const auto is_counted = [&] { return deaths("SIGXCPU") == killed + 1; };
        co_await until(here, is_counted, "the child to be missed");
        co_await expect(asked, "after", "after");
    };
    run_to_end(loop, body(loop, child));
}

TEST_CASE("a child that somebody kills at work is an error of that message alone") {
    Loop loop("test");
    Child child(loop, obedient());
    std::vector<std::string> answers;
    const auto body = [](Loop& here, Child& asked, std::vector<std::string>& out) -> Task<void> {
        co_await expect(asked, "a", "a");
        here.spawn(keep(answer_of(asked, "hang"), out));
        co_await turns(here, 1);
        ::kill(asked.pid().value_or(0), SIGKILL);
        co_await expect(asked, "b", "b");
        CHECK(out == std::vector<std::string>{std::string(to_string(Errc::Closed))});
    };
    run_to_end(loop, body(loop, child, answers));
}

TEST_CASE("a child that is not asked for long ends, and is no death") {
    Loop loop("test");
    ChildOptions options = obedient();
    options.idle_max = Milliseconds(0);
    Child child(loop, std::move(options));
    const auto body = [](Loop& here, Child& asked) -> Task<void> {
        const auto killed = deaths("SIGKILL");
        co_await expect(asked, "a", "a");
        const auto is_gone = [&] { return !asked.pid(); };
        co_await until(here, is_gone, "the idle child to end");
        co_await expect(asked, "b", "b");
        CHECK(deaths("SIGKILL") == killed);
    };
    run_to_end(loop, body(loop, child));
}

TEST_CASE("a child that died while nobody asked is no error of the next message") {
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Loop& here, Child& asked) -> Task<void> {
        co_await expect(asked, "a", "a");
        const pid_t pid = asked.pid().value_or(0);
        ::kill(pid, SIGKILL);
        const auto is_gone = [&] { return asked.pid() != pid; };
        co_await until(here, is_gone, "the child to be missed");
        co_await expect(asked, "b", "b");
    };
    run_to_end(loop, body(loop, child));
}

TEST_CASE("those who wait for a child have their turn in order, and are not too many") {
    Loop loop("test");
    Child child(loop, obedient());
    std::vector<std::string> answers;
    const auto body = [](Loop& here, Child& asked, std::vector<std::string>& out) -> Task<void> {
        for (const char* order : {"1", "2", "3"}) here.spawn(keep(answer_of(asked, order), out));
        co_await turns(here, 1);
        co_await expect(asked, "4", to_string(Errc::Busy));
        const auto have_all = [&] { return out.size() == 3; };
        co_await until(here, have_all, "three answers");
        CHECK(out == std::vector<std::string>{"1", "2", "3"});
        const std::string above(cage.message_bytes_max + 1, 'x');
        co_await expect(asked, above, to_string(Errc::TooLarge));
    };
    run_to_end(loop, body(loop, child, answers));
}

TEST_CASE("who waits for a child gives up at his own deadline") {
    Loop loop("test");
    Child child(loop, obedient());
    std::vector<std::string> answers;
    const auto body = [](Loop& here, Child& asked, std::vector<std::string>& out) -> Task<void> {
        co_await expect(asked, "a", "a");
        here.spawn(keep(answer_of(asked, "hang", Milliseconds(2000)), out));
        co_await turns(here, 1);
        co_await expect(asked, "b", to_string(Errc::Timeout), Milliseconds(1));
        CHECK(out.empty());
        const auto is_over = [&] { return out.size() == 1; };
        co_await until(here, is_over, "the other's end");
    };
    run_to_end(loop, body(loop, child, answers));
}

TEST_CASE("a program that does not start is not started again at once") {
    Loop loop("test");
    Child child(loop, options_of("no such test case"));
    const auto body = [](Child& asked) -> Task<void> {
        co_await expect(asked, "a", to_string(Errc::Closed));
        co_await expect(asked, "a", to_string(Errc::Busy));
    };
    run_to_end(loop, body(child));
}

TEST_CASE("a loop that stops ends what is asked, and the child") {
    Loop loop("test");
    std::vector<std::string> answers;
    pid_t pid = 0;
    {
        Child child(loop, obedient());
        const auto body = [](Loop& here, Child& asked, std::vector<std::string>& out,
                             pid_t& seen) -> Task<void> {
            co_await expect(asked, "a", "a");
            seen = asked.pid().value_or(0);
            here.spawn(keep(answer_of(asked, "hang"), out));
            co_await turns(here, 1);
        };
        run_to_end(loop, body(loop, child, answers, pid));
    }
    CHECK(answers == std::vector<std::string>{std::string(to_string(Errc::Closed))});
    CHECK(::kill(pid, 0) == -1);
}

}  // namespace
