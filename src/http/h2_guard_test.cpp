#include "http/h2_guard.hpp"

#include <doctest/doctest.h>

#include "http/limits.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

TEST_CASE("an allowance is so many at once and so many a second") {
    const SteadyTime start = SteadyTime() + 1h;
    Allowance allowance(3, 2);
    for (int i = 0; i < 3; ++i) CHECK(allowance.take(start));
    CHECK_FALSE(allowance.take(start));
    CHECK_FALSE(allowance.take(start + 250ms));
    CHECK(allowance.take(start + 500ms));
    CHECK_FALSE(allowance.take(start + 500ms));
    CHECK(allowance.take(start + 1h));
    allowance.give(100);
    for (int i = 0; i < 3; ++i) CHECK(allowance.take(start + 1h));
    CHECK_FALSE(allowance.take(start + 1h));
}

TEST_CASE("a reader may open its windows as often as it got data") {
    const SteadyTime now = SteadyTime() + 1h;
    H2Guard guard;
    for (int i = 0; i < 100'000; ++i) {
        guard.on_data_sent();
        REQUIRE(guard.on_control_frame(now));
        REQUIRE(guard.on_control_frame(now));
    }
}

TEST_CASE("a head has an end") {
    H2Guard guard;
    CHECK(guard.on_head_bytes(limits::h2_head_block_bytes_max));
    CHECK_FALSE(guard.on_head_bytes(1));
    guard.on_head_ended();
    CHECK(guard.on_head_bytes(1));
}
