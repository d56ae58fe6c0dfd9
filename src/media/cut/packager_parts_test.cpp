// Where parts and segments end, to the tick: PART-TARGET is 500 ms, the target duration 4 s.
#include <doctest/doctest.h>

#include "media/cut/packager.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

struct Cutter {
    explicit Cutter(const test::Encoder& encoder = {.audio_rate = 0}) {
        packager.set_part_target(Milliseconds{500});
        packager.begin_epoch(encoder.tracks());
    }
    void picture(Ticks time, bool keyframe = false) {
        packager.push({.kind = TrackKind::Video,
                       .dts = time,
                       .pts = time,
                       .keyframe = keyframe,
                       .payload = Bytes(std::string("p"))});
    }
    void keyframe(Ticks time) { picture(time, true); }
    /// Up to, not including, `end`; none of them a keyframe.
    void pictures(Ticks from, Ticks end, Ticks every) {
        for (; from < end; from += every) picture(from);
    }
    void sounds(std::int64_t first, std::int64_t end) {
        for (; first < end; ++first) {
            packager.push({.kind = TrackKind::Audio,
                           .dts = first * 1024,
                           .pts = first * 1024,
                           .keyframe = true,
                           .payload = Bytes(std::string("a"))});
        }
    }
    /// The parts that were cut since the last call end here.
    std::vector<Ticks> part_ends() {
        std::vector<Ticks> out;
        for (const PartCut& part : packager.take_cuts()) {
            out.push_back(part.start + part.duration);
            if (part.closes_segment) segment_ends.push_back(out.back());
        }
        return out;
    }
    std::vector<Ticks> segments() {
        (void)part_ends();
        return segment_ends;
    }

    Packager packager{PackagerConfig{}};
    std::vector<Ticks> segment_ends;
};

using Ends = std::vector<Ticks>;

}  // namespace

