#include "media/live/playlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <span>
#include <string_view>
#include <vector>

#include "media/live/window_stats.hpp"

namespace shopcast::media {
namespace {

wire::m3u8::Segment describe(const Segment& segment, bool with_parts) {
    wire::m3u8::Segment out;
    if (segment.complete) out.uri = segment_name(segment);
    out.duration = to_ns(segment.duration);
    out.discontinuity = segment.discontinuity;
    out.gap = segment.gap;
    out.program_date_time = segment.program_date_time;
    if (!with_parts) return out;
    out.parts.reserve(segment.parts.size());
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
        const Part& part = segment.parts[i];
        out.parts.push_back({.uri = part_name(segment.epoch->id, segment.msn, i),
                             .duration = to_ns(part.duration),
                             .independent = part.independent,
                             .gap = part.gap});
    }
    return out;
}

wire::m3u8::RenditionReport report(const RenditionSnapshot& rendition) {
    wire::m3u8::RenditionReport out;
    out.uri = fmt::format("../{}/index.m3u8", rendition.name);
    const Segment* last = rendition.open               ? rendition.open.get()
                          : rendition.segments.empty() ? nullptr
                                                       : rendition.segments.back().get();
    if (last) {
        out.last_msn = last->msn;
        out.last_part = last->parts.size() - 1;
    }
    return out;
}

}  // namespace

std::string init_name(EpochId epoch) {
    return fmt::format("init-{}.mp4", epoch.value);
}

std::string segment_name(const Segment& segment) {
    return fmt::format("{}-{}.m4s", segment.epoch->id.value, segment.msn);
}

std::string part_name(EpochId epoch, std::uint64_t msn, std::size_t part) {
    return fmt::format("{}-{}.{}.m4s", epoch.value, msn, part);
}

wire::m3u8::MediaPlaylist describe(const StreamSnapshot& stream,
                                   const RenditionSnapshot& rendition) {
    wire::m3u8::MediaPlaylist out;
    out.target_duration = stream.target_duration;
    out.part_target = stream.part_target;
    out.media_sequence = rendition.next_msn - (rendition.segments.size() - rendition.listed_from);
    out.discontinuity_sequence = rendition.discontinuity_sequence;
    out.independent_segments = stream.independent_segments;
    out.ended = stream.ended();

    std::vector<const Segment*> listed;
    listed.reserve(rendition.segments.size() - rendition.listed_from + 1);
    for (std::size_t i = rendition.listed_from; i < rendition.segments.size(); ++i) {
        listed.push_back(rendition.segments[i].get());
    }
    if (rendition.open) listed.push_back(rendition.open.get());

    const Epoch* epoch = nullptr;
    out.segments.reserve(listed.size());
    for (const Segment* segment : listed) {
        // Parts are listed for whole segments: hls.js counts a part's index by the tags it sees.
        const Ticks behind = listed.back()->end() - segment->start;
        out.segments.push_back(describe(*segment, behind <= 3 * to_ticks(stream.target_duration)));
        if (segment->epoch.get() != epoch) {
            out.segments.back().map_uri = init_name(segment->epoch->id);
        }
        epoch = segment->epoch.get();
    }

    if (const auto& hint = rendition.hint) {
        out.preload_hint_uri = part_name(hint->epoch, hint->msn, hint->part);
    }
    for (const RenditionSnapshot& other : stream.renditions) {
        if (other.name != rendition.name) out.rendition_reports.push_back(report(other));
    }
    return out;
}

void render_playlists(StreamSnapshot& stream) {
    for (RenditionSnapshot& rendition : stream.renditions) {
        const wire::m3u8::MediaPlaylist playlist = describe(stream, rendition);
        rendition.playlist = Text(wire::m3u8::render(playlist));
        // 6.2.5.1: after the end the directive is ignored.
        const std::size_t skipped = stream.ended() ? 0 : wire::m3u8::skippable_segments(playlist);
        rendition.delta = skipped > 0 ? Text(wire::m3u8::render(playlist, skipped)) : Text{};
    }
}

namespace {

/// 6.2.4 wants every format that a listed segment uses, so also those of earlier epochs: video
/// first, each once, the newest first.
std::string codecs_of(const RenditionSnapshot& rendition) {
    std::vector<std::string_view> codecs;
    const auto note = [&codecs](std::string_view codec) {
        if (std::ranges::find(codecs, codec) == codecs.end()) codecs.push_back(codec);
    };
    const std::span listed = std::span(rendition.segments).subspan(rendition.listed_from);
    for (const auto& segment : std::views::reverse(listed)) {
        if (const auto& video = segment->epoch->tracks.video) note(video->codec);
    }
    for (const auto& segment : std::views::reverse(listed)) {
        if (const auto& audio = segment->epoch->tracks.audio) note(audio->codec);
    }
    return fmt::format("{}", fmt::join(codecs, ","));
}

}  // namespace

Text render_multivariant(const StreamSnapshot& stream) {
    wire::m3u8::MultivariantPlaylist out;
    out.independent_segments = stream.independent_segments;
    for (const RenditionSnapshot& rendition : stream.renditions) {
        if (rendition.segments.empty()) continue;
        const WindowStats stats = measure_window(rendition);
        const TrackSet& tracks = rendition.segments.back()->epoch->tracks;
        wire::m3u8::Variant variant;
        variant.uri = fmt::format("../s/{}/{}/index.m3u8", stream.id.value, rendition.name);
        // The peak so far is no promise for what follows; a tenth more rarely proves too little.
        variant.bandwidth_bps = stats.peak_bps + stats.peak_bps / 10;
        variant.average_bandwidth_bps = stats.average_bps;
        if (tracks.video) {
            variant.width = tracks.video->width;
            variant.height = tracks.video->height;
            variant.frame_rate = stats.frame_rate;
        }
        variant.codecs = codecs_of(rendition);
        out.variants.push_back(std::move(variant));
    }
    return Text(wire::m3u8::render(out));
}

}  // namespace shopcast::media
