#include "media/keep/keyframe.hpp"

#include <doctest/doctest.h>

#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

struct Shown {
    Shown() {
        auto with_video = std::make_shared<Epoch>();
        with_video->tracks.video = test::video_track();
        epoch = with_video;
    }
    /// A segment whose parts are 'I' (independent), 'p' (not) or 'G' (a gap, however marked).
    std::shared_ptr<const Segment> segment(std::uint64_t msn, std::string_view parts) const {
        Segment out;
        out.msn = msn;
        out.epoch = epoch;
        for (const char kind : parts) {
            Part part{.duration = 1, .independent = kind != 'p', .gap = kind == 'G', .bytes = {}};
            part.bytes.offset = 100 * msn + out.parts.size();
            out.parts.push_back(std::move(part));
        }
        return std::make_shared<const Segment>(std::move(out));
    }
    /// MSN.PART, or "none".
    std::string newest(std::uint64_t from_msn) const {
        const auto found = newest_keyframe(rendition, from_msn);
        if (!found) return "none";
        CHECK(found->epoch == epoch);
        CHECK(found->part.offset / 100 == found->msn);
        return std::to_string(found->msn) + "." + std::to_string(found->part.offset % 100);
    }

    std::shared_ptr<const Epoch> epoch;
    RenditionSnapshot rendition;
};

}  // namespace

TEST_CASE("the newest keyframe is the last part that a decoder can begin at") {
    Shown shown;
    CHECK(shown.newest(0) == "none");
    shown.rendition.segments = {shown.segment(3, "Ip"), shown.segment(4, "IpIp"),
                                shown.segment(5, "pp")};
    CHECK(shown.newest(0) == "4.2");
    CHECK(shown.newest(4) == "4.2");
    CHECK(shown.newest(5) == "none");
    shown.rendition.open = shown.segment(6, "pG");
    CHECK(shown.newest(0) == "4.2");
    shown.rendition.open = shown.segment(6, "IG");
    CHECK(shown.newest(0) == "6.0");
    CHECK(shown.newest(6) == "6.0");
    CHECK(shown.newest(7) == "none");
    shown.epoch = std::make_shared<const Epoch>();
    shown.rendition.open = shown.segment(6, "II");
    shown.rendition.segments.clear();
    CHECK(shown.newest(0) == "none");  // sound alone
}

TEST_CASE("a keyframe is read out of its part, and a part without one is refused") {
    test::Recorder recorder;
    auto stream = *LiveStream::create(test::settings(), recorder);
    const test::Encoder encoder{.fps = 30, .keyframe_every = 60, .audio_bytes = 9};
    REQUIRE(stream->begin_epoch(encoder.tracks(), test::settings().started_at));
    test::PacketSource source(encoder, 1);
    while (source.next_time() < 1.2) REQUIRE(stream->push(source.next()));
    const auto& parts = recorder.src().open->parts;
    REQUIRE(parts.size() == 2);
    const auto unit = read_access_unit(parts[0].bytes);
    REQUIRE(unit);
    CHECK(as_text(*unit) == std::string(encoder.video_bytes, 'K'));
    const auto none = read_access_unit(parts[1].bytes);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::Malformed);
}
