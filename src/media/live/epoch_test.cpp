#include "media/live/epoch.hpp"

#include <doctest/doctest.h>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

WallTime at_ms(std::int64_t ms) {
    return WallTime(Milliseconds{1'790'000'000'000 + ms});
}

}  // namespace

TEST_CASE("the timeline is mapped to the nearest millisecond of wall-clock time") {
    const WallMapping mapping(900, at_ms(0));
    CHECK(mapping.wall_of(900) == at_ms(0));
    CHECK(mapping.wall_of(900 + 44) == at_ms(0));
    CHECK(mapping.wall_of(900 + 45) == at_ms(1));
    CHECK(mapping.wall_of(900 + 90) == at_ms(1));
    CHECK(mapping.wall_of(900 - 45) == at_ms(0));
    CHECK(mapping.wall_of(900 - 46) == at_ms(-1));
    CHECK(mapping.wall_of(900 + 3600 * ticks_per_second) == at_ms(3'600'000));
}

TEST_CASE("the next mapping never claims a moment that was claimed before") {
    const WallMapping first(0, at_ms(0));
    const Ticks end = 10 * ticks_per_second;
    CHECK(first.followed_by(end, at_ms(12'000)).wall_of(end) == at_ms(12'000));
    CHECK(first.followed_by(end, at_ms(9'000)).wall_of(end) == at_ms(10'000));
    CHECK(first.followed_by(end, at_ms(12'000)).wall_of(end + 90) == at_ms(12'001));
}

TEST_CASE("an epoch has its tracks' parameters in its init segment") {
    const TrackSet both = test::Encoder{}.tracks();
    const auto epoch = make_epoch(EpochId(3), both);
    CHECK(epoch->id == EpochId(3));
    CHECK(epoch->tracks == both);
    const auto without = [&](auto change) {
        TrackSet other = both;
        change(other);
        return make_epoch(EpochId(3), other)->init.size();
    };
    const std::size_t size = epoch->init.size();
    CHECK(without([](TrackSet& tracks) { tracks.audio.reset(); }) < size);
    CHECK(without([](TrackSet& tracks) { tracks.video.reset(); }) < size);
    // 'pasp' and 'colr' (nclx) boxes.
    CHECK(without([](TrackSet& tracks) {
              tracks.video->sample_aspect_ratio = PixelAspect{.horizontal = 4, .vertical = 3};
          }) == size + 16);
    CHECK(without([](TrackSet& tracks) { tracks.video->colour = Colour{}; }) == size + 19);
}
