#include "media/live/window_stats.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::media;

namespace {

struct Window {
    explicit Window(std::size_t listed_from = 0) { rendition.listed_from = listed_from; }
    Window& add(double seconds, std::uint64_t bytes, std::uint32_t frames, bool gap = false) {
        Segment segment;
        segment.epoch = epoch;
        segment.duration = static_cast<Ticks>(seconds * ticks_per_second);
        segment.bytes.length = bytes;
        segment.video_frames = frames;
        segment.gap = gap;
        rendition.segments.push_back(std::make_shared<const Segment>(std::move(segment)));
        return *this;
    }
    Window& next_epoch() {
        epoch = std::make_shared<const Epoch>();
        return *this;
    }
    WindowStats stats() const { return measure_window(rendition); }

    std::shared_ptr<const Epoch> epoch = std::make_shared<const Epoch>();
    RenditionSnapshot rendition;
};

}  // namespace

TEST_CASE("the window's rates are those of its listed segments") {
    const WindowStats stats =
        Window(1).add(2, 999'999, 999).add(2, 1000, 50).add(2, 3000, 60).add(1, 500, 40).stats();
    CHECK(stats.peak_bps == 12'000);
    CHECK(stats.average_bps == 7200);
    CHECK(stats.frame_rate == doctest::Approx(30));
}

TEST_CASE("gaps and earlier epochs do not count") {
    const WindowStats stats = Window()
                                  .add(2, 999'999, 999)
                                  .next_epoch()
                                  .add(2, 1000, 60)
                                  .add(2, 999'999, 999, true)
                                  .add(2, 1000, 60)
                                  .stats();
    CHECK(stats.peak_bps == 4000);
    CHECK(stats.average_bps == 4000);
    CHECK(stats.frame_rate == doctest::Approx(30));
}

TEST_CASE("a crumb of a segment is no peak: it counts as half a second") {
    CHECK(Window().add(0.25, 1000, 8).stats().peak_bps == 16'000);
    CHECK(Window().add(0.25, 1000, 8).stats().average_bps == 32'000);
    CHECK(Window().add(0.5, 1000, 8).stats().peak_bps == 16'000);
    CHECK(Window().add(1, 1000, 8).stats().peak_bps == 8000);
}

TEST_CASE("nothing listed, or gaps alone, have no rates") {
    for (const WindowStats& stats :
         {Window().stats(), Window().add(2, 0, 0, true).stats(), Window(1).add(2, 5, 5).stats()}) {
        CHECK(stats.peak_bps == 0);
        CHECK(stats.average_bps == 0);
        CHECK(stats.frame_rate == 0);
    }
    // One tick of media has them.
    CHECK(Window().add(1.0 / ticks_per_second, 1, 1).stats().average_bps == 8 * ticks_per_second);
}
