#include "async/loop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "async/testing.hpp"
#include "async/wait_list.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace std::chrono_literals;
using Outcome = WaitList::Outcome;

namespace {

Task<void> wait_once(WaitList& list, SteadyTime deadline, std::vector<Outcome>& out) {
    out.push_back(co_await list.wait(deadline));
}

Task<void> wait_twice(WaitList& list, SteadyTime deadline, std::vector<Outcome>& out) {
    out.push_back(co_await list.wait(deadline));
    out.push_back(co_await list.wait(deadline));
}

Task<void> sleep_long(Loop& loop, bool& ended) {
    co_await loop.sleep_for(1h);
    ended = true;
}

Task<void> nap(Loop& loop) {
    co_await loop.sleep_for(1ms);
}

/// Never resumed by anything: what a stopping loop must destroy.
Task<void> wait_for_ever(std::shared_ptr<int> witness) {
    co_await std::suspend_always();
    *witness = 1;
}

}  // namespace

TEST_CASE("posted work runs on the loop's thread, in order, from any thread") {
    Loop loop("test");
    std::vector<int> order;
    std::thread other([&] {
        for (int i = 0; i < 100; ++i) {
            loop.post([&order, &loop, i, owned = std::make_unique<int>(i)] {
                CHECK(loop.is_current());
                order.push_back(*owned + i - i);
            });
        }
        loop.post([&loop] { loop.stop(); });
    });
    CHECK_FALSE(loop.is_current());
    loop.run();
    other.join();
    REQUIRE(order.size() == 100);
    CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("stop ends sleeps and waits, then run returns") {
    Loop loop("test");
    WaitList list(loop);
    std::vector<Outcome> outcomes;
    bool slept = false;
    loop.spawn(sleep_long(loop, slept));
    loop.spawn(wait_once(list, loop.now() + 1h, outcomes));
    run_to_end(loop, nap(loop));
    CHECK(slept);
    CHECK(outcomes == std::vector{Outcome::Stopped});
}

TEST_CASE("stop before run, and stop twice, are stops") {
    Loop loop("test");
    bool slept = false;
    loop.stop();
    loop.stop();
    loop.spawn(sleep_long(loop, slept));
    loop.run();
    CHECK(slept);
}

TEST_CASE("work and tasks left behind are destroyed with the loop") {
    auto witness = std::make_shared<int>(0);
    {
        Loop loop("test");
        loop.spawn(wait_for_ever(witness));
        loop.post([witness] { *witness = 2; });
    }
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

TEST_CASE("wake_all resumes those who wait now, once") {
    struct Body {
        static Task<void> run(Loop& loop, WaitList& list, std::vector<Outcome>& out) {
            co_await loop.yield();
            list.wake_all();
            CHECK(out.size() == 2);  // the second wait of each is for the next call
            list.wake_all();
            CHECK(out.size() == 4);
            CHECK(list.empty());
        }
    };
    Loop loop("test");
    WaitList list(loop);
    std::vector<Outcome> out;
    loop.spawn(wait_twice(list, loop.now() + 1h, out));
    loop.spawn(wait_twice(list, loop.now() + 1h, out));
    run_to_end(loop, Body::run(loop, list, out));
    CHECK(out == std::vector(4, Outcome::Woken));
}

TEST_CASE("a waiter may destroy the list that woke it") {
    struct Body {
        static Task<void> destroy(std::unique_ptr<WaitList>& list, std::vector<Outcome>& out) {
            const Outcome outcome = co_await list->wait(SteadyTime::max());
            list.reset();
            out.push_back(outcome);
        }
        static Task<void> wait(WaitList& list, std::vector<Outcome>& out) {
            out.push_back(co_await list.wait(SteadyTime::max()));
        }
        static Task<void> run(Loop& loop, std::unique_ptr<WaitList>& list) {
            co_await loop.yield();
            list->wake_all();
        }
    };
    Loop loop("test");
    auto list = std::make_unique<WaitList>(loop);
    std::vector<Outcome> out;
    loop.spawn(Body::destroy(list, out));
    loop.spawn(Body::wait(*list, out));
    run_to_end(loop, Body::run(loop, list));
    CHECK(out == std::vector(2, Outcome::Woken));
    CHECK(list == nullptr);
}

TEST_CASE("destroying a list lets its waiters go on with Stopped") {
    struct Body {
        static Task<void> run(Loop& loop, std::unique_ptr<WaitList>& list) {
            co_await loop.yield();
            list.reset();
        }
    };
    Loop loop("test");
    auto list = std::make_unique<WaitList>(loop);
    std::vector<Outcome> out;
    loop.spawn(wait_once(*list, SteadyTime::max(), out));
    run_to_end(loop, Body::run(loop, list));
    CHECK(out == std::vector{Outcome::Stopped});
}

TEST_CASE("a sweep ends the waits whose deadline has passed, and only those") {
    struct Body {
        static Task<void> run(Loop& loop, WaitList& list, SteadyTime now,
                              std::vector<Outcome>& out) {
            co_await loop.yield();
            list.on_sweep(now + 5s);
            CHECK(out == std::vector{Outcome::TimedOut});
            list.wake_all();
        }
    };
    Loop loop("test");
    WaitList list(loop);
    std::vector<Outcome> out;
    const SteadyTime now = loop.now();
    loop.spawn(wait_once(list, now + 6s, out));
    loop.spawn(wait_once(list, now + 5s, out));
    run_to_end(loop, Body::run(loop, list, now, out));
    CHECK(out == std::vector{Outcome::TimedOut, Outcome::Woken});
}

TEST_CASE("the loop itself sweeps: a passed deadline ends a wait without anybody's help") {
    Loop loop("test");
    WaitList list(loop);
    std::vector<Outcome> out;
    run_to_end(loop, wait_once(list, loop.now(), out));
    CHECK(out == std::vector{Outcome::TimedOut});
}

TEST_CASE("five thousand waiters are woken by one call") {
    struct Body {
        static Task<void> run(Loop& loop, WaitList& list) {
            co_await loop.yield();
            list.wake_all();
        }
    };
    Loop loop("test");
    WaitList list(loop);
    std::vector<Outcome> out;
    for (int i = 0; i < 5'000; ++i) loop.spawn(wait_once(list, SteadyTime::max(), out));
    run_to_end(loop, Body::run(loop, list));
    CHECK(out == std::vector(5'000, Outcome::Woken));
}
