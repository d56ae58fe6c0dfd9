#include "media/cut/packager.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

std::vector<PartCut> cut(const Encoder& encoder, double seconds, bool flush = false) {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(encoder.tracks());
    PacketSource source(encoder, 1);
    while (source.next_time() < encoder.start_s + seconds) packager.push(source.next());
    if (flush) packager.flush();
    return packager.take_cuts();
}

std::vector<double> segment_lengths(const std::vector<PartCut>& cuts) {
    std::vector<double> out;
    double length = 0;
    for (const PartCut& part : cuts) {
        length += static_cast<double>(part.duration) / ticks_per_second;
        if (part.closes_segment) out.push_back(std::exchange(length, 0));
    }
    return out;
}

const PartRun* run_of(const PartCut& part, std::uint32_t track) {
    for (const PartRun& run : part.runs) {
        if (run.track_id == track) return &run;
    }
    return nullptr;
}

Packet picture(std::int64_t dts_ms, bool keyframe, std::int64_t offset_ms = 0) {
    return {.kind = TrackKind::Video,
            .dts = dts_ms * 90,
            .pts = (dts_ms + offset_ms) * 90,
            .keyframe = keyframe,
            .payload = Bytes(std::string("pic"))};
}

Packet sound(std::int64_t frame) {
    return {.kind = TrackKind::Audio,
            .dts = frame * 1024,
            .pts = frame * 1024,
            .keyframe = true,
            .payload = Bytes(std::string("aac"))};
}

}  // namespace

TEST_CASE("segments end at keyframes from half the target duration on") {
    struct Row {
        int keyframe_every;
        double segment_s;
    };
    // At 30 fps: keyframes every 0.5, 1, 1.5, 2, 3, 4 and 4.17 s.
    const Row rows[] = {{15, 2}, {30, 2}, {45, 3}, {60, 2}, {90, 3}, {120, 4}, {125, 125 / 30.0}};
    for (const Row& row : rows) {
        CAPTURE(row.keyframe_every);
        const auto cuts = cut({.fps = 30, .keyframe_every = row.keyframe_every}, 40);
        const auto lengths = segment_lengths(cuts);
        REQUIRE(lengths.size() >= 8);
        for (const double length : lengths)
            CHECK(length == doctest::Approx(row.segment_s).epsilon(0.001));
        for (const PartCut& part : cuts) {
            if (part.opens_segment) CHECK(part.starts_independent);
        }
    }
}

TEST_CASE("keyframes that come too rarely: segments end without them, but never too late") {
    const auto cuts = cut({.fps = 30, .keyframe_every = 250}, 60);
    int with_keyframe = 0;
    for (const double length : segment_lengths(cuts)) {
        CHECK(std::llround(length) <= 4);
        CHECK(length > 3);  // no crumbs before a keyframe
    }
    for (const PartCut& part : cuts) with_keyframe += part.starts_independent && part.opens_segment;
    CHECK(with_keyframe >= 6);  // every keyframe still begins a segment
}

TEST_CASE("a part is closed by the frame behind it, not later") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{.audio_rate = 0}.tracks());
    std::vector<std::int64_t> closed_by;
    for (int frame = 0; frame < 100; ++frame) {
        packager.push(picture(std::llround(frame * 1000 / 30.0), frame % 60 == 0));
        for (std::size_t n = packager.take_cuts().size(); n > 0; --n) closed_by.push_back(frame);
    }
    // The first part waits for two frames more, which the measurement of PART-TARGET needs.
    CHECK(closed_by == std::vector<std::int64_t>{17, 30, 45, 60, 75, 90});
}

TEST_CASE("audio of a part covers the picture's time, B-frames considered") {
    for (const int b_frames : {0, 2}) {
        CAPTURE(b_frames);
        const auto cuts =
            cut({.fps = 30, .keyframe_every = 60, .b_frames = b_frames, .milliseconds = false}, 20);
        REQUIRE(cuts.size() > 30);
        for (const PartCut& part : cuts) {
            const PartRun* video = run_of(part, wire::cmaf::video_track_id);
            const PartRun* audio = run_of(part, wire::cmaf::audio_track_id);
            REQUIRE(video);
            REQUIRE(audio);
            const double shown = static_cast<double>(video->decode_time) / 90'000 +
                                 (b_frames > 0 ? (b_frames - 1) / 30.0 : 0);
            const double heard = static_cast<double>(audio->decode_time) / 48'000;
            CHECK(heard - shown > -0.0214);
            CHECK(heard - shown < 0.0214 + (b_frames > 0 ? 0.034 : 0));
        }
    }
}

