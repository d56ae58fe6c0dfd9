#include "async/child.hpp"
#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "async/testing.hpp"

using namespace shopcast;
using namespace shopcast::async;

namespace {

constexpr std::size_t message_bytes_max = 1 << 20;
constexpr auto in_time = std::chrono::seconds(15);
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::uint64_t memory_bytes_max = 0;  // sanitizers reserve terabytes of addresses
#else
constexpr std::uint64_t memory_bytes_max = 256 << 20;
#endif

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

/// What the child in these tests does.
ByteVector obey(ByteSpan message) {
    const std::string_view order = as_text(message);
    if (order == "die") ::kill(::getpid(), SIGKILL);
    if (order == "hang") ::pause();
    if (order == "descriptors") return bytes_of(std::to_string(descriptors_open()));
    if (order == "environment") {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
        return bytes_of(std::getenv("SHOPCAST_CHILD_TEST") == nullptr ? "empty" : "seen");
    }
    if (order == "too much") return ByteVector(message_bytes_max + 1);
    if (order == "memory") {
        const bool refused = ::mmap(nullptr, std::size_t{1} << 30, PROT_READ,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
        return bytes_of(refused ? "refused" : "given");
    }
    return {message.begin(), message.end()};
}

ChildOptions options_of(std::string test_case) {
    return {.name = "the test's child",
            .arguments = {"--no-skip", "--minimal", "--test-case=" + std::move(test_case)},
            .message_bytes_max = message_bytes_max,
            .memory_bytes_max = memory_bytes_max,
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
    const int status = answer_parent(obey, message_bytes_max);
    CHECK(status == EXIT_SUCCESS);
}

TEST_CASE("a child answers one message after another") {
    Loop loop("test");
    Child child(loop, obedient());
    const auto body = [](Child& asked) -> Task<void> {
        CHECK_FALSE(asked.pid());  // nothing runs before it is needed
        co_await expect(asked, "a", "a");
        const auto pid = asked.pid();
        co_await expect(asked, "", "");
        const std::string long_one(message_bytes_max, 'x');
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
        const std::string_view expected = memory_bytes_max > 0 ? "refused" : "given";
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
        const std::string above(message_bytes_max + 1, 'x');
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
