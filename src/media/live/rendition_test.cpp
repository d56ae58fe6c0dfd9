#include "media/live/rendition.hpp"

#include <doctest/doctest.h>

#include "media/limits.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

constexpr WallTime began = WallTime(Milliseconds{1'790'000'000'000});

/// A rendition that is fed segments by their lengths.
struct Feed {
    explicit Feed(const PackagerConfig& config = {}) : rendition(make(config)) { begin_epoch(0); }
    static Rendition make(const PackagerConfig& config) {
        auto created = Rendition::create("src", config);
        REQUIRE(created);
        return std::move(*created);
    }
    void begin_epoch(std::uint32_t id) {
        rendition.begin_epoch(make_epoch(EpochId(id), test::Encoder{}.tracks()));
    }
    /// One part; a gap has no frames.
    void part(Ticks duration, bool opens, bool closes, std::size_t frames = 1,
              bool independent = true) {
        PartCut cut;
        cut.start = at;
        cut.duration = duration;
        cut.opens_segment = opens;
        cut.closes_segment = closes;
        cut.independent = cut.starts_independent = independent;
        cut.gap = frames == 0;
        if (frames > 0) {
            PartRun run{.track_id = wire::cmaf::video_track_id, .decode_time = 1, .samples = {}};
            for (std::size_t i = 0; i < frames; ++i) {
                run.samples.push_back({.duration = 3000, .size = 3, .sync = i == 0});
                cut.payloads.emplace_back(std::string("pic"));
            }
            cut.runs.push_back(std::move(run));
        }
        REQUIRE(rendition.add(cut, WallMapping(0, began)));
        at += duration;
    }
    void segment(Ticks duration) { part(duration, true, true); }
    void segment_s(std::int64_t seconds) { segment(seconds * ticks_per_second); }
    RenditionSnapshot snapshot(bool ended = false) const { return rendition.snapshot(ended); }

    Rendition rendition;
    Ticks at = 0;
};

}  // namespace