TEST_CASE("audio that comes late is waited for, but not for ever") {
    // 200 ms late: in its own part. 600 ms late: parts go on without it, it follows.
    for (const double lag : {0.2, 0.6}) {
        CAPTURE(lag);
        Packager packager{PackagerConfig{}};
        const Encoder encoder{.audio_lag_s = lag};
        packager.begin_epoch(encoder.tracks());
        PacketSource source(encoder, 1);
        double worst_s = 0;
        std::vector<PartCut> cuts;
        while (source.next_time() < 20) {
            packager.push(source.next());
            for (PartCut& part : packager.take_cuts()) {
                const double end =
                    static_cast<double>(part.start + part.duration) / ticks_per_second;
                if (part.start > 2 * ticks_per_second) {
                    worst_s = std::max(worst_s, source.next_time() - end);
                }
                cuts.push_back(std::move(part));
            }
        }
        CHECK(packager.facts().audio_lags == (lag > 0.25));
        CHECK(worst_s < 0.3);
        std::size_t audio_samples = 0;
        for (const PartCut& part : cuts) {
            const PartRun* audio = run_of(part, wire::cmaf::audio_track_id);
            if (audio) audio_samples += audio->samples.size();
        }
        CHECK(static_cast<double>(audio_samples) > 0.95 * (19.3 - lag) * 46.875);
    }
}

TEST_CASE("audio that ends does not stop the picture, and the other way round") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{}.tracks());
    std::int64_t frame = 0;
    std::int64_t audio_frame = 0;
    const auto run_to = [&](double seconds, bool video, bool audio) {
        while (static_cast<double>(frame) / 30 < seconds) {
            if (video)
                packager.push(
                    picture(std::llround(static_cast<double>(frame) * 100 / 3), frame % 30 == 0));
            ++frame;
            while (static_cast<double>(audio_frame) * 1024 / 48'000 <
                   static_cast<double>(frame) / 30) {
                if (audio) packager.push(sound(audio_frame));
                ++audio_frame;
            }
        }
    };
    run_to(5, true, true);
    run_to(15, true, false);
    CHECK(packager.end() > 14 * ticks_per_second);
    CHECK(packager.facts().audio_lags);
    run_to(20, true, true);
    CHECK(!packager.facts().audio_lags);
    CHECK(packager.end() > 19 * ticks_per_second);
    run_to(30, false, true);
    CHECK(packager.facts().video_silent);
    CHECK(packager.end() > 26 * ticks_per_second);
    run_to(35, true, true);
    CHECK(!packager.facts().video_silent);
    CHECK(packager.end() > 34 * ticks_per_second);
}

TEST_CASE("nothing before the first keyframe, and no sound much before it") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{}.tracks());
    for (std::int64_t frame = 0; frame < 100; ++frame) packager.push(sound(frame));
    for (int frame = 0; frame < 30; ++frame) packager.push(picture(frame * 33, false));
    packager.push(picture(1000, true));
    for (int frame = 1; frame < 60; ++frame) packager.push(picture(1000 + frame * 33, false));
    packager.flush();
    const auto cuts = packager.take_cuts();
    REQUIRE(!cuts.empty());
    CHECK(cuts[0].starts_independent);
    // The timeline begins at the keyframe; tfdt is ten seconds more.
    CHECK(run_of(cuts[0], 1)->decode_time == 900'000);
    const auto audio_start = static_cast<std::int64_t>(run_of(cuts[0], 2)->decode_time);
    CHECK(std::abs(audio_start - 480'000) <= 1024);
    CHECK(packager.first_packet_time() == -ticks_per_second);
}

TEST_CASE("frames further apart than PART-TARGET: the time between is honest") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{.audio_rate = 0}.tracks());
    for (int frame = 0; frame < 60; ++frame) packager.push(picture(frame * 33, frame == 0));
    for (int second = 3; second < 8; ++second) packager.push(picture(second * 1000, false));
    packager.flush();
    const Ticks target = to_ticks(*packager.part_target());
    Ticks at = 0;
    std::size_t frames = 0;
    for (const PartCut& part : packager.take_cuts()) {
        CHECK(part.start == at);
        CHECK(part.duration <= target);
        CHECK(part.gap == part.runs.empty());
        at += part.duration;
        for (const PartRun& run : part.runs) frames += run.samples.size();
    }
    CHECK(frames == 65);
}

