#include "media/live/live_stream.hpp"
#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "media/live/playlist.hpp"
#include "media/live/playlist_checker.hpp"
#include "media/live/test_support.hpp"
#include "wire/gzip.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

struct Live {
    explicit Live(const Encoder& with = {.fps = 30, .keyframe_every = 60})
        : encoder(with), source(with, 1) {
        stream = *LiveStream::create(settings(), recorder);
        REQUIRE(stream->begin_epoch(encoder.tracks(), settings().started_at));
    }
    // What on_publish refers to is gone by now; the stream publishes its end.
    ~Live() { recorder.on_publish = nullptr; }
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;
    void run_to(double seconds) {
        while (source.next_time() < encoder.start_s + seconds) REQUIRE(stream->push(source.next()));
    }
    bool has_item(std::string_view code) const {
        return std::ranges::any_of(stream->health().items,
                                   [&](const HealthItem& item) { return item.code == code; });
    }
    std::string_view playlist() const { return recorder.src().playlist.plain().text(); }

    Encoder encoder;
    PacketSource source;
    Recorder recorder;
    std::unique_ptr<LiveStream> stream;
};

/// Bytes the kernel holds for the stream's memory file.
std::uint64_t resident_bytes(const RenditionSnapshot& src) {
    struct stat status{};
    REQUIRE(::fstat(src.segments.back()->bytes.fd(), &status) == 0);
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

std::uint64_t kept_bytes(const RenditionSnapshot& src) {
    constexpr std::uint64_t page = 4096;
    std::uint64_t sum = 0;
    for (const auto& segment : src.segments)
        sum += (segment->bytes.length + page - 1) / page * page;
    if (src.open) sum += (src.open->bytes.length + page - 1) / page * page;
    return sum;
}

}  // namespace

TEST_CASE("a stream is known from the start and ready with its first segment") {
    Live live;
    REQUIRE(live.recorder.last);
    CHECK(!live.recorder.last->ready);
    CHECK(live.recorder.last->part_target == Milliseconds{0});
    live.run_to(1.9);
    CHECK(!live.recorder.last->ready);
    CHECK(live.recorder.last->part_target == Milliseconds{505});
    CHECK(live.recorder.src().playlist.empty());
    CHECK(live.recorder.src().hint == Hint{.epoch = EpochId(0), .msn = 0, .part = 3});
    live.run_to(2.1);
    CHECK(live.recorder.last->ready);
    CHECK(!live.recorder.last->multivariant.plain().empty());
}

TEST_CASE("every text is there plain and compressed, once for each part") {
    Live live;
    live.run_to(100);
    const std::size_t before = live.recorder.count;
    live.run_to(110);
    CHECK(live.recorder.count - before == 20);
    const StreamSnapshot& snapshot = *live.recorder.last;
    for (const Text& text :
         {snapshot.multivariant, snapshot.renditions[0].playlist, snapshot.renditions[0].delta}) {
        REQUIRE(!text.plain().empty());
        const auto unpacked = wire::gunzip(text.gzip(), 100'000);
        REQUIRE(unpacked);
        CHECK(as_text(*unpacked) == text.plain().text());
        // All who hold a copy share the one compression.
        const Text copy = text;
        CHECK(copy.gzip().span().data() == text.gzip().span().data());
    }
}

TEST_CASE(
    "EXT-X-INDEPENDENT-SEGMENTS goes for good when a segment has to begin without a keyframe") {
    Live live({.fps = 30, .keyframe_every = 60});
    live.run_to(10);
    CHECK(live.playlist().find("INDEPENDENT-SEGMENTS") != std::string_view::npos);
    Live rare({.fps = 30, .keyframe_every = 250});
    bool ever = false;
    rare.recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        const auto text = snapshot.renditions[0].playlist.plain().text();
        const bool first_segment_only = snapshot.renditions[0].next_msn == 1;
        ever =
            ever || (!first_segment_only && text.find("INDEPENDENT-SEG") != std::string_view::npos);
    };
    rare.run_to(60);
    CHECK(!ever);
}

