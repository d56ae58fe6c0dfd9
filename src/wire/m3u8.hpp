#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

/// Renders HLS playlists (draft-pantos-hls-rfc8216bis). Pure text from plain values: the caller
/// decides what is listed, this file knows how it is written.
namespace shopcast::wire::m3u8 {

struct Part {
    std::string uri;
    Nanoseconds duration{};
    bool independent = false;
    bool gap = false;
};

struct Segment {
    std::string uri;  ///< empty: the segment still grows, only its parts are listed
    Nanoseconds duration{};
    bool discontinuity = false;
    bool gap = false;
    std::optional<std::string> map_uri;  ///< EXT-X-MAP before this segment
    WallTime program_date_time{};
    std::vector<Part> parts;
};

struct RenditionReport {
    std::string uri;
    std::uint64_t last_msn = 0;
    std::optional<std::uint64_t> last_part;
};

struct MediaPlaylist {
    Milliseconds target_duration{};  ///< whole seconds
    Milliseconds part_target{};
    std::uint64_t media_sequence = 0;
    std::uint64_t discontinuity_sequence = 0;
    bool independent_segments = false;
    std::vector<Segment> segments;  ///< a growing one only at the end
    std::optional<std::string> preload_hint_uri;
    std::vector<RenditionReport> rendition_reports;
    bool ended = false;
};

/// The whole playlist, or with `skipped` > 0 the delta update in which that many of its first
/// segments are replaced by EXT-X-SKIP (4.4.5.2). REQUIRES: skipped <= complete segments.
std::string render(const MediaPlaylist& playlist, std::size_t skipped = 0);

/// A recording grows by text appended to its playlist: the beginning, one segment (without its
/// parts), the end.
std::string render_recording_head(Milliseconds target_duration);
std::string render_recorded_segment(const Segment& segment);
inline constexpr std::string_view recording_end = "#EXT-X-ENDLIST\n";

/// How many of the first segments lie further from the end of the last complete segment than
/// CAN-SKIP-UNTIL, and so are skipped in a delta update (6.2.5.1).
std::size_t skippable_segments(const MediaPlaylist& playlist);

/// EXT-X-SERVER-CONTROL's values, derived from the two targets alone so that all renditions of a
/// stream have the same (6.2.4).
Milliseconds part_hold_back(Milliseconds part_target);      ///< 3 x PART-TARGET
Milliseconds hold_back(Milliseconds target_duration);       ///< 3 x TARGETDURATION
Milliseconds can_skip_until(Milliseconds target_duration);  ///< 6 x TARGETDURATION

struct Variant {
    std::string uri;
    std::uint64_t bandwidth_bps = 0;  ///< peak
    std::uint64_t average_bandwidth_bps = 0;
    std::string codecs;
    std::uint32_t width = 0;  ///< 0: no RESOLUTION (audio only)
    std::uint32_t height = 0;
    double frame_rate = 0;  ///< 0: no FRAME-RATE
};
struct MultivariantPlaylist {
    bool independent_segments = false;
    std::vector<Variant> variants;
};
std::string render(const MultivariantPlaylist& playlist);

}  // namespace shopcast::wire::m3u8