TEST_CASE("times that stand still or go back a little move on by the smallest step") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{.audio_rate = 0}.tracks());
    for (int frame = 0; frame < 120; ++frame) {
        const int ms = frame % 10 == 5 ? frame * 33 - 100 : frame * 33;
        CHECK(!packager.breaks_time(picture(ms, false)));
        packager.push(picture(ms, frame % 30 == 0));
    }
    packager.flush();
    std::uint64_t end = 0;
    std::size_t frames = 0;
    for (const PartCut& part : packager.take_cuts()) {
        for (const PartRun& run : part.runs) {
            CHECK((end == 0 || run.decode_time == end));
            end = run.decode_time;
            for (const auto& sample : run.samples) {
                CHECK(sample.duration > 0);
                end += sample.duration;
                ++frames;
            }
        }
    }
    CHECK(frames == 120);
}

TEST_CASE("another clock is recognised") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{}.tracks());
    packager.push(picture(1'000'000, true));
    for (int frame = 1; frame < 60; ++frame) packager.push(picture(1'000'000 + frame * 33, false));
    CHECK(!packager.breaks_time(picture(1'003'000, false)));
    CHECK(!packager.breaks_time(picture(1'011'000, false)));
    CHECK(packager.breaks_time(picture(1'013'000, false)));
    CHECK(packager.breaks_time(picture(1'000'000, false)));
    CHECK(packager.breaks_time(picture(0, false)));
}

TEST_CASE("hostile times and sizes are bounded, not believed") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{}.tracks());
    packager.push(picture(0, true));
    Packet wild = picture(0, true);
    wild.dts = wild.pts = std::numeric_limits<std::int64_t>::max();
    packager.push(wild);
    wild.dts = wild.pts = std::numeric_limits<std::int64_t>::min();
    packager.push(wild);
    Packet loud = sound(1);
    loud.payload = Bytes(std::string(1'000'000, 'x'));
    packager.push(loud);
    // A thousand frames a tick: parts close by their number of samples.
    for (int i = 1; i < 5000; ++i) {
        Packet packet = picture(0, false);
        packet.dts = packet.pts = i;
        packager.push(packet);
    }
    std::size_t frames = 0;
    for (const PartCut& part : packager.take_cuts()) {
        CHECK(part.payloads.size() <= 513);
        frames += part.payloads.size();
    }
    CHECK(frames > 4000);
}

TEST_CASE("a frame that comes after its part was cut does not overlap what was cut") {
    Packager packager{PackagerConfig{}};
    packager.begin_epoch(Encoder{}.tracks());
    for (int frame = 0; frame <= 60; ++frame) packager.push(picture(frame * 33, frame % 30 == 0));
    for (std::int64_t frame = 0; frame < 280; ++frame) packager.push(sound(frame));
    std::uint64_t end = 0;
    const auto look = [&] {
        for (const PartCut& part : packager.take_cuts()) {
            const PartRun* video = run_of(part, wire::cmaf::video_track_id);
            if (!video) continue;
            CHECK(video->decode_time >= end);
            end = video->decode_time;
            for (const auto& sample : video->samples) end += sample.duration;
        }
    };
    look();
    CHECK(packager.facts().video_silent);
    packager.push(picture(2'000, false));
    for (int frame = 100; frame < 160; ++frame) packager.push(picture(frame * 33, false));
    packager.flush();
    look();
}
