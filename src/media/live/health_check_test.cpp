#include "media/live/health_check.hpp"

#include <doctest/doctest.h>

#include <set>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

constexpr Ticks target = 4 * ticks_per_second;

struct Stream {
    TrackSet tracks = test::Encoder{}.tracks();
    WindowStats stats{.peak_bps = 2, .average_bps = 1'000'000, .frame_rate = 30};
    Packager::Facts facts{.keyframe_interval = 2 * ticks_per_second};
    StreamTroubles troubles;

    HealthReport report() const { return check_health(tracks, stats, facts, troubles, target); }
    std::set<std::string> codes() const {
        std::set<std::string> out;
        for (const HealthItem& item : report().items) out.insert(item.code);
        return out;
    }
    std::string message() const {
        const HealthReport now = report();
        REQUIRE(now.items.size() == 1);
        CHECK(!now.items.front().advice.empty());
        return now.items.front().message;
    }
};

using Codes = std::set<std::string>;

}  // namespace

TEST_CASE("a report holds what was measured") {
    const Stream good;
    const HealthReport report = good.report();
    REQUIRE(report.video);
    CHECK(report.video->width == 1280);
    CHECK(report.video->frame_rate == 30);
    REQUIRE(report.audio);
    CHECK(report.audio->channels == 2);
    CHECK(report.bitrate_bps == 1'000'000);
    CHECK(report.keyframe_interval_ms == 2000);
    CHECK(report.items.empty());
    Stream sound = good;
    sound.tracks.video.reset();
    sound.facts.keyframe_interval = 9 * ticks_per_second;
    sound.stats.frame_rate = 5;
    CHECK_FALSE(sound.report().video);
    CHECK(sound.codes() == Codes{});
    Stream mute = good;
    mute.tracks.audio.reset();
    CHECK_FALSE(mute.report().audio);
}

TEST_CASE("keyframes are too far apart from a quarter second above half the target on") {
    Stream stream;
    stream.facts.keyframe_interval = 225 * ticks_per_second / 100;
    CHECK(stream.codes() == Codes{});
    stream.facts.keyframe_interval += 1;
    CHECK(stream.codes() == Codes{"slow_join"});
    CHECK(stream.message().find(" 2.3 s apart") != std::string::npos);
    stream.facts.keyframes_too_rare = true;
    stream.facts.keyframe_interval = 8 * ticks_per_second + ticks_per_second / 2;
    CHECK(stream.codes() == Codes{"long_keyframe_interval"});
    CHECK(stream.message().find(" 8.5 s apart, more than a segment of 4 s ") != std::string::npos);
}

TEST_CASE("fewer than ten frames a second are worth a word, none are no video yet") {
    Stream stream;
    stream.stats.frame_rate = 10;
    CHECK(stream.codes() == Codes{});
    stream.stats.frame_rate = 9.96;
    CHECK(stream.codes() == Codes{"low_frame_rate"});
    CHECK(stream.message().find("10.0 frames") != std::string::npos);
    stream.stats.frame_rate = 0.2;
    CHECK(stream.codes() == Codes{"low_frame_rate"});
    stream.stats.frame_rate = 0;
    CHECK(stream.codes() == Codes{});
}

TEST_CASE("pictures held back for more than 50 ms are worth a word") {
    Stream stream;
    stream.facts.reorder_delay = 50 * ticks_per_ms;
    CHECK(stream.codes() == Codes{});
    stream.facts.reorder_delay += 1;
    CHECK(stream.codes() == Codes{"b_frames"});
    CHECK(stream.message().find(" 50 ms.") != std::string::npos);
}

TEST_CASE("each trouble has its own word") {
    Stream stream;
    stream.facts.audio_lags = true;
    CHECK(stream.codes() == Codes{"audio_late"});
    stream.facts.video_silent = true;
    CHECK(stream.codes() == Codes{"audio_late", "video_stopped"});
    Stream away;
    away.troubles.silent = true;
    CHECK(away.codes() == Codes{"encoder_silent"});
    Stream jumping;
    jumping.troubles.time_jumps = 1;
    CHECK(jumping.codes() == Codes{"timestamps_jump"});
    CHECK(jumping.message().find("jumped 1 times") != std::string::npos);
}
