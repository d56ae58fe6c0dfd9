#pragma once

#include <doctest/doctest.h>

#include <coroutine>
#include <functional>
#include <future>
#include <source_location>
#include <string>
#include <thread>
#include <utility>

#include "async/loop.hpp"

/// For tests of everything that lives on a loop, and of what other threads do.
namespace shopcast::async {

inline Task<void> stop_after(Loop& loop, Task<void> body) {
    co_await std::move(body);
    loop.stop();
}

/// Runs `body` on `loop` in this thread and returns when it, and what it spawned, has ended.
inline void run_to_end(Loop& loop, Task<void> body) {
    loop.spawn(stop_after(loop, std::move(body)));
    loop.run();
}

/// How long a test waits for what has to come, before it fails: for sanitizers on a busy machine.
/// Nothing is decided by this time; a test that passes does not see it.
constexpr auto test_patience = std::chrono::seconds(60);
/// How often a condition is looked at that has no event of its own.
constexpr auto test_look_interval = std::chrono::milliseconds(1);

/// Lets `loop` run until `condition` holds. When it never does, the test fails and says that it
/// waited for `what`; the loop is stopped, and who awaits this is destroyed with its tasks.
inline Task<void> until(Loop& loop, std::function<bool()> condition, const char* what,
                        std::source_location where = std::source_location::current()) {
    const SteadyTime end = loop.now() + test_patience;
    while (!condition()) {
        if (loop.now() >= end) {
            ADD_FAIL_CHECK_AT(where.file_name(), static_cast<int>(where.line()),
                              "waited in vain for: " << std::string(what));
            loop.stop();
            co_await std::suspend_always();
        }
        co_await loop.sleep_for(test_look_interval);
    }
}

/// The same for what other threads do: blocks this one, which is the test's own. Throws out of the
/// test when `condition` never holds.
inline void block_until(const std::function<bool()>& condition, const char* what,
                        std::source_location where = std::source_location::current()) {
    const auto end = std::chrono::steady_clock::now() + test_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) {
            ADD_FAIL_AT(where.file_name(), static_cast<int>(where.line()),
                        "waited in vain for: " << std::string(what));
        }
        std::this_thread::sleep_for(test_look_interval);
    }
}

/// The value that another thread promised. Throws out of the test when it never comes.
template <typename T>
T value_of(std::future<T> promised, const char* what,
           std::source_location where = std::source_location::current()) {
    if (promised.wait_for(test_patience) != std::future_status::ready) {
        ADD_FAIL_AT(where.file_name(), static_cast<int>(where.line()),
                    "waited in vain for: " << std::string(what));
    }
    return promised.get();
}

/// Lets everything that is ready on `loop` run, `count` times over: for what has no event to wait
/// for, as work that posts work, or something that does not happen.
inline Task<void> turns(Loop& loop, int count) {
    for (int i = 0; i < count; ++i) co_await loop.yield();
}

}  // namespace shopcast::async
