#include "media/cut/cadence.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace shopcast;
using namespace shopcast::media;

namespace {

/// Decode times of `count` frames at `fps`, rounded to milliseconds as RTMP does.
std::vector<Ticks> rtmp_times(double fps, int count) {
    std::vector<Ticks> out;
    for (int i = 0; i < count; ++i) out.push_back(std::llround(i * 1000 / fps) * ticks_per_ms);
    return out;
}

}  // namespace

TEST_CASE("the interval of frames survives rounding, hiccups and short measurements") {
    CHECK(std::abs(measure_interval(rtmp_times(30, 17), 0) - 3000) <= 3);
    CHECK(std::abs(measure_interval(rtmp_times(29.97, 17), 0) - 3003) <= 3);
    CHECK(std::abs(measure_interval(rtmp_times(23.976, 14), 0) - 3754) <= 4);
    CHECK(measure_interval(rtmp_times(5, 4), 0) == 18'000);
    // One dropped frame, and one long hiccup.
    std::vector<Ticks> times = rtmp_times(30, 17);
    for (std::size_t i = 5; i < times.size(); ++i) times[i] += 3000;
    for (std::size_t i = 9; i < times.size(); ++i) times[i] += 90'000;
    CHECK(std::abs(measure_interval(times, 0) - 3000) <= 4);
    CHECK(measure_interval(rtmp_times(30, 1), 3003) == 3003);
    CHECK(measure_interval({}, 3003) == 3003);
    const Ticks same[] = {1, 2, 3, 4};
    CHECK(measure_interval(same, 0) == 1);
}

TEST_CASE("PART-TARGET is a whole number of frames and what jitter needs") {
    struct Row {
        double fps;
        int frames;
        int target_ms;
    };
    // Frames a part of 500 ms, and PART-TARGET: frames / fps + max(2 ms, an eighth of a frame).
    const Row rows[] = {{60, 30, 503},  {50, 25, 503},    {30, 15, 505},     {29.97, 15, 505},
                        {25, 13, 525},  {24, 12, 506},    {23.976, 12, 506}, {15, 8, 542},
                        {10, 5, 513},   {5, 2, 425},      {2, 1, 563},       {1, 1, 1125},
                        {0.2, 1, 4000}, {46.875, 23, 494}};
    for (const Row& row : rows) {
        CAPTURE(row.fps);
        const auto interval = static_cast<Ticks>(std::llround(ticks_per_second / row.fps));
        const Milliseconds target =
            choose_part_target(interval, 500 * ticks_per_ms, 4 * ticks_per_second);
        CHECK(target.count() == row.target_ms);
        // The parts that come of it fit, and are at least 85 % of it.
        const double part_ms = row.frames * 1000 / row.fps;
        if (row.fps < 0.25) continue;
        CHECK(part_ms + 1 <= static_cast<double>(target.count()));
        CHECK(part_ms >= 0.85 * static_cast<double>(target.count()));
    }
}

TEST_CASE("keyframe intervals: the longest of the newest eight, the running one included") {
    Cadence cadence;
    CHECK(cadence.longest_keyframe_interval() == 0);
    Ticks time = 0;
    const auto group = [&](int frames) {
        for (int i = 0; i < frames; ++i, time += 3000) cadence.note(time, i == 0);
    };
    group(30);
    CHECK(!cadence.saw_two_keyframes());
    CHECK(!cadence.next_keyframe());
    CHECK(cadence.longest_keyframe_interval() == 29 * 3000);
    group(60);
    CHECK(cadence.saw_two_keyframes());
    CHECK(cadence.longest_keyframe_interval() == 59 * 3000);
    CHECK(cadence.next_keyframe() == 30 * 3000 + 30 * 3000);
    for (int i = 0; i < 8; ++i) group(30);
    CHECK(cadence.longest_keyframe_interval() == 60 * 3000);
    group(30);
    CHECK(cadence.longest_keyframe_interval() == 30 * 3000);
    CHECK(cadence.last_interval() == 3000);
}

TEST_CASE("an interval is the mean of those within a quarter of the median, rounded") {
    const auto measure = [](std::initializer_list<Ticks> intervals) {
        std::vector<Ticks> times = {1000};
        for (const Ticks interval : intervals) times.push_back(times.back() + interval);
        return measure_interval(times, 7);
    };
    CHECK(measure({}) == 7);
    CHECK(measure({500}) == 500);
    CHECK(measure({100, 100, 100, 75}) == 94);
    CHECK(measure({100, 100, 100, 74}) == 100);
    CHECK(measure({100, 100, 100, 125}) == 106);
    CHECK(measure({100, 100, 100, 126}) == 100);
    CHECK(measure({100, 101}) == 101);
    CHECK(measure({100, 100, 101}) == 100);
    CHECK(measure({100, 101, 101}) == 101);
    CHECK(measure({10, 100}) == 100);
    CHECK(measure({10, 50, 100}) == 50);
    CHECK(measure({0, 0}) == 1);
}

TEST_CASE("PART-TARGET at the borders of its rounding") {
    struct Row {
        Ticks interval;
        Ticks wanted;
        Ticks most;
        int target_ms;
    };
    const Row rows[] = {
        // Two frames that are exactly 10 % more than wanted, and one tick above.
        {5500, 10'000, 90'000, 130},
        {5501, 10'000, 90'000, 69},
        // Rounded to the nearest number of frames, and never to none.
        {4000, 10'000, 90'000, 95},
        {6667, 10'000, 90'000, 84},
        {6666, 10'000, 90'000, 84},
        {20'000, 10'000, 90'000, 250},
        {20'001, 10'000, 90'000, 251},
        // Two milliseconds for jitter, or an eighth of a frame.
        {1440, 1440, 90'000, 18},
        {1441, 1440, 90'000, 19},
        {7200, 7200, 90'000, 90},
        {7208, 7200, 90'000, 91},
        // At most, rounded up.
        {7200, 7200, 8100, 90},
        {7200, 7200, 8010, 89},
        {7200, 7200, 8011, 90},
    };
    for (const Row& row : rows) {
        CAPTURE(row.interval);
        CAPTURE(row.most);
        CHECK(choose_part_target(row.interval, row.wanted, row.most).count() == row.target_ms);
    }
}
