#include "show/audience.hpp"

#include <doctest/doctest.h>

#include "show/limits.hpp"

using namespace shopcast;

namespace {

struct TurnedClock final : Clock {
    SteadyTime steady() const override { return now; }
    WallTime wall() const override { return {}; }
    SteadyTime now{Milliseconds(1'000'000)};
};

std::string viewers_of(std::string_view channel) {
    return "shopcast_viewers{channel=\"" + std::string(channel) + "\"} ";
}

}  // namespace

// It used to be set by reports alone: the last viewer stayed for ever, and so did a channel.
TEST_CASE("the gauge of viewers falls when they leave, and ends with the channel") {
    TurnedClock clock;
    show::Audience audience(clock);
    audience.seen("left", "aaaaaaaaaaaaaaaa", "192.0.2.1");
    audience.seen("removed", "aaaaaaaaaaaaaaaa", "192.0.2.1");
    CHECK(metrics::render().contains(viewers_of("left") + "1\n"));
    CHECK(metrics::render().contains(viewers_of("removed") + "1\n"));
    audience.forget("removed");
    CHECK_FALSE(metrics::render().contains(viewers_of("removed")));
    clock.now += limits::viewer_counted_for + Milliseconds(1);
    CHECK_FALSE(metrics::render().contains(viewers_of("left")));
    CHECK(audience.total() == 0);
}

TEST_CASE("a report that came while its channel was removed leaves nothing") {
    TurnedClock clock;
    show::Audience audience(clock);
    audience.forget("removed");
    audience.seen("removed", "aaaaaaaaaaaaaaaa", "192.0.2.1");
    audience.seen("stays", "aaaaaaaaaaaaaaaa", "192.0.2.1");
    audience.keep_only({"stays"});
    CHECK(audience.count("removed") == 0);
    CHECK(audience.count("stays") == 1);
}