TEST_CASE("the health report says what was measured and what to change") {
    Live good({.fps = 30, .keyframe_every = 60, .video_bytes = 8000, .audio_bytes = 341});
    good.run_to(20);
    const HealthReport& report = good.stream->health();
    REQUIRE(report.video);
    CHECK(report.video->frame_rate == doctest::Approx(30).epsilon(0.01));
    CHECK(report.video->width == 1280);
    REQUIRE(report.audio);
    CHECK(report.audio->sample_rate == 48'000);
    CHECK(report.keyframe_interval_ms == 2000);
    CHECK(static_cast<double>(report.bitrate_bps) ==
          doctest::Approx(8 * (30 * 8000 + 46.9 * 341)).epsilon(0.03));
    CHECK(report.items.empty());
    CHECK(good.recorder.last->health->bitrate_bps == report.bitrate_bps);

    Live rare({.fps = 30, .keyframe_every = 250, .b_frames = 2});
    rare.run_to(20);
    CHECK(rare.has_item("long_keyframe_interval"));
    CHECK(rare.has_item("b_frames"));
    Live slow({.fps = 5, .keyframe_every = 18, .audio_lag_s = 0.8});
    slow.run_to(20);
    CHECK(slow.has_item("slow_join"));
    CHECK(slow.has_item("low_frame_rate"));
    CHECK(slow.has_item("audio_late"));
    Live sound({.fps = 0});
    sound.run_to(20);
    CHECK(!sound.stream->health().video);
    CHECK(sound.stream->health().items.empty());
}

TEST_CASE("times that jump begin a new epoch by themselves, at most one a second") {
    Live live;
    live.run_to(10);
    Encoder later = live.encoder;
    later.start_s = 50'000;
    PacketSource jumped(later, 2);
    while (jumped.next_time() < 50'010) REQUIRE(live.stream->push(jumped.next()));
    CHECK(live.recorder.src().epochs.size() == 2);
    CHECK(live.has_item("timestamps_jump"));
    CHECK(live.playlist().find("#EXT-X-DISCONTINUITY\n") != std::string_view::npos);
    // Every packet on another clock.
    for (int i = 0; i < 6400; ++i) {
        Packet packet = jumped.next();
        packet.dts += (i % 2) * 90'000'000LL;
        packet.pts += (i % 2) * 90'000'000LL;
        REQUIRE(live.stream->push(std::move(packet)));
    }
    CHECK(live.recorder.src().epochs.size() < 105);
}

TEST_CASE("other renditions are reported") {
    Live live;
    live.run_to(9.1);
    StreamSnapshot both = *live.recorder.last;
    both.renditions.push_back(both.renditions[0]);
    both.renditions[1].name = "720p";
    render_playlists(both);
    CHECK(both.renditions[0].playlist.plain().text().ends_with(
        "#EXT-X-RENDITION-REPORT:URI=\"../720p/index.m3u8\",LAST-MSN=4,LAST-PART=1\n"));
    CHECK(both.renditions[1].playlist.plain().text().ends_with(
        "#EXT-X-RENDITION-REPORT:URI=\"../src/index.m3u8\",LAST-MSN=4,LAST-PART=1\n"));
}

TEST_CASE("a removed segment can be fetched for as long as 6.2.2 wants") {
    Live live;
    // When a segment appeared, and the longest playlist that listed it.
    std::map<std::uint64_t, double> needed_until;
    live.recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        const RenditionSnapshot& src = snapshot.renditions[0];
        if (!snapshot.ready) return;
        double playlist = 0;
        for (std::size_t i = src.listed_from; i < src.segments.size(); ++i) {
            playlist += static_cast<double>(src.segments[i]->duration) / ticks_per_second;
        }
        for (std::size_t i = src.listed_from; i < src.segments.size(); ++i) {
            const Segment& segment = *src.segments[i];
            const double appeared = static_cast<double>(segment.end()) / ticks_per_second;
            const double own = static_cast<double>(segment.duration) / ticks_per_second;
            double& until = needed_until[segment.msn];
            until = std::max(until, appeared + own + playlist);
        }
        const double now = static_cast<double>(src.segments.back()->end()) / ticks_per_second;
        for (const auto& [msn, until] : needed_until) {
            if (until > now) CHECK(src.find(msn) != nullptr);
        }
    };
    live.run_to(200);
    CHECK(live.recorder.src().find(0) == nullptr);
}

// A day and more of stream; SHOPCAST_HOURS=72 runs three days.
TEST_CASE("hours of stream: numbers only grow, memory does not") {
    const char* wanted = std::getenv("SHOPCAST_HOURS");
    const double hours = wanted ? std::strtod(wanted, nullptr) : 1;
    Encoder encoder{.fps = 30, .keyframe_every = 60, .b_frames = 2, .jitter_s = 0.002};
    // 32 bits of milliseconds turn over within the first minutes.
    encoder.start_s = 4'294'967.296 - 120;
    Live live(encoder);
    PlaylistChecker checker;
    std::uint64_t most_resident = 0;
    std::uint64_t most_kept = 0;
    std::uint64_t publishes = 0;
    live.recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        if (!snapshot.ready) return;
        checker.look(snapshot, false);
        if (++publishes % 64 != 0) return;
        const RenditionSnapshot& src = snapshot.renditions[0];
        // The snapshot before this one still holds what it published.
        most_resident = std::max(most_resident, resident_bytes(src));
        most_kept = std::max(most_kept, kept_bytes(src));
        CHECK(src.segments.size() <= 40);
        CHECK(src.epochs.size() == 1);
    };
    live.run_to(hours * 3600);
    CHECK(checker.problem() == "");
    CHECK(live.recorder.src().next_msn >= static_cast<std::uint64_t>(hours * 1800) - 2);
    // Two segments of slack: the one that left with this publish, and pages in flight.
    CHECK(most_resident <= most_kept + 64 * 1024);
    MESSAGE(fmt::format("{} parts, at most {} KiB in the memory file", checker.parts_seen(),
                        most_resident / 1024));
}
