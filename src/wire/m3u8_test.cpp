#include "wire/m3u8.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::wire::m3u8;

namespace {

const WallTime noon(Milliseconds{1'790'000'000'123});

Segment segment(int number, Nanoseconds duration = std::chrono::seconds{4}) {
    Segment out;
    out.uri = "0-" + std::to_string(number) + ".m4s";
    out.duration = duration;
    out.program_date_time = noon;
    return out;
}

MediaPlaylist playlist(int segments) {
    MediaPlaylist out;
    out.target_duration = Milliseconds{4000};
    out.part_target = Milliseconds{505};
    for (int i = 0; i < segments; ++i) out.segments.push_back(segment(i));
    return out;
}

}  // namespace

TEST_CASE("a media playlist, line by line") {
    MediaPlaylist in = playlist(1);
    in.media_sequence = 17;
    in.discontinuity_sequence = 2;
    in.independent_segments = true;
    in.segments[0].map_uri = "init-0.mp4";
    Segment& gap = in.segments.emplace_back(segment(1, Nanoseconds{500'000'000}));
    gap.gap = true;
    gap.parts = {{.uri = "0-1.0.m4s", .duration = Nanoseconds{500'000'000}, .gap = true}};
    Segment& open = in.segments.emplace_back();
    open.discontinuity = true;
    open.map_uri = "init-1.mp4";
    open.program_date_time = noon;
    open.parts = {
        {.uri = "1-2.0.m4s", .duration = Nanoseconds{500'000'000}, .independent = true},
        {.uri = "1-2.1.m4s", .duration = Nanoseconds{466'666'666}},
    };
    in.preload_hint_uri = "1-2.2.m4s";
    in.rendition_reports = {{.uri = "../720p/index.m3u8", .last_msn = 19, .last_part = 1}};
    CHECK(render(in) ==
          "#EXTM3U\n"
          "#EXT-X-VERSION:6\n"
          "#EXT-X-INDEPENDENT-SEGMENTS\n"
          "#EXT-X-TARGETDURATION:4\n"
          "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.515,HOLD-BACK=12.000,"
          "CAN-SKIP-UNTIL=24.000\n"
          "#EXT-X-PART-INF:PART-TARGET=0.505\n"
          "#EXT-X-MEDIA-SEQUENCE:17\n"
          "#EXT-X-DISCONTINUITY-SEQUENCE:2\n"
          "#EXT-X-MAP:URI=\"init-0.mp4\"\n"
          "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.123Z\n"
          "#EXTINF:4.00000,\n"
          "0-0.m4s\n"
          "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.123Z\n"
          "#EXT-X-PART:DURATION=0.50000,URI=\"0-1.0.m4s\",GAP=YES\n"
          "#EXT-X-GAP\n"
          "#EXTINF:0.50000,\n"
          "0-1.m4s\n"
          "#EXT-X-DISCONTINUITY\n"
          "#EXT-X-MAP:URI=\"init-1.mp4\"\n"
          "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.123Z\n"
          "#EXT-X-PART:DURATION=0.50000,URI=\"1-2.0.m4s\",INDEPENDENT=YES\n"
          "#EXT-X-PART:DURATION=0.46667,URI=\"1-2.1.m4s\"\n"
          "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"1-2.2.m4s\"\n"
          "#EXT-X-RENDITION-REPORT:URI=\"../720p/index.m3u8\",LAST-MSN=19,LAST-PART=1\n");
}

TEST_CASE("an ended playlist says so") {
    MediaPlaylist in = playlist(1);
    in.ended = true;
    CHECK(render(in).ends_with("0-0.m4s\n#EXT-X-ENDLIST\n"));
}

TEST_CASE("a delta update replaces what lies behind the Skip Boundary") {
    // Behind segment 3 of 10 lie six of 4 s: 24 s, exactly the boundary, so it stays.
    MediaPlaylist in = playlist(10);
    in.segments[0].map_uri = "init-0.mp4";
    CHECK(skippable_segments(in) == 3);
    const std::string full = render(in);
    const std::string delta = render(in, 3);
    CHECK(delta.starts_with("#EXTM3U\n#EXT-X-VERSION:9\n"));
    CHECK(delta.find("#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXT-X-PROGRAM-DATE-TIME") !=
          std::string::npos);
    CHECK(delta.find("EXT-X-MAP") == std::string::npos);
    CHECK(delta.find("0-2.m4s") == std::string::npos);
    CHECK(delta.ends_with(full.substr(full.find("0-2.m4s\n") + 8)));
}

TEST_CASE("the Skip Boundary counts from the last complete segment") {
    MediaPlaylist in = playlist(10);
    Segment& open = in.segments.emplace_back();
    open.parts = {{.uri = "0-10.0.m4s", .duration = std::chrono::seconds{3}}};
    CHECK(skippable_segments(in) == 3);
    CHECK(skippable_segments(playlist(7)) == 0);
    CHECK(skippable_segments(playlist(8)) == 1);
    CHECK(skippable_segments(playlist(0)) == 0);
}

TEST_CASE("durations are rounded to five decimals") {
    MediaPlaylist in = playlist(0);
    for (const std::int64_t ns : {0L, 4'999L, 5'000L, 33'366'666L, 999'995'000L, 999'994'999L}) {
        in.segments.push_back(segment(0, Nanoseconds{ns}));
    }
    const std::string text = render(in);
    for (const char* wanted : {"#EXTINF:0.00000,", "#EXTINF:0.00001,", "#EXTINF:0.03337,",
                               "#EXTINF:1.00000,", "#EXTINF:0.99999,"}) {
        CHECK(text.find(wanted) != std::string::npos);
    }
}

TEST_CASE("a multivariant playlist, line by line") {
    MultivariantPlaylist in;
    in.independent_segments = true;
    in.variants = {{.uri = "../s/abc/src/index.m3u8",
                    .bandwidth_bps = 2'200'000,
                    .average_bandwidth_bps = 1'900'000,
                    .codecs = "avc1.64001f,mp4a.40.2",
                    .width = 1280,
                    .height = 720,
                    .frame_rate = 29.97},
                   {.uri = "../s/abc/audio/index.m3u8",
                    .bandwidth_bps = 130'000,
                    .average_bandwidth_bps = 128'000,
                    .codecs = "mp4a.40.2"}};
    CHECK(render(in) ==
          "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
          "#EXT-X-STREAM-INF:BANDWIDTH=2200000,AVERAGE-BANDWIDTH=1900000,"
          "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=29.970\n"
          "../s/abc/src/index.m3u8\n"
          "#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS=\"mp4a.40.2\"\n"
          "../s/abc/audio/index.m3u8\n");
}