TEST_CASE("a segment grows by its parts and is complete with its last") {
    Feed feed;
    CHECK(feed.snapshot().hint == Hint{.epoch = EpochId(0), .msn = 0, .part = 0});
    feed.part(45'000, true, false, 15);
    feed.part(30'000, false, false, 0);
    const RenditionSnapshot open = feed.snapshot();
    REQUIRE(open.open);
    CHECK(open.segments.empty());
    CHECK(open.next_msn == 0);
    CHECK(open.hint == Hint{.epoch = EpochId(0), .msn = 0, .part = 2});
    CHECK_FALSE(feed.snapshot(true).hint);
    CHECK(open.open->duration == 75'000);
    CHECK(open.open->video_frames == 15);
    CHECK_FALSE(open.open->complete);
    CHECK_FALSE(open.open->gap);
    CHECK(open.open->parts[1].gap);
    CHECK(open.open->parts[1].bytes.empty());
    CHECK(feed.rendition.listed_duration() == 0);
    feed.part(45'000, false, true, 10);
    const RenditionSnapshot closed = feed.snapshot();
    CHECK_FALSE(closed.open);
    REQUIRE(closed.segments.size() == 1);
    const Segment& segment = *closed.segments[0];
    CHECK(segment.complete);
    CHECK(segment.duration == 120'000);
    CHECK(segment.video_frames == 25);
    CHECK(segment.bytes.length == segment.parts[0].bytes.length + segment.parts[2].bytes.length);
    CHECK(segment.parts[2].bytes.offset ==
          segment.parts[0].bytes.offset + segment.parts[0].bytes.length);
    CHECK(segment.program_date_time == began);
    CHECK(closed.next_msn == 1);
    CHECK(closed.hint == Hint{.epoch = EpochId(0), .msn = 1, .part = 0});
    CHECK(feed.rendition.listed_duration() == 120'000);
    // A segment of gaps is one.
    feed.part(45'000, true, true, 0);
    CHECK(feed.snapshot().segments[1]->gap);
    CHECK(feed.rendition.independent_segments());
}

TEST_CASE("a segment may be closed after the fact, by a cut that lasts no time") {
    Feed feed;
    feed.part(45'000, true, false);
    feed.part(0, false, true, 0);
    REQUIRE(feed.snapshot().segments.size() == 1);
    CHECK(feed.snapshot().segments[0]->parts.size() == 1);
    CHECK(feed.snapshot().segments[0]->duration == 45'000);
}

TEST_CASE("segments begin independently until one with media does not") {
    Feed feed;
    feed.part(45'000, true, true, 0, false);
    CHECK(feed.rendition.independent_segments());
    feed.part(45'000, true, false, 1, true);
    feed.part(45'000, false, true, 1, false);
    CHECK(feed.rendition.independent_segments());
    feed.part(45'000, true, true, 1, false);
    CHECK_FALSE(feed.rendition.independent_segments());
    feed.segment_s(2);
    CHECK_FALSE(feed.rendition.independent_segments());
}

TEST_CASE("the playlist is as long as the window, or ten target durations, and no longer") {
    struct Row {
        std::int64_t window_ms;
        std::size_t listed;
    };
    for (const Row& row : {Row{60'000, 30}, Row{59'999, 30}, Row{60'001, 31}, Row{1000, 20}}) {
        CAPTURE(row.window_ms);
        Feed feed({.live_window = Milliseconds{row.window_ms}});
        for (std::size_t i = 0; i < row.listed; ++i) {
            feed.segment_s(2);
            CHECK(feed.rendition.listed_count() == i + 1);
        }
        for (int i = 0; i < 20; ++i) feed.segment_s(2);
        CHECK(feed.rendition.listed_count() == row.listed);
        CHECK(feed.rendition.listed_duration() ==
              static_cast<Ticks>(row.listed) * 2 * ticks_per_second);
    }
    Feed long_ones;
    long_ones.segment_s(70);
    long_ones.segment_s(70);
    CHECK(long_ones.rendition.listed_count() == 1);
}

TEST_CASE("a rendition that is too large lists three target durations and forgets until it fits") {
    std::size_t bytes = 0;  // of one segment
    {
        Feed feed;
        feed.segment_s(2);
        bytes = feed.snapshot().segments[0]->bytes.length;
    }
    for (const std::size_t room : {8 * bytes, 8 * bytes - 1}) {
        CAPTURE(room);
        Feed feed({.live_bytes_max = room});
        for (int i = 0; i < 8; ++i) feed.segment_s(2);
        const bool fits = room == 8 * bytes;
        CHECK(feed.rendition.listed_count() == (fits ? 8 : 6));
        CHECK(feed.snapshot().segments.size() == (fits ? 8 : 7));
        for (int i = 0; i < 5; ++i) feed.segment_s(2);
        CHECK(feed.rendition.listed_count() == 6);
    }
}

TEST_CASE("what left the playlist stays for three target durations and its own") {
    Feed feed;
    for (int i = 0; i < 31; ++i) feed.segment_s(2);
    CHECK(feed.snapshot().listed_from == 1);
    // Segment 0 left when segment 30 was complete; 14 s later it goes.
    for (int i = 0; i < 6; ++i) feed.segment_s(2);
    CHECK(feed.snapshot().find(0) != nullptr);
    feed.segment(2 * ticks_per_second - 1);
    CHECK(feed.snapshot().find(0) != nullptr);
    feed.segment(1);
    CHECK(feed.snapshot().find(0) == nullptr);
    CHECK(feed.snapshot().find(1) != nullptr);
}

TEST_CASE("segments are bounded in number, listed and kept") {
    Feed feed;
    constexpr std::size_t most = limits::live_segments_max;
    for (std::size_t i = 0; i < most; ++i) feed.segment(1);
    CHECK(feed.rendition.listed_count() == most);
    CHECK(feed.snapshot().listed_from == 0);
    feed.segment(1);
    CHECK(feed.rendition.listed_count() == most);
    CHECK(feed.snapshot().listed_from == 1);
    for (std::size_t i = 1; i < most; ++i) feed.segment(1);
    CHECK(feed.snapshot().listed_from == most);
    CHECK(feed.snapshot().find(0) != nullptr);
    feed.segment(1);
    CHECK(feed.rendition.listed_count() == most);
    CHECK(feed.snapshot().listed_from == most);
    CHECK(feed.snapshot().find(0) == nullptr);
    CHECK(feed.snapshot().find(1) != nullptr);
}

TEST_CASE("epochs begin behind a discontinuity, which is counted when it leaves") {
    Feed feed;
    feed.segment_s(2);
    CHECK(feed.rendition.discontinuities() == 0);
    feed.begin_epoch(1);
    CHECK(feed.snapshot().epochs.size() == 2);
    CHECK(feed.snapshot().hint == Hint{.epoch = EpochId(1), .msn = 1, .part = 0});
    feed.segment_s(2);
    feed.segment_s(2);
    const RenditionSnapshot both = feed.snapshot();
    CHECK(both.epochs.size() == 2);
    CHECK_FALSE(both.segments[0]->discontinuity);
    CHECK(both.segments[1]->discontinuity);
    CHECK_FALSE(both.segments[2]->discontinuity);
    CHECK(feed.rendition.discontinuities() == 1);
    for (int i = 0; i < 28; ++i) feed.segment_s(2);
    CHECK(feed.snapshot().listed_from == 1);
    CHECK(feed.snapshot().discontinuity_sequence == 0);
    feed.segment_s(2);
    CHECK(feed.snapshot().listed_from == 2);
    CHECK(feed.snapshot().discontinuity_sequence == 1);
    for (int i = 0; i < 10; ++i) feed.segment_s(2);
    CHECK(feed.snapshot().epochs.size() == 1);
    CHECK(feed.rendition.discontinuities() == 1);
    // An epoch without a segment adds no second discontinuity.
    feed.begin_epoch(2);
    feed.begin_epoch(3);
    feed.segment_s(2);
    CHECK(feed.rendition.discontinuities() == 2);
}

TEST_CASE("a rendition that is resumed goes on counting, behind a discontinuity") {
    auto created = Rendition::create("src", {});
    REQUIRE(created);
    created->resume(7, 3);
    CHECK_FALSE(created->snapshot(false).hint);
    created->begin_epoch(make_epoch(EpochId(4), test::Encoder{}.tracks()));
    Feed feed;
    feed.rendition = std::move(*created);
    feed.segment_s(2);
    const RenditionSnapshot snapshot = feed.snapshot();
    CHECK(snapshot.segments[0]->msn == 7);
    CHECK(snapshot.segments[0]->discontinuity);
    CHECK(snapshot.discontinuity_sequence == 3);
    CHECK(feed.rendition.discontinuities() == 4);
    CHECK(snapshot.next_msn == 8);
    CHECK(snapshot.name == "src");
}
