#include "media/live/delivery.hpp"

#include <doctest/doctest.h>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

/// A stream of 500 ms parts and 2 s segments, published until `seconds`.
struct Live {
    explicit Live(double seconds, double end_after = 0) {
        const Encoder encoder{.fps = 30, .keyframe_every = 60};
        stream = *LiveStream::create(settings(), recorder);
        REQUIRE(stream->begin_epoch(encoder.tracks(), settings().started_at));
        PacketSource source(encoder, 1);
        while (source.next_time() < seconds) REQUIRE(stream->push(source.next()));
        if (end_after > 0) stream->end(settings().started_at);
    }
    const StreamSnapshot& snapshot() const { return *recorder.last; }

    Recorder recorder;
    std::unique_ptr<LiveStream> stream;
};

std::string name_of(const PlaylistDecision& decision) {
    if (const auto* serve = std::get_if<Serve>(&decision)) return serve->delta ? "delta" : "full";
    if (std::get_if<Block>(&decision)) return "block";
    if (std::get_if<BadRequest>(&decision)) return "400";
    if (std::get_if<NotFound>(&decision)) return "404";
    return "503";
}

std::string name_of(const MediaDecision& decision) {
    if (std::get_if<ServeSlice>(&decision)) return "slice";
    if (std::get_if<ServeBytes>(&decision)) return "bytes";
    if (std::get_if<Block>(&decision)) return "block";
    if (std::get_if<NotFound>(&decision)) return "404";
    return "503";
}

std::string ask(const Live& live, std::string_view query, int waited_ms = 0) {
    const auto directives = parse_directives(query);
    if (!directives) return "400";
    return name_of(decide_playlist(live.snapshot(), "src", *directives, Milliseconds{waited_ms}));
}

std::string fetch(const Live& live, std::string_view name, int waited_ms = 0) {
    return name_of(decide_media(live.snapshot(), "src", name, Milliseconds{waited_ms}));
}

}  // namespace

TEST_CASE("delivery directives are read strictly") {
    struct Row {
        std::string_view query;
        std::optional<Directives> wanted;
    };
    const Row rows[] = {
        {"", Directives{}},
        {"a=b&c", Directives{}},
        {"_HLS_msn=4", Directives{.msn = 4}},
        {"token=x&_HLS_msn=4&_HLS_part=0", Directives{.msn = 4, .part = 0}},
        {"_HLS_part=3&_HLS_msn=4&_HLS_skip=YES", Directives{.msn = 4, .part = 3, .skip = true}},
        {"_HLS_skip=v2", Directives{.skip = true}},
        {"_HLS_skip=NO", Directives{}},
        {"skip=YES&_HLS_skipped=v2&_hls_skip=YES", Directives{}},
        {"_HLS_unknown=1", Directives{}},
        {"_HLS_msn=18446744073709551615", Directives{.msn = 18446744073709551615U}},
        {"_HLS_msn=18446744073709551616", std::nullopt},
        {"_HLS_msn=", std::nullopt},
        {"_HLS_msn=-1", std::nullopt},
        {"_HLS_msn=1.5", std::nullopt},
        {"_HLS_msn=x", std::nullopt},
        {"_HLS_msn=1&_HLS_part=x", std::nullopt},
        {"_HLS_part=1", std::nullopt},
        {"_HLS_msn=1&_HLS_msn=1", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.query);
        const auto read = parse_directives(row.query);
        CHECK(read.has_value() == row.wanted.has_value());
        if (read && row.wanted) CHECK(*read == *row.wanted);
    }
}

