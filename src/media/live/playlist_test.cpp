#include "media/live/playlist.hpp"

#include <doctest/doctest.h>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

std::shared_ptr<const Epoch> epoch(std::uint32_t id, const std::string& video,
                                   const std::string& audio) {
    auto out = std::make_shared<Epoch>();
    out->id = EpochId(id);
    if (!video.empty()) {
        out->tracks.video = test::video_track();
        out->tracks.video->codec = video;
    }
    if (!audio.empty()) {
        out->tracks.audio = test::audio_track();
        out->tracks.audio->codec = audio;
    }
    return out;
}

/// One rendition of segments of two seconds, four parts each.
struct Listed {
    Listed() {
        stream.id = StreamId("s");
        stream.part_target = Milliseconds{500};
        stream.target_duration = Milliseconds{4000};
        stream.ready = true;
        stream.renditions.resize(1);
        stream.renditions[0].name = "src";
    }
    std::shared_ptr<const Segment> make(const std::shared_ptr<const Epoch>& of, std::size_t parts) {
        Segment out;
        out.msn = src().next_msn;
        out.epoch = of;
        out.start = at;
        out.complete = parts == 4;
        for (std::size_t i = 0; i < parts; ++i) out.parts.push_back({.duration = 45'000});
        out.duration = static_cast<Ticks>(parts) * 45'000;
        out.bytes.length = 100'000;
        out.video_frames = 60;
        at += out.duration;
        return std::make_shared<const Segment>(std::move(out));
    }
    void add(const std::shared_ptr<const Epoch>& of) {
        src().segments.push_back(make(of, 4));
        ++src().next_msn;
    }
    RenditionSnapshot& src() { return stream.renditions[0]; }
    std::vector<std::size_t> listed_parts() {
        std::vector<std::size_t> out;
        for (const auto& segment : describe(stream, src()).segments) {
            out.push_back(segment.parts.size());
        }
        return out;
    }

    StreamSnapshot stream;
    Ticks at = 0;
};

const auto usual = epoch(0, "avc1.64001f", "mp4a.40.2");

}  // namespace

TEST_CASE("parts are listed of segments that begin within three target durations of the end") {
    Listed listed;
    for (int i = 0; i < 8; ++i) listed.add(usual);
    CHECK(listed.listed_parts() == std::vector<std::size_t>{0, 0, 4, 4, 4, 4, 4, 4});
    listed.src().open = listed.make(usual, 1);
    CHECK(listed.listed_parts() == std::vector<std::size_t>{0, 0, 0, 4, 4, 4, 4, 4, 1});
    const auto playlist = describe(listed.stream, listed.src());
    CHECK(playlist.segments.back().uri.empty());
    CHECK(playlist.segments[7].uri == "0-7.m4s");
    CHECK(playlist.segments[7].parts[3].uri == "0-7.3.m4s");
    CHECK(playlist.segments[7].parts[3].duration == std::chrono::milliseconds{500});
    CHECK(playlist.segments[7].duration == std::chrono::seconds{2});
}

TEST_CASE("the first listed segment has the media sequence number, and each epoch its map") {
    Listed listed;
    const auto second = epoch(1, "avc1.64001f", "mp4a.40.2");
    for (int i = 0; i < 3; ++i) listed.add(usual);
    listed.add(second);
    listed.add(second);
    listed.src().listed_from = 1;
    listed.src().hint = Hint{.epoch = EpochId(1), .msn = 5, .part = 2};
    const auto playlist = describe(listed.stream, listed.src());
    CHECK(playlist.media_sequence == 1);
    REQUIRE(playlist.segments.size() == 4);
    CHECK(playlist.segments[0].map_uri == "init-0.mp4");
    CHECK_FALSE(playlist.segments[1].map_uri);
    CHECK(playlist.segments[2].map_uri == "init-1.mp4");
    CHECK_FALSE(playlist.segments[3].map_uri);
    CHECK(playlist.preload_hint_uri == "1-5.2.m4s");
    CHECK(playlist.rendition_reports.empty());
}

TEST_CASE("a report names the other rendition's last part, whole segments or none") {
    Listed listed;
    listed.stream.renditions.push_back({});
    listed.stream.renditions[1].name = "720p";
    const auto report = [&] {
        const auto reports = describe(listed.stream, listed.stream.renditions[1]).rendition_reports;
        REQUIRE(reports.size() == 1);
        CHECK(reports[0].uri == "../src/index.m3u8");
        return reports[0];
    };
    (void)report();  // of one that has nothing yet
    for (int i = 0; i < 3; ++i) listed.add(usual);
    CHECK(report().last_msn == 2);
    CHECK(report().last_part == 3);
    listed.src().open = listed.make(usual, 2);
    CHECK(report().last_msn == 3);
    CHECK(report().last_part == 1);
}

TEST_CASE("the multivariant playlist promises a tenth above the peak and every listed format") {
    Listed listed;
    CHECK(render_multivariant(listed.stream).plain().text().find("#EXT-X-STREAM-INF") ==
          std::string_view::npos);
    listed.add(epoch(0, "avc1.000000", "mp4a.40.9"));
    listed.add(epoch(1, "avc1.4d001f", "mp4a.40.2"));
    listed.add(epoch(2, "", "mp4a.40.2"));
    listed.add(epoch(3, "avc1.64001f", "mp4a.40.5"));
    listed.src().listed_from = 1;
    const std::string text(render_multivariant(listed.stream).plain().text());
    CHECK(text.find(":BANDWIDTH=440000,AVERAGE-BANDWIDTH=400000,") != std::string::npos);
    CHECK(text.find("CODECS=\"avc1.64001f,avc1.4d001f,mp4a.40.5,mp4a.40.2\"") != std::string::npos);
    CHECK(text.find("RESOLUTION=1280x720") != std::string::npos);
    CHECK(text.find("FRAME-RATE=30.000") != std::string::npos);
    CHECK(text.find("../s/s/src/index.m3u8") != std::string::npos);
}

TEST_CASE("a delta update is there while something can be skipped and the stream is live") {
    Listed listed;
    // CAN-SKIP-UNTIL is six target durations; what is skipped begins further from the end.
    for (int i = 0; i < 13; ++i) listed.add(usual);
    render_playlists(listed.stream);
    CHECK_FALSE(listed.src().playlist.empty());
    CHECK(listed.src().delta.empty());
    listed.add(usual);
    render_playlists(listed.stream);
    CHECK(listed.src().delta.plain().text().find("SKIPPED-SEGMENTS=1\n") != std::string_view::npos);
    listed.stream.ended_at = WallTime{};
    render_playlists(listed.stream);
    CHECK(listed.src().delta.empty());
    CHECK(listed.src().playlist.plain().text().ends_with("#EXT-X-ENDLIST\n"));
}
