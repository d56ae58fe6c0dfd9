#include "media/keep/keyframe.hpp"

#include <algorithm>
#include <ranges>

#include "wire/cmaf.hpp"
#include "wire/cmaf_reader.hpp"

namespace shopcast::media {
namespace {

std::optional<Keyframe> keyframe_of(const Segment& segment) {
    if (!segment.epoch->tracks.video) return std::nullopt;
    for (const Part& part : segment.parts | std::views::reverse) {
        if (part.independent && !part.gap) {
            return Keyframe{.msn = segment.msn, .epoch = segment.epoch, .part = part.bytes};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Keyframe> newest_keyframe(const RenditionSnapshot& rendition,
                                        std::uint64_t from_msn) {
    if (rendition.open && rendition.open->msn >= from_msn) {
        if (auto found = keyframe_of(*rendition.open)) return found;
    }
    for (const auto& segment : rendition.segments | std::views::reverse) {
        if (segment->msn < from_msn) break;
        if (auto found = keyframe_of(*segment)) return found;
    }
    return std::nullopt;
}

Result<ByteVector> read_access_unit(const Slice& part) {
    const ByteVector bytes = TRY(part.read());
    const auto fragments = TRY(wire::cmaf::read_fragments(bytes));
    ByteSpan newest;
    for (const auto& fragment : fragments) {
        for (const auto& run : fragment.runs) {
            if (run.track_id != wire::cmaf::video_track_id) continue;
            for (const auto& sample : run.samples) {
                if (sample.sync) newest = sample.data;
            }
        }
    }
    if (newest.empty()) return fail(Errc::Malformed, "the part has no keyframe");
    return ByteVector(newest.begin(), newest.end());
}

}  // namespace shopcast::media
