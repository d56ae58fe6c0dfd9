#include "media/cut/track_queue.hpp"

#include <doctest/doctest.h>

#include "media/limits.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

constexpr std::int64_t tfdt_base = 10 * ticks_per_second;

TrackQueue video_queue(std::int64_t zero_90k = 0, Ticks start = 0) {
    TrackQueue queue;
    queue.reset(wire::cmaf::video_track_id, video_timescale, 3000);
    queue.anchor(zero_90k, start);
    return queue;
}

TrackQueue audio_queue(std::int64_t zero_90k = 0, Ticks start = 0) {
    TrackQueue queue;
    queue.reset(wire::cmaf::audio_track_id, 48'000, 1024);
    queue.anchor(zero_90k, start);
    return queue;
}

Packet packet(TrackKind kind, std::int64_t dts, std::int64_t offset = 0, std::size_t bytes = 1) {
    return {.kind = kind,
            .dts = dts,
            .pts = dts + offset,
            .keyframe = true,
            .payload = Bytes(std::string(bytes, 'x'))};
}

Packet picture(std::int64_t dts, std::int64_t offset = 0, std::size_t bytes = 1) {
    return packet(TrackKind::Video, dts, offset, bytes);
}

std::vector<std::uint32_t> durations(const PartRun& run) {
    std::vector<std::uint32_t> out;
    for (const auto& sample : run.samples) out.push_back(sample.duration);
    return out;
}

}  // namespace

TEST_CASE("packet times become places on the timeline, whatever the track counts in") {
    const TrackQueue video = video_queue(9000, 500);
    CHECK(video.time_of(picture(9000)) == 500);
    CHECK(video.time_of(picture(9001)) == 501);
    CHECK(video.time_of(picture(8000)) == -500);
    // A tenth of a second in, half a second on the timeline.
    const TrackQueue audio = audio_queue(9000, 45'000);
    CHECK(audio.time_of(packet(TrackKind::Audio, 4800)) == 45'000);
    CHECK(audio.time_of(packet(TrackKind::Audio, 4800 + 1024)) == 45'000 + 1920);
    CHECK(audio.frame_duration() == 1920);
}

TEST_CASE("what was pushed is told: newest time, where it ends, how much there is") {
    TrackQueue queue = video_queue();
    CHECK(queue.empty());
    CHECK_FALSE(queue.any_pushed());
    queue.push(picture(0));
    queue.push(picture(3000));
    CHECK(queue.any_pushed());
    CHECK(queue.size() == 2);
    CHECK(queue.last_time() == 3000);
    CHECK(queue.newest_end() == 6000);
    queue.set_frame_duration(1500);
    CHECK(queue.newest_end() == 4500);
    CHECK(queue.front().time == 0);
    CHECK(queue.front().dts == tfdt_base);
    CHECK(queue.back().time == 3000);
    queue.drop_front();
    CHECK(queue.front().time == 3000);
    queue.clear();
    CHECK(queue.empty());
    CHECK(queue.any_pushed());
    CHECK(queue.last_time() == 3000);
}

TEST_CASE("times that do not grow move on by one tick and are shown when they wanted to be") {
    TrackQueue queue = video_queue();
    queue.push(picture(3000));
    queue.push(picture(3000, 100));
    CHECK(queue.back().time == 3001);
    CHECK(queue.back().composition_offset == 99);
    queue.push(picture(1000));
    CHECK(queue.back().time == 3002);
    CHECK(queue.back().composition_offset == -2002);
    queue.push(picture(3003));
    CHECK(queue.back().time == 3003);
}

TEST_CASE("composition offsets are pictures' alone and at most ten seconds") {
    TrackQueue queue = video_queue();
    constexpr std::int64_t most = 900'000;
    const std::int64_t offsets[] = {most - 1, most, most + 1, -most, -most - 1};
    const std::int64_t wanted[] = {most - 1, most, most, -most, -most};
    for (std::size_t i = 0; i < 5; ++i) {
        queue.push(picture(static_cast<std::int64_t>(i) * 3000, offsets[i]));
        CHECK(queue.back().composition_offset == wanted[i]);
    }
    TrackQueue audio = audio_queue();
    audio.push(packet(TrackKind::Audio, 0, 77));
    CHECK(audio.back().composition_offset == 0);
}

TEST_CASE("a part takes what begins before its end, each sample up to the next one") {
    TrackQueue queue = video_queue();
    for (const std::int64_t dts : {0, 3000, 6500, 9000}) queue.push(picture(dts));
    std::vector<Bytes> payloads;
    const PartRun first = queue.take(9000, payloads);
    CHECK(first.track_id == wire::cmaf::video_track_id);
    CHECK(first.decode_time == tfdt_base);
    CHECK(durations(first) == std::vector<std::uint32_t>{3000, 3500, 2500});
    CHECK(payloads.size() == 3);
    CHECK(queue.cut_end() == 9000);
    CHECK(queue.size() == 1);
    const PartRun second = queue.take(9001, payloads);
    CHECK(second.decode_time == tfdt_base + 9000);
    CHECK(durations(second) == std::vector<std::uint32_t>{1});
    CHECK(payloads.size() == 4);
    CHECK(queue.take(1'000'000, payloads).samples.empty());
}

TEST_CASE("the last picture lasts to the part's end, the last sound for a frame") {
    TrackQueue video = video_queue();
    video.push(picture(0));
    std::vector<Bytes> payloads;
    CHECK(durations(video.take(45'000, payloads)) == std::vector<std::uint32_t>{45'000});
    CHECK(video.cut_end() == 45'000);
    // What comes for the time that was cut is moved behind it.
    video.push(picture(40'000));
    CHECK(video.back().time == 45'000);

    TrackQueue audio = audio_queue();
    audio.push(packet(TrackKind::Audio, 0));
    CHECK(durations(audio.take(45'000, payloads)) == std::vector<std::uint32_t>{1024});
    CHECK(audio.cut_end() == 1920);
}

TEST_CASE("a queue is full by samples or by bytes, exactly at the limit, until they are taken") {
    const auto fill = [](TrackQueue& queue, std::size_t count, std::size_t bytes) {
        for (std::size_t i = 0; i < count; ++i) {
            queue.push(picture(static_cast<std::int64_t>(i), 0, bytes));
        }
    };
    TrackQueue many = video_queue();
    fill(many, limits::part_samples_max - 1, 1);
    CHECK_FALSE(many.is_full());
    many.push(picture(100'000));
    CHECK(many.is_full());
    many.drop_front();
    CHECK_FALSE(many.is_full());

    const std::size_t half = limits::part_bytes_max / 2;
    TrackQueue large = video_queue();
    fill(large, 1, half);
    large.push(picture(10, 0, half - 1));
    CHECK_FALSE(large.is_full());
    large.push(picture(20));
    CHECK(large.is_full());
    large.drop_front();
    CHECK_FALSE(large.is_full());
    large.push(picture(30, 0, half));
    CHECK(large.is_full());
    std::vector<Bytes> payloads;
    large.take(11, payloads);
    CHECK_FALSE(large.is_full());
    large.push(picture(40, 0, half - 1));
    CHECK(large.is_full());
    large.clear();
    large.push(picture(50, 0, limits::part_bytes_max - 1));
    CHECK_FALSE(large.is_full());
}
