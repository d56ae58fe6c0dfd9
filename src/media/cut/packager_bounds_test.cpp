// Where the packager's decisions turn: just below, exactly at and just above each bound.
#include <doctest/doctest.h>

#include <limits>
#include <numeric>

#include "media/cut/packager.hpp"
#include "media/limits.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

constexpr std::int64_t time_max = std::int64_t{1} << 53;

/// A packager and the time of what is pushed, in ticks of 1/90,000 s (video) or samples (audio).
struct Rig {
    explicit Rig(const Encoder& encoder = {.audio_rate = 0}) {
        packager.begin_epoch(encoder.tracks());
    }
    static Packet picture(std::int64_t dts, bool keyframe = false, std::size_t bytes = 1) {
        return {.kind = TrackKind::Video,
                .dts = dts,
                .pts = dts,
                .keyframe = keyframe,
                .payload = Bytes(std::string(bytes, 'p'))};
    }
    static Packet sound(std::int64_t dts, std::size_t bytes = 1) {
        return {.kind = TrackKind::Audio,
                .dts = dts,
                .pts = dts,
                .keyframe = true,
                .payload = Bytes(std::string(bytes, 'a'))};
    }
    /// Pictures from `from` up to, not including, `end`.
    void pictures(std::int64_t from, std::int64_t end, std::int64_t every) {
        for (; from < end; from += every) packager.push(picture(from, from == 0));
    }
    void sounds(std::int64_t first_frame, std::int64_t end_frame) {
        for (; first_frame < end_frame; ++first_frame) packager.push(sound(first_frame * 1024));
    }
    std::size_t cut_count() { return packager.take_cuts().size(); }
    std::vector<PartCut> flushed() {
        packager.flush();
        return packager.take_cuts();
    }
    static std::size_t samples(const std::vector<PartCut>& cuts, std::uint32_t track) {
        std::size_t count = 0;
        for (const PartCut& part : cuts) {
            for (const PartRun& run : part.runs) {
                if (run.track_id == track) count += run.samples.size();
            }
        }
        return count;
    }

    Packager packager{PackagerConfig{}};
};

constexpr std::uint32_t video = wire::cmaf::video_track_id;
constexpr std::uint32_t audio = wire::cmaf::audio_track_id;

/// 15 pictures of this are as long as 24 audio frames.
constexpr std::int64_t picture_ticks = 3072;
constexpr std::int64_t part_ticks = 15 * picture_ticks;

}  // namespace

TEST_CASE("bounds: times the arithmetic can hold are taken, others dropped") {
    for (const std::int64_t time : {time_max, time_max + 1, -time_max, -time_max - 1}) {
        CAPTURE(time);
        const bool fits = std::abs(time) == time_max;
        Rig rig;
        rig.packager.push(Rig::picture(time, true));
        CHECK(Rig::samples(rig.flushed(), video) == (fits ? 1 : 0));
        Rig shown;
        Packet packet = Rig::picture(0, true);
        packet.pts = time;
        shown.packager.push(packet);
        CHECK(Rig::samples(shown.flushed(), video) == (fits ? 1 : 0));
        Rig decoded;
        packet = Rig::picture(time, true);
        packet.pts = 0;
        decoded.packager.push(packet);
        CHECK(Rig::samples(decoded.flushed(), video) == (fits ? 1 : 0));
        // What is out of bounds breaks no time: it is dropped.
        Rig running;
        running.packager.push(Rig::picture(0, true));
        CHECK(running.packager.breaks_time(Rig::picture(time)) == fits);
    }
}

TEST_CASE("bounds: an audio frame of the largest size is taken, a larger one dropped") {
    for (const std::size_t more : {0U, 1U}) {
        Rig rig({.fps = 0});
        rig.packager.push(Rig::sound(0, limits::audio_frame_bytes_max + more));
        CHECK(Rig::samples(rig.flushed(), audio) == 1 - more);
    }
    // Pictures may be larger than that.
    Rig rig;
    rig.packager.push(Rig::picture(0, true, limits::audio_frame_bytes_max + 1));
    CHECK(Rig::samples(rig.flushed(), video) == 1);
}

