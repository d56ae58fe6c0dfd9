#pragma once

#include "base/clock.hpp"
#include "media/limits.hpp"

namespace shopcast::media {

/// What an operator may choose about packaging; the rest follows from it and from the stream.
struct PackagerConfig {
    /// Wanted length of a part. PART-TARGET itself is a whole number of frames near it. 500 ms
    /// give 2 requests a second and viewer, and 1.5 s of hold-back.
    Milliseconds part_target{500};
    /// EXT-X-TARGETDURATION, whole seconds; the same for the stream's whole life.
    Milliseconds target_duration{4000};
    /// Least length of the playlist once the stream is that old: >= 60 s and >= 10 target
    /// durations, or delta updates (which keep 6) would hardly ever skip.
    Milliseconds live_window{60'000};
    /// More is kept of no rendition than its playlist must list.
    std::size_t live_bytes_max = limits::live_bytes_max;
};

}  // namespace shopcast::media
