#include "media/cut/ticks.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace shopcast;
using namespace shopcast::media;

TEST_CASE("ticks are ninetieths of a millisecond, rounded down") {
    CHECK(to_ticks(Milliseconds{7}) == 630);
    CHECK(to_ms(630) == Milliseconds{7});
    CHECK(to_ms(629) == Milliseconds{6});
    CHECK(to_ns(9) == Nanoseconds{100'000});
    CHECK(to_ns(ticks_per_second) == std::chrono::seconds{1});
}

TEST_CASE("times change their scale without overflow, rounded down on both sides of zero") {
    CHECK(rescale(180, 90, 1) == 2);
    CHECK(rescale(179, 90, 1) == 1);
    CHECK(rescale(0, 90, 1) == 0);
    CHECK(rescale(-1, 90, 1) == -1);
    CHECK(rescale(-90, 90, 1) == -1);
    CHECK(rescale(-91, 90, 1) == -2);
    CHECK(rescale(1024, 48'000, 90'000) == 1920);
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(rescale(most, 90'000, 90'000) == most);
}