TEST_CASE("bounds: a track that was not announced is dropped") {
    Rig pictures;
    pictures.packager.push(Rig::picture(0, true));
    pictures.packager.push(Rig::sound(0));
    const auto cuts = pictures.flushed();
    CHECK(Rig::samples(cuts, video) == 1);
    CHECK(Rig::samples(cuts, audio) == 0);
    Rig sounds({.fps = 0});
    sounds.packager.push(Rig::picture(0, true));
    CHECK(sounds.flushed().empty());
}

TEST_CASE("bounds: which steps of a track's clock are another clock") {
    Rig rig;
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(1'000'000'000)));  // nothing came yet
    rig.pictures(0, 300'000, 3000);
    const std::int64_t last = 297'000;
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(last + 900'000)));
    CHECK(rig.packager.breaks_time(Rig::picture(last + 900'001)));
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(last - 45'000)));
    CHECK(rig.packager.breaks_time(Rig::picture(last - 45'001)));
    CHECK_FALSE(rig.packager.breaks_time(Rig::sound(0)));  // of a track that never came
}

TEST_CASE("bounds: a picture older than what was cut without it is another clock") {
    Rig rig(Encoder{});
    rig.pictures(0, 90'000, 3000);
    rig.sounds(0, 47 * 6);
    const Ticks end = rig.packager.end();
    REQUIRE(end > 200'000);
    CHECK(rig.packager.facts().video_silent);
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(end - 45'000)));
    CHECK(rig.packager.breaks_time(Rig::picture(end - 45'001)));
}

TEST_CASE("bounds: sound that lags behind what was cut keeps its own clock") {
    Rig rig(Encoder{});
    rig.sounds(0, 47);
    rig.pictures(0, 450'000, 3000);
    REQUIRE(rig.packager.end() > 400'000);
    CHECK_FALSE(rig.packager.breaks_time(Rig::sound(47 * 1024)));
    CHECK_FALSE(rig.packager.breaks_time(Rig::sound(47 * 1024 - 24'000)));
    CHECK(rig.packager.breaks_time(Rig::sound(47 * 1024 - 24'001)));
}

TEST_CASE("bounds: behind a gap only the way forward counts") {
    Rig rig;
    rig.pictures(0, 300'000, 3000);
    rig.packager.fill_gap(900'000);
    REQUIRE(rig.packager.is_behind_gap());
    const Ticks end = rig.packager.end();
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(0)));
    CHECK_FALSE(rig.packager.breaks_time(Rig::picture(end + 900'000)));
    CHECK(rig.packager.breaks_time(Rig::picture(end + 900'001)));
}

TEST_CASE("bounds: sound before the first keyframe, the newest 512 frames of it") {
    for (const std::int64_t frames : {511, 512, 513, 600}) {
        CAPTURE(frames);
        // 96 kHz: all of them lie within the ten seconds that one track may be ahead.
        Rig rig({.audio_rate = 96'000});
        rig.sounds(0, frames);
        for (std::int64_t time = 0; time < 700'000; time += 45'000) {
            rig.packager.push(Rig::picture(time, time == 0));
        }
        const auto cuts = rig.flushed();
        CHECK(Rig::samples(cuts, audio) ==
              static_cast<std::size_t>(std::min<std::int64_t>(frames, 512)));
    }
}

TEST_CASE("bounds: sound that waits for pictures, the newest 1024 frames of it") {
    for (const std::size_t frames : {1023U, 1024U, 1025U, 1100U}) {
        CAPTURE(frames);
        Rig rig(Encoder{});
        rig.packager.push(Rig::picture(0, true));
        for (std::size_t i = 0; i < frames; ++i) rig.packager.push(Rig::sound(0));
        CHECK(Rig::samples(rig.flushed(), audio) == std::min<std::size_t>(frames, 1024));
    }
}

TEST_CASE("bounds: sound that ends with the first picture's beginning comes too early") {
    for (const std::int64_t begin : {1918, 1920}) {
        CAPTURE(begin);
        Rig rig(Encoder{});
        rig.packager.push(Rig::picture(begin, true));
        rig.packager.push(Rig::sound(0));
        rig.packager.push(Rig::sound(1024));
        CHECK(Rig::samples(rig.flushed(), audio) == (begin == 1918 ? 2 : 1));
    }
}

TEST_CASE("bounds: sound may be ten seconds from the picture, either way") {
    // Another clock's sound never counts as having come.
    const auto taken = [](std::int64_t samples, std::int64_t picture) {
        Rig rig(Encoder{});
        rig.packager.push(Rig::picture(0, true));
        if (picture > 0) rig.packager.push(Rig::picture(picture));
        rig.packager.push(Rig::sound(samples));
        return rig.packager.breaks_time(Rig::sound(samples + 1'000'000));
    };
    CHECK(taken(480'000, 0));
    CHECK_FALSE(taken(480'001, 0));
    CHECK(taken(480'000 + 1600, 3000));
    CHECK_FALSE(taken(480'000 + 1601, 3000));
    CHECK(taken(0, 900'000));
    CHECK_FALSE(taken(0, 900'001));
}

TEST_CASE("bounds: pictures are held back by at most a second, and never by less than nothing") {
    struct Row {
        std::int64_t offset;
        Ticks delay;
    };
    for (const Row& row :
         {Row{-1, 0}, Row{0, 0}, Row{1, 1}, Row{90'000, 90'000}, Row{90'001, 90'000}}) {
        CAPTURE(row.offset);
        Rig rig(Encoder{});
        Packet packet = Rig::picture(0, true);
        packet.pts = row.offset;
        rig.packager.push(packet);
        CHECK(rig.packager.facts().reorder_delay == row.delay);
    }
    Rig sounds({.fps = 0});
    Packet packet = Rig::sound(0);
    packet.pts = 500;
    sounds.packager.push(packet);
    CHECK(sounds.packager.facts().reorder_delay == 0);
}

TEST_CASE("bounds: when PART-TARGET has been measured") {
    const auto measured = [](std::initializer_list<std::int64_t> times_ms, int more_ticks = 0) {
        Rig rig;
        std::int64_t last = 0;
        for (const std::int64_t ms : times_ms) {
            rig.packager.push(Rig::picture(ms * 90 + (ms == 0 ? 0 : more_ticks), ms == 0));
            last = ms;
        }
        (void)last;
        return rig.packager.part_target().has_value();
    };
    CHECK(measured({0, 100, 200, 550}));
    CHECK_FALSE(measured({0, 100, 200, 550}, -1));
    CHECK_FALSE(measured({0, 100, 1000}));
    CHECK(measured({0, 4000}));
    CHECK_FALSE(measured({0, 4000}, -1));
    Rig many;
    for (std::int64_t i = 0; i < 511; ++i) many.packager.push(Rig::picture(i, i == 0));
    CHECK_FALSE(many.packager.part_target());
    many.packager.push(Rig::picture(511));
    CHECK(many.packager.part_target());
}

TEST_CASE("bounds: a measured PART-TARGET is kept from before, within the target duration") {
    Packager packager{PackagerConfig{}};
    packager.set_part_target(Milliseconds{0});
    CHECK_FALSE(packager.part_target());
    packager.set_part_target(Milliseconds{1});
    CHECK(packager.part_target() == Milliseconds{1});
    packager.set_part_target(Milliseconds{4001});
    CHECK(packager.part_target() == Milliseconds{4000});
}

TEST_CASE("bounds: keyframes are too rare when a segment and its slack hold none") {
    Rig rig;
    rig.packager.push(Rig::picture(0, true));
    rig.packager.push(Rig::picture(4450 * 90));
    CHECK_FALSE(rig.packager.facts().keyframes_too_rare);
    CHECK(rig.packager.facts().keyframe_interval == 0);
    rig.packager.push(Rig::picture(4450 * 90 + 1));
    CHECK(rig.packager.facts().keyframes_too_rare);
    CHECK(rig.packager.facts().keyframe_interval == 4450 * 90 + 1);
}

TEST_CASE("bounds: the first keyframe at which a segment may end") {
    // Length of the first segment with keyframes at these times.
    const auto first_segment = [](std::vector<std::int64_t> keyframes, std::int64_t skip = 0) {
        Rig rig;
        std::vector<std::int64_t> times = keyframes;
        for (std::int64_t time = 0; time < 1'200'000; time += 3000) times.push_back(time);
        std::ranges::sort(times);
        for (const std::int64_t time : times) {
            const bool keyframe =
                time == 0 || std::ranges::find(keyframes, time) != keyframes.end();
            rig.packager.push(Rig::picture(time, keyframe));
        }
        Ticks length = 0;
        for (const PartCut& part : rig.packager.take_cuts()) {
            if (part.start < skip) continue;
            length += part.duration;
            if (part.closes_segment) return length;
        }
        return Ticks{0};
    };
    // From 1.9 s on: half the target duration less 100 ms.
    CHECK(first_segment({171'000, 342'000, 513'000}) == 171'000);
    CHECK(first_segment({170'999, 341'998, 512'997}) == 341'998);
    // Earlier where the next one would come too late: 2.85 s and 1.6 s are the limit.
    CHECK(first_segment({256'500, 256'500 + 144'000, 256'500 + 288'000}, 256'500) == 288'000);
    CHECK(first_segment({256'500, 256'500 + 144'001, 256'500 + 288'000}, 256'500) == 144'001);
}

TEST_CASE("bounds: the sound of a part is there when it reaches the part's end") {
    Rig rig(Encoder{});
    rig.sounds(0, 23);
    rig.pictures(0, part_ticks + 3 * picture_ticks, picture_ticks);
    CHECK(rig.packager.part_target());
    CHECK(rig.cut_count() == 0);
    rig.sounds(23, 24);
    const auto cuts = rig.packager.take_cuts();
    REQUIRE(cuts.size() == 1);
    CHECK(cuts[0].duration == part_ticks);
    CHECK(Rig::samples(cuts, audio) == 24);
    CHECK(Rig::samples(cuts, video) == 15);
    CHECK_FALSE(rig.packager.facts().audio_lags);
}

TEST_CASE("bounds: sound is waited for until the picture is 250 ms ahead") {
    for (const std::int64_t ahead : {22'499, 22'500}) {
        CAPTURE(ahead);
        Rig rig(Encoder{});
        rig.sounds(0, 20);
        rig.pictures(0, part_ticks + 6 * picture_ticks, picture_ticks);
        CHECK(rig.cut_count() == 0);
        rig.packager.push(Rig::picture(part_ticks + ahead));
        CHECK(rig.cut_count() == (ahead == 22'500 ? 1 : 0));
        CHECK(rig.packager.facts().audio_lags == (ahead == 22'500));
        // Once was enough, until it is there again.
        rig.pictures(part_ticks + 8 * picture_ticks, 2 * part_ticks + 3 * picture_ticks,
                     picture_ticks);
        CHECK(rig.cut_count() == (ahead == 22'500 ? 1 : 2));
        rig.sounds(20, 80);
        rig.pictures(2 * part_ticks + 3 * picture_ticks, 3 * part_ticks + picture_ticks,
                     picture_ticks);
        CHECK(rig.cut_count() == 1);
        CHECK_FALSE(rig.packager.facts().audio_lags);
    }
}

TEST_CASE("bounds: parts go on without pictures when sound is three seconds past their end") {
    Rig rig(Encoder{});
    rig.sounds(0, 60);
    rig.pictures(0, part_ticks + 3 * picture_ticks, picture_ticks);
    REQUIRE(rig.cut_count() == 1);
    const Ticks limit = part_ticks + to_ticks(*rig.packager.part_target());
    // In samples of 1.875 ticks, a frame of 1024 before the end that is wanted.
    const std::int64_t last = (limit + 270'000) * 8 / 15 - 1024;
    REQUIRE(rescale(last + 1024, 48'000, 90'000) == limit + 270'000);
    rig.packager.push(Rig::sound(last));
    CHECK(rig.cut_count() == 0);
    CHECK_FALSE(rig.packager.facts().video_silent);
    rig.packager.push(Rig::sound(last + 1));
    const auto cuts = rig.packager.take_cuts();
    REQUIRE(cuts.size() == 1);
    CHECK(cuts[0].start == part_ticks);
    CHECK(cuts[0].start + cuts[0].duration == limit);
    CHECK(Rig::samples(cuts, video) == 3);
}

TEST_CASE("bounds: a part holds as many samples and bytes as the limits say, not one more") {
    Rig many;
    for (std::int64_t i = 0; i < 2000; ++i) many.packager.push(Rig::picture(i, i == 0));
    for (const PartCut& part : many.packager.take_cuts()) {
        CHECK(part.payloads.size() == limits::part_samples_max);
    }
    const std::size_t half = limits::part_bytes_max / 2;
    for (const std::size_t third : {1U, 2U}) {
        CAPTURE(third);
        Rig large;
        large.packager.set_part_target(Milliseconds{500});
        large.packager.push(Rig::picture(0, true, half));
        large.packager.push(Rig::picture(3000, false, half - 1));
        large.packager.push(Rig::picture(6000, false, third));
        const auto cuts = large.packager.take_cuts();
        CHECK(cuts.size() == third - 1);
        if (!cuts.empty()) CHECK(cuts[0].duration == 6000);
    }
}

TEST_CASE("bounds: gaps fill whole parts, and segments of the target duration") {
    Rig rig;
    rig.packager.set_part_target(Milliseconds{500});
    rig.packager.fill_gap(1'000'000);  // before anything came
    CHECK(rig.cut_count() == 0);
    rig.pictures(0, 90'000, 3000);
    rig.packager.fill_gap(0);
    (void)rig.packager.take_cuts();
    const Ticks start = rig.packager.end();
    CHECK(rig.packager.is_behind_gap());
    rig.packager.fill_gap(start + 44'999);
    CHECK(rig.cut_count() == 0);
    rig.packager.fill_gap(start + 45'000);
    CHECK(rig.cut_count() == 1);
    rig.packager.fill_gap(start + 360'000 + 45'000);
    const auto cuts = rig.packager.take_cuts();
    REQUIRE(cuts.size() == 8);
    for (const PartCut& part : cuts) {
        CHECK(part.gap);
        CHECK(part.duration == 45'000);
        CHECK(part.closes_segment == (part.start + part.duration == start + 360'000));
        CHECK(part.opens_segment == (part.start == start + 360'000));
    }
}

TEST_CASE("bounds: a gap ends at a keyframe from its end on") {
    Rig rig;
    rig.packager.set_part_target(Milliseconds{500});
    rig.pictures(0, 90'000, 3000);
    rig.packager.fill_gap(300'000);
    (void)rig.packager.take_cuts();
    const Ticks end = rig.packager.end();
    rig.packager.push(Rig::picture(end - 1, true));
    CHECK(rig.packager.is_behind_gap());
    CHECK(rig.packager.is_late());
    rig.packager.push(Rig::picture(end + 100));
    CHECK(rig.packager.is_behind_gap());
    CHECK_FALSE(rig.packager.is_late());
    rig.packager.push(Rig::picture(end, true));
    CHECK_FALSE(rig.packager.is_behind_gap());
    const auto cuts = rig.flushed();
    CHECK(Rig::samples(cuts, video) == 1);
    Rig later;
    later.packager.set_part_target(Milliseconds{500});
    later.pictures(0, 90'000, 3000);
    later.packager.fill_gap(300'000);
    (void)later.packager.take_cuts();
    later.packager.push(Rig::picture(end + 10'000, true));
    const auto filled = later.packager.take_cuts();
    REQUIRE(filled.size() == 1);
    CHECK(filled[0].gap);
    CHECK(filled[0].duration == 10'000);
    CHECK(filled[0].closes_segment);
}
