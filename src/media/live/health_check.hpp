#pragma once

#include <cstdint>

#include "media/cut/packager.hpp"
#include "media/cut/packet.hpp"
#include "media/live/health.hpp"
#include "media/live/window_stats.hpp"

namespace shopcast::media {

/// What went wrong in the stream as a whole.
struct StreamTroubles {
    bool silent = false;           ///< gaps are being filled in for an encoder that sends nothing
    std::uint32_t time_jumps = 0;  ///< epochs begun because packet times jumped
};

/// Puts what was measured into words for the broadcaster.
HealthReport check_health(const TrackSet& tracks, const WindowStats& stats,
                          const Packager::Facts& facts, const StreamTroubles& troubles,
                          Ticks target_duration);

}  // namespace shopcast::media
