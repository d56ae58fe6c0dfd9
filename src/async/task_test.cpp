#include "async/task.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "async/testing.hpp"
#include "base/result.hpp"

using namespace shopcast;
using namespace shopcast::async;

namespace {

/// Counts living instances, to see when frames are freed.
struct Witness {
    explicit Witness(int& count) : living(&count) { ++*living; }
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() { --*living; }
    int* living;
};

Task<int> twice(int value) {
    co_return 2 * value;
}

Task<Result<std::string>> word(bool good) {
    if (!good) co_return fail(Errc::NotFound, "no word");
    co_return "word";
}

Task<Result<std::string>> sentence(bool good) {
    CO_TRY(const std::string first, co_await word(good));
    co_return first + ".";
}

Task<Result<void>> nothing() {
    co_return {};
}

Task<int> hot_or_slow(bool hot) {
    if (hot) return 7;
    return twice(8);
}

Task<int> witnessed(int& living) {
    const Witness witness(living);
    co_return living;
}

Task<int> deep(int depth) {
    if (depth == 0) co_return 0;
    const int below = co_await deep(depth - 1);
    co_return below + 1;
}

Task<void> append(std::vector<int>& out, Task<int> value) {
    out.push_back(co_await std::move(value));
}

}  // namespace

TEST_CASE("a task gives its result to who awaits it") {
    Loop loop("test");
    std::vector<int> out;
    run_to_end(loop, append(out, twice(21)));
    CHECK(out == std::vector{42});
}

TEST_CASE("a task is lazy: one never awaited never runs, and its frame is freed") {
    int living = 0;
    {
        const Task<int> never = witnessed(living);
    }
    CHECK(living == 0);
}

TEST_CASE("a task may be a value without a coroutine") {
    CHECK(hot_or_slow(true).await_ready());
    CHECK_FALSE(hot_or_slow(false).await_ready());
    Loop loop("test");
    std::vector<int> out;
    loop.spawn(append(out, hot_or_slow(true)));
    run_to_end(loop, append(out, hot_or_slow(false)));
    CHECK(out == std::vector{7, 16});
}

TEST_CASE("results travel through CO_TRY") {
    struct Body {
        static Task<void> run(std::vector<std::string>& out) {
            const auto good = co_await sentence(true);
            const auto bad = co_await sentence(false);
            const auto empty = co_await nothing();
            out = {good.value(), bad.error().message, empty ? "fine" : "failed"};
        }
    };
    Loop loop("test");
    std::vector<std::string> out;
    run_to_end(loop, Body::run(out));
    CHECK(out == std::vector<std::string>{"word.", "no word", "fine"});
}

TEST_CASE("the frame is freed as soon as the result is taken") {
    struct Body {
        static Task<void> run(int& living, int& during, int& after) {
            auto task = witnessed(living);
            during = co_await std::move(task);
            after = living;
        }
    };
    Loop loop("test");
    int living = 0, during = 0, after = -1;
    run_to_end(loop, Body::run(living, during, after));
    CHECK(during == 1);
    CHECK(after == 0);
}

TEST_CASE("symmetric transfer: a long chain of tasks needs no stack") {
    struct Body {
        static Task<void> run(int& out) {
            int sum = 0;
            for (int i = 0; i < 200'000; ++i) sum += co_await twice(1);
            const int depth = co_await deep(1'000);
            out = sum + depth;
        }
    };
    Loop loop("test");
    int out = 0;
    run_to_end(loop, Body::run(out));
    CHECK(out == 401'000);
}