TEST_CASE("a part ends at a frame when that makes it longer than 85 % of PART-TARGET") {
    for (const Ticks length : {38'250, 38'251}) {
        CAPTURE(length);
        Cutter cutter;
        cutter.keyframe(0);
        cutter.picture(length);
        cutter.picture(80'000);
        // Else while that frame is shown.
        CHECK(cutter.part_ends().front() == (length == 38'251 ? length : 45'000));
    }
}

TEST_CASE("a part is not kept waiting for a frame that would not fit, a tenth of it aside") {
    for (const Ticks last : {42'300, 42'301}) {
        CAPTURE(last);
        Cutter cutter;
        cutter.keyframe(0);
        cutter.pictures(300, 42'300, 3'000);
        cutter.picture(last);  // and nine tenths of the same again: 45,000, or one more
        CHECK(cutter.part_ends() == (last == 42'301 ? Ends{last} : Ends{}));
    }
}

TEST_CASE("parts end at keyframes, unless those are as close as parts") {
    for (const Ticks apart : {45'000, 45'001}) {
        CAPTURE(apart);
        Cutter cutter;
        cutter.keyframe(0);
        cutter.pictures(5'000, apart, 5'000);
        cutter.keyframe(apart);
        cutter.pictures(50'000, 85'000, 5'000);
        cutter.keyframe(apart + 40'000);
        cutter.pictures(90'000, 100'000, 5'000);
        CHECK(cutter.part_ends() == Ends{45'000, apart == 45'000 ? 90'000 : 85'001});
        CHECK(cutter.segment_ends.empty());
    }
}

TEST_CASE("a segment that no keyframe ends has no crumb of a part at its end") {
    for (const Ticks crumb : {22'499, 22'500}) {
        CAPTURE(crumb);
        Cutter cutter;
        cutter.keyframe(0);
        cutter.pictures(5'000, 405'000, 5'000);
        // So long without a keyframe that none is hoped for: from here on the rule is 4 s.
        const Ticks start = cutter.segments().at(0);
        CHECK(start == 400'000);
        for (Ticks part = 1; part <= 8; ++part) {
            cutter.picture(start + (360'000 - crumb) * part / 8);
        }
        cutter.picture(start + 400'000);
        CHECK(cutter.segments().at(1) == start + (crumb == 22'500 ? 360'000 : 337'501));
    }
}

TEST_CASE("a segment is held open for a keyframe that is due, and not for one that is overdue") {
    struct Row {
        const char* what;
        Ticks interval;  // of the first two keyframes
        Ticks every;     // a frame
        Ticks third;     // when the next one really comes
        Ticks ends;      // the second segment
    };
    for (const Row& row : {Row{"at the very end of the slack", 400'500, 4'500, 801'000, 801'000},
                           Row{"a frame later than thought", 360'000, 5'000, 725'000, 725'000},
                           Row{"overdue", 340'000, 5'000, 735'000, 700'000}}) {
        CAPTURE(row.what);
        Cutter cutter;
        for (Ticks time = 0; time <= 810'000; time += row.every) {
            cutter.picture(time, time == 0 || time == row.interval || time == row.third);
        }
        CHECK(cutter.segments().at(0) == row.interval);
        CHECK(cutter.segments().at(1) == row.ends);
    }
}

TEST_CASE("a keyframe that nobody hoped for ends the segment when it is there within the slack") {
    for (const Ticks third : {740'500, 740'501}) {
        CAPTURE(third);
        Cutter cutter;
        for (Ticks time = 0; time < 700'000; time += 5'000) {
            cutter.picture(time, time == 0 || time == 340'000);
        }
        // The third was due at 680,000. The part that would end with the segment, at 700,000,
        // waits.
        CHECK(cutter.segments() == Ends{340'000});
        cutter.keyframe(third);
        CHECK(cutter.segments().at(1) == (third == 740'500 ? third : 695'000));
    }
}

TEST_CASE("a hope that ends when the segment has no room for a part leaves it the slack") {
    Cutter cutter;
    for (Ticks time = 0; time <= 340'000; time += 5'000) {
        cutter.picture(time, time == 0 || time == 340'000);
    }
    // Eight parts to 678,000, just before the next keyframe is due; the segment's end is 700,000.
    cutter.pictures(340'000 + 42'250, 678'001, 42'250);
    CHECK(cutter.part_ends().back() == 678'000);
    cutter.pictures(683'000, 750'000, 5'000);
    CHECK(cutter.segments() == Ends{340'000, 738'000});
}

TEST_CASE("sound that was cut already counts for the part behind it") {
    // 94 frames of sound end at 180,480 and are all in the part that ends at 180,000.
    for (const Ticks keyframe : {180'480, 180'481}) {
        CAPTURE(keyframe);
        Cutter cutter(test::Encoder{});
        cutter.keyframe(0);
        cutter.sounds(0, 94);
        cutter.pictures(5'000, 180'001, 5'000);
        CHECK(cutter.part_ends() == Ends{45'000, 90'000, 135'000, 180'000});
        CHECK_FALSE(cutter.packager.facts().video_silent);
        cutter.keyframe(keyframe);
        CHECK(cutter.part_ends() == (keyframe == 180'480 ? Ends{keyframe} : Ends{}));
        cutter.sounds(94, 95);
        CHECK(cutter.segments() == Ends{keyframe});
    }
}

TEST_CASE("flushing cuts all that is left, and the segment ends there, once") {
    for (const Ticks every : {3'000, 1}) {
        CAPTURE(every);
        Cutter cutter;
        cutter.packager.flush();
        CHECK(cutter.part_ends().empty());
        cutter.keyframe(0);
        cutter.pictures(every, 20 * every, every);
        cutter.packager.flush();
        // The last frame lasts as long as the one before.
        CHECK(cutter.part_ends().back() == 20 * every);
        CHECK(cutter.segment_ends == Ends{20 * every});
        cutter.packager.flush();
        CHECK(cutter.part_ends().empty());
    }
}

TEST_CASE("flushing ends a part at its limit, too, and a segment whose parts are all cut") {
    for (const bool taken : {false, true}) {
        CAPTURE(taken);
        Cutter cutter(test::Encoder{});
        cutter.keyframe(0);
        cutter.pictures(3'000, 45'000, 3'000);
        // Sound that goes on alone cuts the picture's part, and leaves nothing.
        cutter.sounds(0, 300);
        CHECK(cutter.packager.facts().video_silent);
        if (taken) CHECK(cutter.part_ends().back() == cutter.packager.end());
        CHECK(cutter.segment_ends.empty());
        cutter.packager.flush();
        const Ends ends = cutter.part_ends();
        CHECK(cutter.segment_ends == Ends{cutter.packager.end()});
        if (taken) CHECK(ends == Ends{cutter.packager.end()});
        cutter.packager.flush();
        CHECK(cutter.part_ends().empty());
    }
}

TEST_CASE("a picture that is late when everything ends gets the shortest part") {
    Cutter cutter(test::Encoder{});
    cutter.keyframe(0);
    cutter.pictures(3'000, 45'000, 3'000);
    cutter.sounds(0, 300);
    (void)cutter.part_ends();
    const Ticks end = cutter.packager.end();
    REQUIRE(end > 60'000);
    cutter.picture(46'000);
    cutter.packager.flush();
    CHECK(cutter.part_ends() == Ends{end + 1});
    CHECK(cutter.segment_ends == Ends{end + 1});
}

TEST_CASE("a new epoch has forgotten the troubles of the one before") {
    const test::Encoder encoder;
    Cutter cutter(encoder);
    cutter.packager.push(
        {.dts = 0, .pts = 6'000, .keyframe = true, .payload = Bytes(std::string("p"))});
    cutter.pictures(450'000, 500'000, 5'000);
    CHECK(cutter.packager.facts().audio_lags);
    cutter.sounds(0, 600);
    CHECK(cutter.packager.facts().video_silent);
    CHECK(cutter.packager.facts().keyframes_too_rare);
    cutter.packager.fill_gap(cutter.packager.end());
    CHECK(cutter.packager.is_behind_gap());
    cutter.packager.begin_epoch(encoder.tracks());
    CHECK_FALSE(cutter.packager.is_behind_gap());
    const Packager::Facts facts = cutter.packager.facts();
    CHECK(facts.keyframe_interval == 0);
    CHECK(facts.reorder_delay == 0);
    CHECK_FALSE(facts.keyframes_too_rare);
    CHECK_FALSE(facts.audio_lags);
    CHECK_FALSE(facts.video_silent);
}

TEST_CASE("a part may be as long as a segment, and any time may be the first") {
    Packager packager{PackagerConfig{.part_target = Milliseconds{4000}}};
    packager.begin_epoch(test::Encoder{.audio_rate = 0}.tracks());
    for (const Ticks time : {0, 1}) {
        packager.push({.dts = 360'000 * time,
                       .pts = 360'000 * time,
                       .keyframe = true,
                       .payload = Bytes(std::string("p"))});
    }
    const auto cuts = packager.take_cuts();
    REQUIRE(cuts.size() == 1);
    CHECK(cuts[0].duration == 360'000);
    CHECK(cuts[0].closes_segment);
}
