// Silent and stuttering encoders, on a virtual clock.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "media/live/playlist_checker.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

constexpr double tick_s = 0.25;

/// A stream fed in real time of a virtual clock.
class Rig {
public:
    explicit Rig(const Encoder& encoder = {.fps = 30, .keyframe_every = 30})
        : encoder_(encoder), source_(encoder, 1) {
        recorder_.on_publish = [this](const StreamSnapshot& snapshot) {
            // A gap may always take the place of the part that was hinted.
            checker_.look(snapshot, true);
            if (snapshot.ready) longest_pause_s_ = std::max(longest_pause_s_, now_ - published_at_);
            published_at_ = now_;
        };
        stream_ = *LiveStream::create(settings(), recorder_);
        REQUIRE(stream_->begin_epoch(encoder.tracks(), settings().started_at));
    }

    /// Time passes; packets arrive as they are made.
    void live(double seconds) {
        const double end = now_ + seconds;
        for (; now_ < end; step()) {
            while (source_.next_time() + behind_ <= now_) REQUIRE(stream_->push(source_.next()));
        }
    }
    /// Time passes; the uplink holds everything back.
    void hold(double seconds) {
        const double end = now_ + seconds;
        for (; now_ < end; step()) {
        }
    }
    /// As hold(), and what was made meanwhile never comes.
    void lose(double seconds) {
        hold(seconds);
        source_.skip(seconds);
    }
    /// As hold(), and the encoder's clock stands still.
    void freeze(double seconds) {
        hold(seconds);
        behind_ += seconds;
    }
    void end() { stream_->end(settings().started_at); }

    ListedPlaylist playlist() const {
        return read_playlist(recorder_.src().playlist.plain().text());
    }
    std::size_t gap_parts() const {
        std::size_t count = 0;
        for (const auto& segment : recorder_.src().segments) {
            for (const Part& part : segment->parts) count += part.gap ? 1 : 0;
        }
        return count;
    }
    /// How far the end of the playlist's timeline is from the encoder's time.
    double edge_behind_s() const {
        const RenditionSnapshot& src = recorder_.src();
        const Ticks end = src.open ? src.open->end() : src.segments.back()->end();
        return now_ - static_cast<double>(end) / ticks_per_second;
    }
    /// The same by EXT-X-PROGRAM-DATE-TIME: what a viewer's page shows as its delay.
    double date_behind_s() const {
        const auto& last =
            recorder_.src().open ? recorder_.src().open : recorder_.src().segments.back();
        const auto date = last->program_date_time + to_ms(last->duration);
        return now_ - static_cast<double>((date - settings().started_at).count()) / 1000;
    }
    bool has_item(std::string_view code) const {
        return std::ranges::any_of(stream_->health().items,
                                   [&](const HealthItem& item) { return item.code == code; });
    }
    const std::string& problem() const { return checker_.problem(); }
    double longest_pause_s() const { return longest_pause_s_; }

private:
    void step() {
        now_ += tick_s;
        const auto at = SteadyTime(Milliseconds(static_cast<std::int64_t>(now_ * 1000)));
        REQUIRE(stream_->tick(at));
    }

    Encoder encoder_;
    PacketSource source_;
    PlaylistChecker checker_;
    Recorder recorder_;
    std::unique_ptr<LiveStream> stream_;
    double now_ = 0;
    double behind_ = 0;
    double published_at_ = 0;
    double longest_pause_s_ = 0;
};

std::set<std::uint64_t> discontinuities(const ListedPlaylist& playlist) {
    std::set<std::uint64_t> out;
    for (const auto& segment : playlist.segments) out.insert(segment.discontinuity);
    return out;
}

}  // namespace

TEST_CASE("a jittering uplink makes no gaps") {
    Rig rig;
    rig.live(10);
    for (int i = 0; i < 10; ++i) {
        rig.hold(1.75);
        rig.live(3);
    }
    CHECK(rig.gap_parts() == 0);
    CHECK(discontinuities(rig.playlist()).size() == 1);
    CHECK(rig.problem() == "");
}

TEST_CASE("a silent encoder is bridged with gaps that keep the playlist growing") {
    Rig rig;
    rig.live(10);
    rig.hold(8);
    CHECK(rig.has_item("encoder_silent"));
    CHECK(rig.gap_parts() >= 8);
    CHECK(rig.edge_behind_s() < 2);
    // 6.2.1: a new segment within 1.5 target durations, so a change at least that often.
    CHECK(rig.longest_pause_s() <= 3);
    const ListedPlaylist playlist = rig.playlist();
    CHECK(std::ranges::count_if(playlist.segments, &ListedSegment::gap) >= 1);
    CHECK(rig.problem() == "");
}

TEST_CASE("after a gap the stream goes on at a keyframe, on the same clock") {
    for (const bool lost : {false, true}) {
        CAPTURE(lost);
        Rig rig;
        rig.live(10);
        if (lost) {
            rig.lose(6);
        } else {
            rig.hold(6);
        }
        rig.live(20);
        CHECK(rig.gap_parts() > 0);
        CHECK_FALSE(rig.has_item("encoder_silent"));
        // The timing did not change: no discontinuity, and the picture is as far behind as before.
        CHECK(discontinuities(rig.playlist()).size() == 1);
        CHECK(rig.edge_behind_s() < 1);
        CHECK(std::abs(rig.date_behind_s()) < 1);
        rig.end();
        for (const auto& segment : rig.playlist().segments) {
            if (!segment.parts.empty() && !segment.gap) CHECK(segment.parts[0].independent);
        }
        CHECK(rig.problem() == "");
    }
}

TEST_CASE("an encoder whose clock stood still goes on behind a discontinuity") {
    Rig rig;
    rig.live(10);
    rig.freeze(6);
    rig.live(20);
    CHECK(discontinuities(rig.playlist()).size() == 2);
    CHECK(std::abs(rig.date_behind_s()) < 1);
    CHECK(rig.problem() == "");
}

TEST_CASE("silence before the first part changes nothing") {
    Rig rig;
    rig.hold(10);
    rig.live(10);
    CHECK(rig.problem() == "");
}

TEST_CASE("random silences keep every rule") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        Encoder encoder;
        encoder.fps = random() % 5 == 0 ? 0 : 30;
        encoder.audio_rate = encoder.fps > 0 && random() % 4 == 0 ? 0 : 48'000;
        encoder.keyframe_every = random() % 2 ? 30 : 250;
        encoder.b_frames = static_cast<int>(random() % 3);
        Rig rig(encoder);
        for (int i = 0; i < 12; ++i) {
            const double seconds = static_cast<double>(random() % 80) / 10;
            switch (random() % 5) {
                case 0: rig.hold(seconds); break;
                case 1: rig.lose(seconds); break;
                case 2: rig.freeze(seconds); break;
                default: rig.live(seconds); break;
            }
        }
        rig.end();
        CHECK(rig.problem() == "");
        if (!rig.problem().empty()) break;
    }
}