// At 101.1 s: segments 0 to 49 are complete, segment 50 has parts 0 and 1, 50.2 is hinted.
TEST_CASE("playlist requests are answered, held or refused as 6.2.5 says") {
    const Live live(101.1);
    REQUIRE(live.recorder.src().next_msn == 50);
    REQUIRE(live.recorder.src().open->parts.size() == 2);
    struct Row {
        std::string_view query;
        std::string_view wanted;
    };
    const Row rows[] = {
        {"", "full"},
        {"_HLS_skip=YES", "delta"},
        {"_HLS_skip=v2", "delta"},
        // Present: at once, however old (an answer of 400 for those would be wrong).
        {"_HLS_msn=0", "full"},
        {"_HLS_msn=0&_HLS_part=0", "full"},
        {"_HLS_msn=0&_HLS_part=99999", "full"},
        {"_HLS_msn=48&_HLS_part=3", "full"},
        {"_HLS_msn=49", "full"},
        {"_HLS_msn=49&_HLS_part=3&_HLS_skip=YES", "delta"},
        // A part behind a finished segment's last counts as part 0 of the next one.
        {"_HLS_msn=49&_HLS_part=4", "full"},
        {"_HLS_msn=49&_HLS_part=4000", "full"},
        // Released by the first part of the segment.
        {"_HLS_msn=50", "full"},
        {"_HLS_msn=50&_HLS_part=1", "full"},
        // Not there yet.
        {"_HLS_msn=50&_HLS_part=2", "block"},
        {"_HLS_msn=50&_HLS_part=2&_HLS_skip=YES", "block"},
        {"_HLS_msn=51", "block"},
        {"_HLS_msn=51&_HLS_part=0", "block"},
        // PART-TARGET 0.505 s, 4 s segments: the limit is 16 parts behind 50.1.
        {"_HLS_msn=50&_HLS_part=17", "block"},
        {"_HLS_msn=50&_HLS_part=18", "400"},
        {"_HLS_msn=51&_HLS_part=15", "block"},
        {"_HLS_msn=51&_HLS_part=16", "400"},
        // More than two behind the last segment (49).
        {"_HLS_msn=52", "400"},
        {"_HLS_msn=18446744073709551615", "400"},
        {"_HLS_msn=18446744073709551615&_HLS_part=18446744073709551615", "400"},
        {"_HLS_part=1", "400"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.query);
        CHECK(ask(live, row.query) == row.wanted);
    }
    CHECK(ask(live, "_HLS_msn=50&_HLS_part=2", 11'999) == "block");
    CHECK(ask(live, "_HLS_msn=50&_HLS_part=2", 12'000) == "503");
    CHECK(name_of(decide_playlist(live.snapshot(), "720p", {}, {})) == "404");
    CHECK(name_of(decide_playlist(live.snapshot(), "src", {.part = 1}, {})) == "400");
}

TEST_CASE("right after a completed segment the next one's first part is what to wait for") {
    const Live live(102.01);
    REQUIRE(live.recorder.src().next_msn == 51);
    REQUIRE(!live.recorder.src().open);
    CHECK(ask(live, "_HLS_msn=50&_HLS_part=3") == "full");
    CHECK(ask(live, "_HLS_msn=50&_HLS_part=4") == "block");
    CHECK(ask(live, "_HLS_msn=51") == "block");
    CHECK(ask(live, "_HLS_msn=51&_HLS_part=5") == "block");
    CHECK(ask(live, "_HLS_msn=51&_HLS_part=16") == "400");
    CHECK(ask(live, "_HLS_msn=52") == "block");
    CHECK(ask(live, "_HLS_msn=53") == "400");
    CHECK(fetch(live, "0-51.0.m4s") == "block");
    CHECK(fetch(live, "0-50.4.m4s") == "404");
}

TEST_CASE("a short stream has no delta update: nothing lies behind the Skip Boundary") {
    const Live live(20);
    CHECK(ask(live, "_HLS_skip=YES") == "full");
}

TEST_CASE("requests for a stream that starts are held, not refused") {
    const Live live(1.2);
    REQUIRE(!live.snapshot().ready);
    CHECK(ask(live, "") == "block");
    CHECK(ask(live, "_HLS_msn=0&_HLS_part=0") == "block");
    CHECK(ask(live, "", 12'000) == "503");
    CHECK(name_of(decide_multivariant(live.snapshot(), {})) == "block");
    CHECK(name_of(decide_multivariant(live.snapshot(), Milliseconds{12'000})) == "503");
    CHECK(fetch(live, "0-0.2.m4s") == "block");
    CHECK(fetch(live, "0-0.1.m4s") == "slice");
    CHECK(name_of(decide_multivariant(Live(10).snapshot(), {})) == "full");
}

TEST_CASE("after the end every directive is ignored and nothing blocks") {
    const Live live(101.1, 1);
    for (const std::string_view query : {"", "_HLS_msn=50&_HLS_part=2", "_HLS_msn=99",
                                         "_HLS_skip=YES", "_HLS_msn=52&_HLS_part=7"}) {
        CAPTURE(query);
        CHECK(ask(live, query) == "full");
    }
    CHECK(live.recorder.src().playlist.plain().text().ends_with("#EXT-X-ENDLIST\n"));
    CHECK(fetch(live, "0-50.m4s") == "slice");
    CHECK(fetch(live, "0-51.0.m4s") == "404");
    const Live empty(0.01, 1);
    CHECK(name_of(decide_multivariant(empty.snapshot(), {})) == "full");
}

TEST_CASE("media names: what exists is served, what is hinted is held, nothing else is known") {
    const Live live(101.1);
    struct Row {
        std::string_view name;
        std::string_view wanted;
    };
    const Row rows[] = {
        {"init-0.mp4", "bytes"},
        {"init-1.mp4", "404"},
        {"init-00.mp4", "404"},
        {"0-49.m4s", "slice"},
        {"0-49.3.m4s", "slice"},
        {"0-49.4.m4s", "404"},
        {"1-49.m4s", "404"},
        {"0-049.m4s", "404"},
        {"0-49.03.m4s", "404"},
        {"0-50.m4s", "404"},  // in progress: its parts exist, it does not
        {"0-50.1.m4s", "slice"},
        {"0-50.2.m4s", "block"},  // the hint
        {"0-50.3.m4s", "404"},
        {"1-50.2.m4s", "404"},
        {"0-51.0.m4s", "404"},
        // Out of the playlist (which lists 60 s), still there for those who are behind.
        {"0-18.m4s", "slice"},
        {"0-18.0.m4s", "slice"},
        {"0-2.m4s", "404"},
        {"", "404"},
        {"index.m3u8", "404"},
        {"0-50.2.m4s.m4s", "404"},
        {"-50.m4s", "404"},
        {"0-.m4s", "404"},
        {"0-50..m4s", "404"},
        {"0-18446744073709551616.m4s", "404"},
        {"+0-49.m4s", "404"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(fetch(live, row.name) == row.wanted);
    }
    CHECK(fetch(live, "0-50.2.m4s", 12'000) == "503");
    CHECK(name_of(decide_media(live.snapshot(), "720p", "0-49.m4s", {})) == "404");
}

TEST_CASE("a hinted part that a new epoch makes impossible is not found any more") {
    Live live(101.1);
    CHECK(fetch(live, "0-50.2.m4s") == "block");
    REQUIRE(live.stream->begin_epoch(Encoder{}.tracks(), settings().started_at));
    // The frames left became part 2 after all; nothing comes behind it in that epoch.
    CHECK(fetch(live, "0-50.2.m4s") == "slice");
    CHECK(fetch(live, "0-50.3.m4s") == "404");
    CHECK(fetch(live, "0-51.0.m4s") == "404");
    CHECK(fetch(live, "1-51.0.m4s") == "block");
    CHECK(fetch(live, "init-1.mp4") == "bytes");
}

namespace {

/// A stream made by hand, with so many parts of segment 0.
StreamSnapshot made(Milliseconds part_target, Milliseconds target_duration, std::size_t parts) {
    StreamSnapshot out;
    out.ready = true;
    out.part_target = part_target;
    out.target_duration = target_duration;
    out.renditions.resize(1);
    out.renditions[0].name = "src";
    Segment open;
    open.epoch = std::make_shared<const Epoch>();
    open.parts.resize(parts);
    if (parts > 0) out.renditions[0].open = std::make_shared<const Segment>(std::move(open));
    return out;
}

std::string ask_part(const StreamSnapshot& snapshot, std::uint64_t part) {
    return name_of(decide_playlist(snapshot, "src", {.msn = 0, .part = part}, {}));
}

}  // namespace

TEST_CASE("parts may be asked for two segments ahead, or three seconds, rounded up") {
    struct Row {
        int part_target_ms;
        int target_duration_ms;
        std::uint64_t limit;
    };
    for (const Row& row : {Row{500, 4000, 16}, Row{501, 4000, 16}, Row{499, 4000, 18},
                           Row{500, 1000, 6}, Row{500, 1500, 6}, Row{500, 2000, 8},
                           Row{700, 1000, 5}, Row{1000, 1000, 3}, Row{0, 1000, 3000}}) {
        CAPTURE(row.part_target_ms);
        CAPTURE(row.target_duration_ms);
        for (const std::size_t parts : {0U, 3U}) {
            const auto snapshot =
                made(Milliseconds{row.part_target_ms}, Milliseconds{row.target_duration_ms}, parts);
            if (parts > 0) CHECK(ask_part(snapshot, parts - 1) == "full");
            CHECK(ask_part(snapshot, parts) == "block");
            CHECK(ask_part(snapshot, parts + row.limit - 1) == "block");
            CHECK(ask_part(snapshot, parts + row.limit) == "400");
        }
    }
}

TEST_CASE("a request is held for three target durations") {
    const auto snapshot = made(Milliseconds{500}, Milliseconds{2000}, 1);
    CHECK(block_time_max(snapshot) == Milliseconds{6000});
    const Directives next{.msn = 0, .part = 1};
    CHECK(name_of(decide_playlist(snapshot, "src", next, Milliseconds{5999})) == "block");
    CHECK(name_of(decide_playlist(snapshot, "src", next, Milliseconds{6000})) == "503");
    auto starting = snapshot;
    starting.ready = false;
    CHECK(name_of(decide_multivariant(starting, Milliseconds{5999})) == "block");
    CHECK(name_of(decide_multivariant(starting, Milliseconds{6000})) == "503");
    // Even what is there is held until the playlists may be served.
    CHECK(name_of(decide_playlist(starting, "src", {.msn = 0, .part = 0}, {})) == "block");
    starting.ended_at = WallTime{};
    CHECK(name_of(decide_multivariant(starting, {})) == "404");
    CHECK(name_of(decide_playlist(starting, "src", {}, {})) == "404");
}

TEST_CASE("gaps have no bytes to fetch, neither as parts nor as segments") {
    auto snapshot = made(Milliseconds{500}, Milliseconds{2000}, 0);
    Segment gap;
    gap.epoch = std::make_shared<const Epoch>();
    gap.complete = true;
    gap.parts = {{.duration = 1, .gap = true}, {.duration = 1, .gap = false}};
    gap.parts[1].bytes.length = 1;
    auto& src = snapshot.renditions[0];
    const auto get = [&](std::string_view name) {
        src.segments = {std::make_shared<const Segment>(gap)};
        src.next_msn = 1;
        return name_of(decide_media(snapshot, "src", name, {}));
    };
    CHECK(get("0-0.m4s") == "404");
    CHECK(get("0-0.0.m4s") == "404");
    CHECK(get("0-0.1.m4s") == "slice");
    CHECK(get("0-0.2.m4s") == "404");
    gap.bytes.length = 1;
    CHECK(get("0-0.m4s") == "slice");
    gap.complete = false;
    CHECK(get("0-0.m4s") == "404");
}
