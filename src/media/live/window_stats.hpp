#pragma once

#include <cstdint>

#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// What the listed segments of the newest epoch amount to.
struct WindowStats {
    std::uint64_t peak_bps = 0;  ///< largest bitrate of one segment
    std::uint64_t average_bps = 0;
    double frame_rate = 0;  ///< video frames a second; 0 = no video
};
WindowStats measure_window(const RenditionSnapshot& rendition);

}  // namespace shopcast::media
