#include "ingest/timestamp_repair.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "ingest/limits.hpp"

using namespace shopcast;
using namespace shopcast::ingest;

namespace {

constexpr std::int64_t start_ms = limits::ingest_timeline_start.count();
constexpr std::int64_t ticks(std::int64_t ms) {
    return ms * 90;
}
constexpr std::uint32_t day_ms = 24 * 3600 * 1000;

TimestampRepair with_audio(std::uint32_t rate = 48000) {
    TimestampRepair repair;
    repair.set_audio(rate, 1024);
    return repair;
}

}  // namespace

TEST_CASE("items 7, 8: clocks of 24, 31 and 32 bits are unfolded over their wraps") {
    for (const std::uint32_t mask : {0x00FFFFFFU, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
        CAPTURE(mask);
        TimestampRepair repair = with_audio();
        const std::uint32_t first = mask - 2000;
        for (std::int64_t i = 0; i < 300; ++i) {
            const auto stamp = static_cast<std::uint32_t>(first + i * 40) & mask;
            const RepairedTime video = repair.video(stamp, 0);
            REQUIRE(video.dts == ticks(start_ms + i * 40));
            REQUIRE_FALSE(video.is_discontinuity);
            const auto audio = repair.audio(stamp);
            REQUIRE(audio);
            REQUIRE_FALSE(audio->is_discontinuity);
        }
    }
}

TEST_CASE("item 7: tracks that start on either side of a wrap stay together") {
    for (const std::uint32_t modulus : {1U << 24, 1U << 31, 0U}) {
        TimestampRepair repair = with_audio();
        CHECK(repair.video(modulus - 20, 0).pts == ticks(start_ms));
        CHECK(repair.audio(10)->pts == (start_ms + 30) * 48);
        TimestampRepair other_way = with_audio();
        CHECK(other_way.audio(10)->pts == start_ms * 48);
        CHECK(other_way.video(modulus - 20, 0).pts == ticks(start_ms - 30));
    }
}

TEST_CASE("item 25: packets that arrive late over a wrap are late, not four hours early") {
    TimestampRepair repair;
    repair.video((1U << 24) - 10, 0);
    CHECK(repair.video(30, 0).dts == ticks(start_ms + 40));
    const RepairedTime late = repair.video((1U << 24) - 5, 0);
    CHECK_FALSE(late.is_discontinuity);
    CHECK(late.dts == ticks(start_ms + 40) + 1);
    CHECK(repair.video(70, 0).dts == ticks(start_ms + 80));
}

TEST_CASE("items 7, 8: 120 days run over every wrap of every clock") {
    for (const std::uint32_t mask : {0x00FFFFFFU, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
        TimestampRepair repair = with_audio(44100);
        constexpr std::int64_t step_ms = 9000;
        std::int64_t wrong = 0;
        for (std::int64_t now_ms = 0; now_ms < std::int64_t{120} * day_ms; now_ms += step_ms) {
            const RepairedTime video = repair.video(static_cast<std::uint32_t>(now_ms) & mask, 0);
            if (video.dts != ticks(start_ms + now_ms)) ++wrong;
        }
        CHECK(wrong == 0);
        CHECK(repair.repaired_count() == 0);
    }
}

TEST_CASE("item 20: composition times are signed, and pictures are never shown before decoding") {
    TimestampRepair repair;
    // Decode order I P B B with composition 0, +80, -40, -40: QuickTime's way.
    const std::vector<std::pair<std::uint32_t, std::int32_t>> frames = {
        {0, 0}, {40, 80}, {80, -40}, {120, -40}, {160, 80}, {200, -40}, {240, -40}};
    std::int64_t last = -1;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const RepairedTime time = repair.video(frames[i].first, frames[i].second);
        const std::int64_t shown = ticks(start_ms + frames[i].first + frames[i].second);
        CHECK(std::abs(time.pts - shown) <= 1);
        CHECK(time.dts > last);
        CHECK(time.pts >= time.dts);
        last = time.dts;
    }
    // From the second group on decode times are regular again.
    CHECK(last == ticks(start_ms + 240 - 40));
}

TEST_CASE("item 20: a composition time that is noise counts as none") {
    TimestampRepair repair;
    const RepairedTime time = repair.video(0, -8'388'608);
    CHECK(time.pts == time.dts);
    CHECK(time.dts == ticks(start_ms));
    CHECK(repair.repaired_count() == 1);
}

TEST_CASE("item 25: decode times rise strictly, and later ones are not moved") {
    TimestampRepair repair;
    CHECK(repair.video(1000, 0).dts == ticks(start_ms));
    CHECK(repair.video(1000, 0).dts == ticks(start_ms) + 1);
    CHECK(repair.video(900, 0).dts == ticks(start_ms) + 2);
    CHECK(repair.video(1040, 0).dts == ticks(start_ms + 40));
    CHECK(repair.repaired_count() == 2);
}

TEST_CASE("item 25: a variable frame rate and pauses stay as they are (ossrs/srs#2776)") {
    TimestampRepair repair;
    for (const std::uint32_t stamp : {0U, 33U, 50U, 250U, 251U, 5000U, 14'000U}) {
        const RepairedTime time = repair.video(stamp, 0);
        CHECK(time.dts == ticks(start_ms + stamp));
        CHECK_FALSE(time.is_discontinuity);
    }
}

TEST_CASE("Enhanced RTMP's nanoseconds refine the millisecond") {
    TimestampRepair repair = with_audio(96000);
    CHECK(repair.video(0, 0, 500'000).dts == ticks(start_ms) + 45);
    CHECK(repair.audio(0, 500'000)->dts == start_ms * 96 + 48);
}

TEST_CASE("item 21: audio counts samples, whatever milliseconds round to") {
    for (const std::uint32_t rate : {48000U, 44100U, 24000U}) {
        TimestampRepair repair = with_audio(rate);
        const std::int64_t first = repair.audio(0)->pts;
        for (std::int64_t i = 1; i < 100'000; ++i) {
            const auto stamp = static_cast<std::uint32_t>(i * 1024 * 1000 / rate);
            REQUIRE(repair.audio(stamp)->pts == first + i * 1024);
        }
        CHECK(repair.repaired_count() == 0);
    }
}

TEST_CASE("item 21: audio takes a new anchor after a gap of more than 80 ms, not before") {
    TimestampRepair repair = with_audio();
    repair.audio(0);
    CHECK(repair.audio(21 + 70)->pts == start_ms * 48 + 1024);
    CHECK(repair.audio(43 + 200)->pts == (start_ms + 243) * 48);
    CHECK(repair.audio(64 + 200)->pts == (start_ms + 243) * 48 + 1024);
    CHECK(repair.repaired_count() == 1);
}

TEST_CASE("item 21: several frames with one timestamp keep their samples") {
    TimestampRepair repair = with_audio();
    std::int64_t i = 0;
    for (std::int64_t batch = 0; batch < 200; ++batch) {
        const auto stamp = static_cast<std::uint32_t>(i * 1024 * 1000 / 48000);
        for (int frame = 0; frame < 10; ++frame, ++i) {
            const auto time = repair.audio(stamp);
            REQUIRE(time);
            REQUIRE(time->pts == start_ms * 48 + i * 1024);
        }
    }
    CHECK(repair.repaired_count() == 0);
}

TEST_CASE("item 21: audio that runs ahead for good loses frames until it is in step") {
    TimestampRepair repair = with_audio();
    // The sample clock is 1 % fast: 1,010 ms of samples in each second.
    std::int64_t kept = 0;
    double worst_ms = 0;
    std::int64_t last = -1;
    for (std::int64_t i = 0; i < 10'000; ++i) {
        const double stamp = static_cast<double>(i) * 1024 / 48.48;
        const auto time = repair.audio(static_cast<std::uint32_t>(stamp));
        if (!time) continue;
        ++kept;
        CHECK(time->pts > last);
        last = time->pts;
        const double ahead = static_cast<double>(time->pts) / 48.0 - (stamp + start_ms);
        worst_ms = std::max(worst_ms, std::abs(ahead));
    }
    CHECK(worst_ms < 130);
    CHECK(kept < 9'950);
    CHECK(kept > 9'850);
}

TEST_CASE("a jump of the encoder's clock is reported once and keeps sound and picture together") {
    for (const std::uint32_t target : {0U, 5'000'000U, 3'000'000'000U}) {
        CAPTURE(target);
        TimestampRepair repair = with_audio();
        constexpr std::uint32_t before = 1'000'000;
        for (std::uint32_t ms = 0; ms <= 1000; ms += 40) {
            repair.video(before + ms, 0);
            repair.audio(before + ms);
        }
        int reported = 0;
        for (std::uint32_t ms = 0; ms <= 1000; ms += 40) {
            const RepairedTime video = repair.video(target + ms, 0);
            const auto audio = repair.audio(target + ms);
            reported += video.is_discontinuity ? 1 : 0;
            reported += audio && audio->is_discontinuity ? 1 : 0;
            // The timeline goes on with an ordinary step.
            CHECK(video.dts == ticks(start_ms + 1040 + ms));
            if (audio) CHECK(std::abs(audio->pts / 48 - video.pts / 90) <= 80);
        }
        CHECK(reported == 1);
    }
}

TEST_CASE("one wild timestamp is a jump and the return from it is none") {
    TimestampRepair repair = with_audio();
    repair.video(100'000, 0);
    repair.audio(100'000);
    repair.video(100'040, 0);
    CHECK(repair.video(7, 0).is_discontinuity);
    const RepairedTime back = repair.video(100'120, 0);
    CHECK_FALSE(back.is_discontinuity);
    CHECK(back.dts == ticks(start_ms + 120));
}

TEST_CASE("tracks on unrelated clocks start together") {
    TimestampRepair repair = with_audio();
    repair.video(500'000'000, 0);
    const auto audio = repair.audio(0);
    CHECK(audio->pts == start_ms * 48);
    CHECK_FALSE(audio->is_discontinuity);
    CHECK(repair.video(500'000'040, 0).dts == ticks(start_ms + 40));
    CHECK(repair.audio(21)->pts == start_ms * 48 + 1024);
}

TEST_CASE("a changed sample rate keeps audio's place in time") {
    TimestampRepair repair = with_audio(48000);
    for (std::uint32_t i = 0; i < 100; ++i) repair.audio(i * 1024 / 48);
    repair.set_audio(44100, 1024);
    const auto time = repair.audio(100 * 1024 / 48);
    const double ms = static_cast<double>(time->pts) / 44.1;
    CHECK(ms == doctest::Approx(static_cast<double>(start_ms) + 100 * 1024 / 48.0).epsilon(1e-5));
}

TEST_CASE("nothing is ever below zero") {
    TimestampRepair repair = with_audio();
    repair.video(9'000, 0);
    CHECK(repair.audio(0)->pts == (start_ms - 9000) * 48);
    TimestampRepair reordered;
    reordered.video(20'000, 0);
    for (int i = 0; i < 100; ++i) CHECK(reordered.video(20'000, -10'000).dts >= 0);
}
