// Where a stream's decisions turn: just below, exactly at and just above each bound.
#include <doctest/doctest.h>

#include "media/live/live_stream.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;
using namespace std::chrono_literals;

namespace {

struct Rig {
    explicit Rig(LiveStreamSettings with = settings()) : started_at(with.started_at) {
        stream = *LiveStream::create(std::move(with), recorder);
    }
    void begin(const Encoder& encoder = {.fps = 30, .keyframe_every = 60, .audio_rate = 0}) {
        REQUIRE(stream->begin_epoch(encoder.tracks(), started_at));
        source.emplace(encoder, 1);
    }
    void run_to(double seconds) {
        while (source->next_time() < seconds) REQUIRE(stream->push(source->next()));
    }
    void push(std::int64_t dts, bool keyframe = false) {
        REQUIRE(stream->push({.kind = TrackKind::Video,
                              .dts = dts,
                              .pts = dts,
                              .keyframe = keyframe,
                              .payload = Bytes(std::string("p"))}));
    }
    void sound(std::int64_t frame) {
        REQUIRE(stream->push({.kind = TrackKind::Audio,
                              .dts = frame * 1024,
                              .pts = frame * 1024,
                              .keyframe = true,
                              .payload = Bytes(std::string("a"))}));
    }
    void tick(Milliseconds at) { REQUIRE(stream->tick(SteadyTime(1h + at))); }
    const StreamSnapshot& last() const { return *recorder.last; }
    Ticks end() const {
        const RenditionSnapshot& src = recorder.src();
        return src.open ? src.open->end() : src.segments.back()->end();
    }

    WallTime started_at;
    Recorder recorder;
    std::unique_ptr<LiveStream> stream;
    std::optional<PacketSource> source;
};

}  // namespace

TEST_CASE("bounds: times may begin another epoch from an epoch's 64th packet on") {
    Rig rig;
    rig.begin();
    for (std::int64_t i = 0; i < 62; ++i) rig.push(i * 3000, i == 0);
    const std::int64_t elsewhere = 90'000'000;
    rig.push(elsewhere, true);  // the 63rd is dropped
    CHECK(rig.recorder.src().epochs.size() == 1);
    rig.push(elsewhere, true);
    CHECK(rig.recorder.src().epochs.size() == 2);
    for (std::int64_t i = 1; i < 63; ++i) rig.push(elsewhere + i * 3000);
    rig.push(0, true);
    CHECK(rig.recorder.src().epochs.size() == 2);
    rig.push(0, true);
    CHECK(rig.recorder.src().epochs.size() == 3);
    // The clock of the wall goes on where the timeline does: 62 frames behind the beginning.
    const auto& segments = rig.recorder.src().segments;
    const auto second =
        std::ranges::find(segments, EpochId(1), [](const auto& each) { return each->epoch->id; });
    REQUIRE(second != segments.end());
    CHECK((*second)->start == 62 * 3000);
    CHECK((*second)->program_date_time - rig.started_at == 2067ms);
    CHECK(rig.stream->position().next_epoch == 3);
    rig.stream->end(rig.started_at);
    const auto& items = rig.stream->health().items;
    const auto told = std::ranges::find(items, "timestamps_jump", &HealthItem::code);
    REQUIRE(told != items.end());
    CHECK(told->message.contains("jumped 2 times"));
}

