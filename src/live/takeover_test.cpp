#include "live/takeover.hpp"

#include <doctest/doctest.h>

#include "live/limits.hpp"

using namespace shopcast;
using namespace shopcast::live;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime start{std::chrono::hours(1)};
constexpr std::optional<Milliseconds> sending = 40ms;

}  // namespace

TEST_CASE("the encoder that comes last may publish") {
    const Takeover takeover;
    CHECK_FALSE(takeover.refusal("10.0.0.1", std::nullopt, start));
    CHECK_FALSE(takeover.refusal("10.0.0.1", sending, start));
}

TEST_CASE("a displaced address is refused for a minute, with words") {
    Takeover takeover;
    takeover.displaced("10.0.0.1", start);
    const auto words = takeover.refusal("10.0.0.1", sending, start + 20s);
    REQUIRE(words);
    CHECK(words->find("20 s ago") != std::string::npos);
    CHECK(words->find("in 40 s") != std::string::npos);
    CHECK_FALSE(takeover.refusal("10.0.0.2", sending, start + 20s));
    CHECK(takeover.refusal("10.0.0.1", sending, start + 59s));
    CHECK_FALSE(takeover.refusal("10.0.0.1", sending, start + 60s));
}

TEST_CASE("a displaced address may come back when its successor is silent or gone") {
    Takeover takeover;
    takeover.displaced("10.0.0.1", start);
    CHECK(takeover.refusal("10.0.0.1", 2000ms, start + 5s));
    CHECK_FALSE(takeover.refusal("10.0.0.1", 2001ms, start + 5s));
    CHECK_FALSE(takeover.refusal("10.0.0.1", std::nullopt, start + 5s));
}

TEST_CASE("two encoders that reconnect by themselves change places once a minute at most") {
    Takeover takeover;
    std::string_view current = "a";
    int changes = 0;
    // Both try every second for ten minutes.
    for (SteadyTime now = start; now < start + 600s; now += 1s) {
        const std::string_view other = current == "a" ? "b" : "a";
        if (takeover.refusal(other, sending, now)) continue;
        takeover.displaced(current, now);
        current = other;
        ++changes;
    }
    CHECK(changes == 10);
}

TEST_CASE("what is remembered is bounded") {
    Takeover takeover;
    for (std::size_t i = 0; i <= limits::takeover_addresses_max; ++i) {
        takeover.displaced("10.0.0." + std::to_string(i), start);
    }
    CHECK_FALSE(takeover.refusal("10.0.0.0", sending, start + 1s));
    CHECK(takeover.refusal("10.0.0.1", sending, start + 1s));
}
