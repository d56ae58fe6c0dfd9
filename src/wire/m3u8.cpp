#include "wire/m3u8.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/check.hpp"

namespace shopcast::wire::m3u8 {
namespace {

using Out = std::back_insert_iterator<std::string>;

/// EXT-X-SKIP needs 9, EXT-X-MAP outside I-frame playlists 6 (section 8); a higher number than
/// needed would turn players away.
constexpr int full_version = 6;
constexpr int delta_version = 9;

/// Seconds with five decimals: 10 us, finer than a tick of any track's clock matters to a player.
void write_seconds(std::string& out, Nanoseconds duration) {
    constexpr std::int64_t unit_ns = 10'000;
    const std::int64_t units = (duration.count() + unit_ns / 2) / unit_ns;
    fmt::format_to(Out(out), "{}.{:05}", units / 100'000, units % 100'000);
}

void write_ms(std::string& out, Milliseconds duration) {
    fmt::format_to(Out(out), "{}.{:03}", duration.count() / 1000, duration.count() % 1000);
}

void write_header(std::string& out, const MediaPlaylist& playlist, bool delta) {
    fmt::format_to(Out(out), "#EXTM3U\n#EXT-X-VERSION:{}\n", delta ? delta_version : full_version);
    if (playlist.independent_segments) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
    fmt::format_to(Out(out), "#EXT-X-TARGETDURATION:{}\n", playlist.target_duration.count() / 1000);
    out += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=";
    write_ms(out, part_hold_back(playlist.part_target));
    out += ",HOLD-BACK=";
    write_ms(out, hold_back(playlist.target_duration));
    out += ",CAN-SKIP-UNTIL=";
    write_ms(out, can_skip_until(playlist.target_duration));
    out += "\n#EXT-X-PART-INF:PART-TARGET=";
    write_ms(out, playlist.part_target);
    fmt::format_to(Out(out), "\n#EXT-X-MEDIA-SEQUENCE:{}\n", playlist.media_sequence);
    // Always there: 6.2.2 wants it before the first segment of a playlist with discontinuities is
    // removed, and it may not appear later.
    fmt::format_to(Out(out), "#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", playlist.discontinuity_sequence);
}

void write_part(std::string& out, const Part& part) {
    out += "#EXT-X-PART:DURATION=";
    write_seconds(out, part.duration);
    out += ",URI=\"";
    out += part.uri;
    out += '"';
    if (part.independent) out += ",INDEPENDENT=YES";
    if (part.gap) out += ",GAP=YES";
    out += '\n';
}

/// DISCONTINUITY, MAP and PROGRAM-DATE-TIME stand before the segment's first part (4.4.4.9).
void write_segment(std::string& out, const Segment& segment) {
    if (segment.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
    if (segment.map_uri) fmt::format_to(Out(out), "#EXT-X-MAP:URI=\"{}\"\n", *segment.map_uri);
    out += "#EXT-X-PROGRAM-DATE-TIME:";
    out += to_rfc3339(segment.program_date_time);
    out += '\n';
    for (const Part& part : segment.parts) write_part(out, part);
    if (segment.uri.empty()) return;
    if (segment.gap) out += "#EXT-X-GAP\n";
    out += "#EXTINF:";
    write_seconds(out, segment.duration);
    out += ",\n";
    out += segment.uri;
    out += '\n';
}

std::size_t size_hint(const MediaPlaylist& playlist) {
    std::size_t size = 512;
    for (const Segment& segment : playlist.segments) size += 160 + segment.parts.size() * 96;
    return size + playlist.rendition_reports.size() * 128;
}

}  // namespace

Milliseconds part_hold_back(Milliseconds part_target) {
    return 3 * part_target;
}
Milliseconds hold_back(Milliseconds target_duration) {
    return 3 * target_duration;
}
Milliseconds can_skip_until(Milliseconds target_duration) {
    return 6 * target_duration;
}

std::size_t skippable_segments(const MediaPlaylist& playlist) {
    Nanoseconds behind{};  // from the end of the segment looked at to the end of the last one
    std::size_t count = playlist.segments.size();
    while (count > 0 && behind <= can_skip_until(playlist.target_duration)) {
        --count;
        if (!playlist.segments[count].uri.empty()) behind += playlist.segments[count].duration;
    }
    return count;
}

std::string render(const MediaPlaylist& playlist, std::size_t skipped) {
    ENSURE(skipped <= playlist.segments.size());
    std::string out;
    out.reserve(size_hint(playlist));
    write_header(out, playlist, skipped > 0);
    if (skipped > 0) fmt::format_to(Out(out), "#EXT-X-SKIP:SKIPPED-SEGMENTS={}\n", skipped);
    for (std::size_t i = skipped; i < playlist.segments.size(); ++i) {
        write_segment(out, playlist.segments[i]);
    }
    if (playlist.preload_hint_uri) {
        fmt::format_to(Out(out), "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{}\"\n",
                       *playlist.preload_hint_uri);
    }
    for (const RenditionReport& report : playlist.rendition_reports) {
        fmt::format_to(Out(out), "#EXT-X-RENDITION-REPORT:URI=\"{}\",LAST-MSN={}", report.uri,
                       report.last_msn);
        if (report.last_part) fmt::format_to(Out(out), ",LAST-PART={}", *report.last_part);
        out += '\n';
    }
    if (playlist.ended) out += "#EXT-X-ENDLIST\n";
    return out;
}

std::string render_recording_head(Milliseconds target_duration) {
    return fmt::format(
        "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-PLAYLIST-TYPE:EVENT\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n",
        full_version, target_duration.count() / 1000);
}

std::string render_recorded_segment(const Segment& segment) {
    Segment alone = segment;
    alone.parts.clear();
    std::string out;
    write_segment(out, alone);
    return out;
}

std::string render(const MultivariantPlaylist& playlist) {
    std::string out = fmt::format("#EXTM3U\n#EXT-X-VERSION:{}\n", full_version);
    if (playlist.independent_segments) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
    for (const Variant& variant : playlist.variants) {
        fmt::format_to(Out(out),
                       "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"",
                       variant.bandwidth_bps, variant.average_bandwidth_bps, variant.codecs);
        if (variant.width > 0) {
            fmt::format_to(Out(out), ",RESOLUTION={}x{}", variant.width, variant.height);
        }
        if (variant.frame_rate > 0) {
            fmt::format_to(Out(out), ",FRAME-RATE={:.3f}", variant.frame_rate);
        }
        fmt::format_to(Out(out), "\n{}\n", variant.uri);
    }
    return out;
}

}  // namespace shopcast::wire::m3u8
