#include "media/live/window_stats.hpp"

#include <algorithm>

namespace shopcast::media {

WindowStats measure_window(const RenditionSnapshot& rendition) {
    WindowStats out;
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;
    Ticks duration = 0;
    for (std::size_t i = rendition.segments.size(); i-- > rendition.listed_from;) {
        const Segment& segment = *rendition.segments[i];
        if (segment.epoch != rendition.segments.back()->epoch) break;
        if (segment.gap) continue;
        // Very short last segments of an epoch would show as peaks that no player meets: a player
        // buffers more than half a second.
        const auto seconds =
            static_cast<std::uint64_t>(std::max(segment.duration, ticks_per_second / 2));
        out.peak_bps =
            std::max(out.peak_bps, segment.bytes.length * 8 * ticks_per_second / seconds);
        bytes += segment.bytes.length;
        frames += segment.video_frames;
        duration += segment.duration;
    }
    if (duration > 0) {
        out.average_bps = bytes * 8 * ticks_per_second / static_cast<std::uint64_t>(duration);
        out.frame_rate = static_cast<double>(frames) * static_cast<double>(ticks_per_second) /
                         static_cast<double>(duration);
    }
    return out;
}

}  // namespace shopcast::media
