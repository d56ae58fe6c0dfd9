#include "base/fair_queue.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace shopcast;
using namespace std::chrono_literals;

namespace {

using Queue = FairQueue<int>;

bool push(Queue& queue, const std::string& name, int item) {
    return queue.push(name, item);
}

/// Works on whoever is next, for so long.
std::string work(Queue& queue, Nanoseconds took) {
    const auto taken = queue.pop();
    REQUIRE(taken);
    queue.done(taken->name, took);
    return taken->name;
}

}  // namespace

TEST_CASE("whoever has sent a thousand waits behind himself") {
    Queue queue({.all_max = 2000, .each_max = 1000});
    for (int i = 0; i < 1000; ++i) REQUIRE(push(queue, "flood", i));
    CHECK(work(queue, 1ms) == "flood");
    REQUIRE(push(queue, "buyer", 1));
    CHECK(work(queue, 1ms) == "buyer");
    CHECK(work(queue, 1ms) == "flood");
}

TEST_CASE("one name's pieces come in their order") {
    Queue queue({.all_max = 10, .each_max = 10});
    for (int i = 0; i < 5; ++i) REQUIRE(push(queue, "one", i));
    for (int i = 0; i < 5; ++i) {
        const auto taken = queue.pop();
        REQUIRE(taken);
        CHECK(taken->item == i);
        CHECK_FALSE(queue.pop());  // one of each name at a time
        queue.done(taken->name, 1ms);
    }
    CHECK_FALSE(queue.pop());
}

TEST_CASE("time is shared, not pieces") {
    Queue queue({.all_max = 1000, .each_max = 500});
    const std::map<std::string, Nanoseconds> costs{{"long", 10ms}, {"short", 1ms}, {"other", 1ms}};
    for (const auto& [name, cost] : costs) {
        for (int i = 0; i < 300; ++i) REQUIRE(push(queue, name, i));
    }
    std::map<std::string, Nanoseconds> had;
    for (int i = 0; i < 400; ++i) {
        const auto taken = queue.pop();
        REQUIRE(taken);
        had[taken->name] += costs.at(taken->name);
        queue.done(taken->name, costs.at(taken->name));
    }
    // Within one piece of the longest.
    for (const auto& [name, time] : had) {
        CHECK(time <= had.at("short") + 10ms);
        CHECK(time + 10ms >= had.at("short"));
    }
}

TEST_CASE("nobody saves up for later, and nobody is remembered for ever") {
    Queue queue({.all_max = 100, .each_max = 50});
    for (int i = 0; i < 40; ++i) REQUIRE(push(queue, "early", i));
    for (int i = 0; i < 20; ++i) CHECK(work(queue, 1ms) == "early");
    // Twenty milliseconds behind, and yet not twenty turns in a row.
    for (int i = 0; i < 20; ++i) REQUIRE(push(queue, "late", i));
    int of_late = 0;
    for (int i = 0; i < 10; ++i) of_late += work(queue, 1ms) == "late" ? 1 : 0;
    CHECK(of_late >= 5);
    CHECK(of_late <= 6);
    while (queue.size() > 0) work(queue, 1ms);
    CHECK(queue.names() == 0);
}

TEST_CASE("it has bounds, in all and for each") {
    Queue queue({.all_max = 5, .each_max = 3});
    for (int i = 0; i < 3; ++i) CHECK(push(queue, "one", i));
    CHECK_FALSE(push(queue, "one", 3));
    CHECK(push(queue, "two", 0));
    CHECK(push(queue, "three", 0));
    CHECK_FALSE(push(queue, "four", 0));
    CHECK(queue.size() == 5);
    CHECK(queue.names() == 3);
}

TEST_CASE("names that come once each do not pile up behind one that waits") {
    Queue queue({.all_max = 50, .each_max = 50});
    int next = 0;
    for (int i = 0; i < 20; ++i) REQUIRE(push(queue, "waits", i));
    for (; next < 10'000; ++next) {
        REQUIRE(push(queue, "name " + std::to_string(next), 0));
        work(queue, 1ms);
        CHECK(queue.names() <= 100);
    }
}

TEST_CASE("whatever comes in whatever order, everybody's share is kept") {
    std::mt19937 random(14);  // NOLINT(cert-msc51-cpp): the same every time
    for (int round = 0; round < 50; ++round) {
        Queue queue({.all_max = 400, .each_max = 100});
        const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
        std::map<std::string, int> pushed;
        std::map<std::string, int> seen;
        std::size_t waiting = 0;
        for (int i = 0; i < 2000; ++i) {
            const std::string name(1, static_cast<char>('a' + below(6)));
            if (below(2) == 0) {
                if (push(queue, name, pushed[name])) {
                    ++pushed[name];
                    ++waiting;
                }
            } else if (const auto taken = queue.pop()) {
                CHECK(taken->item == seen[taken->name]++);
                --waiting;
                queue.done(taken->name, Nanoseconds(below(1'000'000)));
            }
            CHECK(queue.size() == waiting);
        }
        while (const auto taken = queue.pop()) {
            CHECK(taken->item == seen[taken->name]++);
            queue.done(taken->name, 1us);
        }
        CHECK(seen == pushed);
    }
}