TEST_CASE("bounds: an encoder is silent after half a target duration without packets") {
    Rig rig;
    rig.begin();
    rig.tick(0ms);
    rig.tick(60'000ms);  // nothing came yet
    CHECK_FALSE(rig.last().interrupted);
    rig.run_to(5);
    rig.tick(100'000ms);
    rig.tick(101'999ms);
    CHECK_FALSE(rig.last().interrupted);
    rig.run_to(5.1);
    rig.tick(102'000ms);
    rig.tick(103'999ms);
    CHECK_FALSE(rig.last().interrupted);
    const Ticks end = rig.end();
    rig.tick(104'000ms);
    CHECK(rig.last().interrupted);
    // One part short of the time that passed.
    rig.tick(110'000ms);
    const Ticks part = to_ticks(rig.last().part_target);
    const Ticks edge = 459'000 + 8 * ticks_per_second - part;
    CHECK(rig.end() > end + 4 * ticks_per_second);
    CHECK(rig.end() <= edge + 3000);
    CHECK(rig.end() > edge - 2 * part);
}

TEST_CASE("a stream's health is looked at with each segment, not with each part") {
    Rig rig;
    rig.begin();
    std::shared_ptr<const HealthReport> known = rig.last().health;
    std::uint64_t next_msn = 0;
    std::size_t looks = 0;
    rig.recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        const bool is_new = snapshot.health != known;
        CHECK(is_new == (snapshot.renditions[0].next_msn != next_msn));
        looks += is_new ? 1 : 0;
        known = snapshot.health;
        next_msn = snapshot.renditions[0].next_msn;
    };
    rig.run_to(8.1);
    CHECK(looks == 4);
    rig.recorder.on_publish = nullptr;
}

TEST_CASE("a stream that has not begun is not silent, nor is one that has ended") {
    Rig before;
    before.begin();
    before.push(0);  // no keyframe: nothing to go on from
    before.tick(0ms);
    before.tick(60'000ms);
    CHECK_FALSE(before.last().interrupted);
    CHECK_FALSE(before.recorder.src().open);

    Rig rig;
    rig.begin();
    rig.run_to(5);
    rig.tick(0ms);
    rig.stream->end(rig.started_at);
    const std::size_t published = rig.recorder.count;
    rig.tick(60'000ms);
    CHECK(rig.recorder.count == published);
    CHECK_FALSE(rig.last().interrupted);
}

TEST_CASE("bounds: packets that stay late for a second are on another clock") {
    for (const Milliseconds wait : {999ms, 1000ms}) {
        CAPTURE(wait.count());
        Rig rig;
        rig.begin();
        rig.run_to(5);
        rig.tick(0ms);
        rig.tick(8000ms);
        REQUIRE(rig.last().interrupted);
        rig.run_to(5.1);
        rig.tick(8000ms);
        rig.run_to(5.2);
        rig.tick(8000ms + wait);
        CHECK(rig.recorder.src().epochs.size() == (wait == 1000ms ? 2 : 1));
        CHECK(rig.last().interrupted == (wait < 1000ms));
    }
    // Without packets nothing is late.
    Rig silent;
    silent.begin();
    silent.run_to(5);
    silent.tick(0ms);
    silent.tick(8000ms);
    silent.tick(9999ms);
    CHECK(silent.recorder.src().epochs.size() == 1);
}

TEST_CASE("bounds: a stream is ready with a segment and what its hold-back needs") {
    Rig rig;
    rig.begin();
    rig.run_to(0.99);
    rig.begin();  // the segment ends there
    REQUIRE(rig.recorder.src().segments.size() == 1);
    REQUIRE(rig.recorder.src().segments[0]->duration < 100'000);
    CHECK_FALSE(rig.last().ready);
    const Ticks needed = 3 * to_ticks(rig.last().part_target);
    bool seen_unready = false;
    rig.recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        const Ticks there = rig.end();
        CHECK(snapshot.ready == (there >= needed));
        const auto multivariant = snapshot.multivariant.plain().text();
        CHECK((!snapshot.ready || multivariant.contains("/src/index.m3u8")));
        seen_unready = seen_unready || !snapshot.ready;
    };
    rig.run_to(3);
    CHECK(seen_unready);
    CHECK(rig.last().ready);
    rig.recorder.on_publish = nullptr;
    // The end makes any stream ready that has a segment.
    Rig brief;
    brief.begin();
    brief.run_to(0.3);
    brief.stream->end(brief.started_at);
    CHECK(brief.last().ready);
    Rig nothing;
    nothing.begin();
    nothing.stream->end(nothing.started_at);
    CHECK_FALSE(nothing.last().ready);
}

TEST_CASE("bounds: what the hold-back needs is enough, to the tick") {
    LiveStreamSettings with = settings();
    with.resumed_at = StreamPosition{.part_target = 500ms};
    Rig rig(with);
    rig.begin();
    for (std::int64_t i = 0; i < 15; ++i) rig.push(i * 3000, i == 0);
    rig.begin();
    REQUIRE(rig.recorder.src().segments.at(0)->duration == 45'000);
    for (std::int64_t i = 0; i < 30; ++i) rig.push(i * 3000, i == 0);
    CHECK_FALSE(rig.last().ready);
    rig.push(90'000);
    REQUIRE(rig.end() == 3 * 45'000);
    CHECK(rig.last().ready);
}

TEST_CASE("bounds: dates count from the epoch's first packet, at most half a minute before") {
    const auto date_after = [](std::int64_t seconds) {
        Rig rig;
        rig.begin(Encoder{});
        rig.sound(0);
        const std::int64_t begin = seconds * ticks_per_second;
        for (std::int64_t i = 0; i < 60; ++i) rig.push(begin + i * 3000, i == 0);
        rig.stream->end(rig.started_at);
        return rig.recorder.src().segments.at(0)->program_date_time - rig.started_at;
    };
    CHECK(date_after(0) == 0ms);
    CHECK(date_after(1) == 1000ms);
    CHECK(date_after(30) == 30'000ms);
    CHECK(date_after(31) == 30'000ms);
}

TEST_CASE("bounds: a resumed stream goes on where it was, behind its interruption") {
    LiveStreamSettings with = settings();
    with.resumed_at =
        StreamPosition{.next_msn = 7, .discontinuities = 2, .next_epoch = 3, .part_target = 505ms};
    Rig rig(with);
    CHECK(rig.last().interrupted);
    CHECK(rig.stream->position() == *with.resumed_at);
    rig.begin();
    CHECK_FALSE(rig.last().interrupted);
    CHECK(rig.stream->position().next_epoch == 4);
    rig.run_to(3);
    CHECK(rig.recorder.src().segments.at(0)->msn == 7);
    CHECK(rig.recorder.src().segments.at(0)->epoch->id == EpochId(3));
    CHECK(rig.stream->position().next_msn == 8);
    CHECK(rig.stream->position().discontinuities == 3);
    CHECK(rig.stream->position().part_target == 505ms);
    Rig fresh;
    CHECK_FALSE(fresh.last().interrupted);
    CHECK(fresh.stream->position() == StreamPosition{});
}

TEST_CASE("bounds: a stream that is dropped has ended, once, at its media's time") {
    Recorder recorder;
    std::size_t published = 0;
    {
        auto stream = *LiveStream::create(settings(), recorder);
        const Encoder encoder{.fps = 30, .keyframe_every = 60, .audio_rate = 0};
        REQUIRE(stream->begin_epoch(encoder.tracks(), settings().started_at));
        PacketSource source(encoder, 1);
        while (source.next_time() < 4.01) REQUIRE(stream->push(source.next()));
    }
    REQUIRE(recorder.last->ended());
    CHECK(*recorder.last->ended_at - settings().started_at >= 3500ms);
    CHECK(*recorder.last->ended_at - settings().started_at <= 4100ms);
    CHECK_FALSE(recorder.src().hint);
    {
        auto stream = *LiveStream::create(settings(), recorder);
        stream->end(settings().started_at + 5ms);
        published = recorder.count;
        stream->end(settings().started_at + 9ms);
        CHECK(stream->tick(SteadyTime(1h)));
    }
    CHECK(recorder.count == published);
    CHECK(recorder.last->ended_at == settings().started_at + 5ms);
}
