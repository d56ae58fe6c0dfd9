#include "media/live/delivery.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace shopcast::media {
namespace {

/// Digits as we write them ourselves: no sign, no leading zero. One content, one URL.
template <std::unsigned_integral T>
std::optional<T> parse_canonical(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    return parse_int<T>(text);
}

Result<void> read_number(std::optional<std::uint64_t>& into, std::string_view name,
                         std::string_view value) {
    if (into) return fail(Errc::Malformed, std::string(name) + " is given twice.");
    into = parse_int<std::uint64_t>(value);
    if (!into) return fail(Errc::Malformed, std::string(name) + " is not a decimal integer.");
    return {};
}

/// How many parts ahead of the last one a client may ask (6.2.5.2): hls.js asks several ahead when
/// it comes through a cache whose answer is old, and for the last part of the next segment when its
/// low-latency mode is off, so two segments' worth of parts are waited for.
std::uint64_t advance_part_limit(const StreamSnapshot& snapshot) {
    const auto target = std::max(snapshot.part_target, Milliseconds{1});
    const auto parts_in = [target](Milliseconds time) {
        return static_cast<std::uint64_t>((time + target - Milliseconds{1}) / target);
    };
    return std::max(parts_in(std::chrono::seconds{3}), 2 * parts_in(snapshot.target_duration));
}

bool waited_too_long(const StreamSnapshot& snapshot, Milliseconds waited) {
    return waited >= block_time_max(snapshot);
}

Serve serve(const RenditionSnapshot& rendition, bool skip) {
    if (skip && !rendition.delta.empty()) return {.text = rendition.delta, .delta = true};
    return {.text = rendition.playlist, .delta = false};
}

enum class Reach { Present, Ahead, TooFar };

/// Whether the playlist already contains what `directives` wait for. REQUIRES: msn is given.
Reach reach(const RenditionSnapshot& rendition, const Directives& directives,
            std::uint64_t advance_limit) {
    std::uint64_t msn = *directives.msn;
    // "_HLS_msn=M" without a part is answered with the first part of M, not with the whole segment:
    // Safari asks so to learn about that part, and shipped servers answer so (OME PR#2207).
    std::uint64_t part = directives.part.value_or(0);
    if (msn < rendition.next_msn) {
        const Segment* segment = rendition.find(msn);
        if (!segment || part < segment->parts.size()) return Reach::Present;
        // "the Server MUST treat the request as one for Part Index 0 of the following Parent
        // Segment"
        ++msn;
        part = 0;
        if (msn < rendition.next_msn) return Reach::Present;
    }
    // next_msn is the last segment's number plus one: more than two behind the last is too far.
    if (msn > rendition.next_msn + 1) return Reach::TooFar;
    const std::uint64_t parts_there = rendition.open ? rendition.open->parts.size() : 0;
    const std::uint64_t base = msn == rendition.next_msn ? parts_there : 0;
    if (part < base) return Reach::Present;
    // The last part has index base - 1.
    return part + 1 > base + advance_limit ? Reach::TooFar : Reach::Ahead;
}

struct MediaName {
    std::uint32_t epoch = 0;
    std::optional<std::uint64_t> msn;  // none: the init segment
    std::optional<std::uint32_t> part;
};

/// "init-E.mp4", "E-M.m4s" or "E-M.P.m4s".
std::optional<MediaName> parse_name(std::string_view name) {
    MediaName out;
    if (name.starts_with("init-") && name.ends_with(".mp4")) {
        const auto epoch = parse_canonical<std::uint32_t>(name.substr(5, name.size() - 9));
        if (!epoch) return std::nullopt;
        out.epoch = *epoch;
        return out;
    }
    if (!name.ends_with(".m4s")) return std::nullopt;
    name.remove_suffix(4);
    const std::size_t dash = name.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::size_t dot = name.find('.', dash);
    const auto epoch = parse_canonical<std::uint32_t>(name.substr(0, dash));
    const auto msn = parse_canonical<std::uint64_t>(
        name.substr(dash + 1, dot == std::string_view::npos ? dot : dot - dash - 1));
    if (!epoch || !msn) return std::nullopt;
    out.epoch = *epoch;
    out.msn = msn;
    if (dot == std::string_view::npos) return out;
    out.part = parse_canonical<std::uint32_t>(name.substr(dot + 1));
    if (!out.part) return std::nullopt;
    return out;
}

}  // namespace

Result<Directives> parse_directives(std::string_view query) {
    Directives out;
    for (const std::string_view parameter : split(query, '&')) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = parameter.substr(0, equals);
        const std::string_view value = parameter.substr(equals + 1);
        if (name == "_HLS_msn") TRY_VOID(read_number(out.msn, name, value));
        if (name == "_HLS_part") TRY_VOID(read_number(out.part, name, value));
        if (name == "_HLS_skip") out.skip = out.skip || value == "YES" || value == "v2";
    }
    if (out.part && !out.msn) return fail(Errc::Malformed, "_HLS_part is given without _HLS_msn.");
    return out;
}

Milliseconds block_time_max(const StreamSnapshot& snapshot) {
    return 3 * snapshot.target_duration;
}

PlaylistDecision decide_playlist(const StreamSnapshot& snapshot, std::string_view name,
                                 const Directives& directives, Milliseconds waited) {
    const RenditionSnapshot* rendition = snapshot.find(name);
    if (!rendition) return NotFound{};
    if (snapshot.ended()) {
        if (rendition->segments.empty()) return NotFound{};
        return serve(*rendition, false);  // 6.2.5: directives are ignored after the end
    }
    if (directives.part && !directives.msn) {
        return BadRequest{"_HLS_part is given without _HLS_msn."};
    }
    Reach there = snapshot.ready ? Reach::Present : Reach::Ahead;
    if (directives.msn) {
        there = reach(*rendition, directives, advance_part_limit(snapshot));
        if (there == Reach::Present && !snapshot.ready) there = Reach::Ahead;
    }
    switch (there) {
        case Reach::Present: return serve(*rendition, directives.skip);
        case Reach::TooFar:
            return BadRequest{"The segment or part asked for is too far in the future."};
        case Reach::Ahead: break;
    }
    if (waited_too_long(snapshot, waited)) return Unavailable{};
    return Block{};
}

PlaylistDecision decide_multivariant(const StreamSnapshot& snapshot, Milliseconds waited) {
    if (snapshot.ready) return Serve{.text = snapshot.multivariant, .delta = false};
    if (snapshot.ended()) return NotFound{};
    if (waited_too_long(snapshot, waited)) return Unavailable{};
    return Block{};
}

MediaDecision decide_media(const StreamSnapshot& snapshot, std::string_view rendition_name,
                           std::string_view name, Milliseconds waited) {
    const RenditionSnapshot* rendition = snapshot.find(rendition_name);
    const std::optional<MediaName> wanted = parse_name(name);
    if (!rendition || !wanted) return NotFound{};
    const EpochId epoch(wanted->epoch);
    if (!wanted->msn) {
        const auto found = std::ranges::find(rendition->epochs, epoch,
                                             [](const auto& candidate) { return candidate->id; });
        if (found == rendition->epochs.end()) return NotFound{};
        return ServeBytes{(*found)->init};
    }
    if (const Segment* segment = rendition->find(*wanted->msn);
        segment && segment->epoch->id == epoch) {
        if (!wanted->part) {
            if (!segment->complete || segment->bytes.empty()) return NotFound{};
            return ServeSlice{segment->bytes};
        }
        if (*wanted->part < segment->parts.size()) {
            const Part& part = segment->parts[*wanted->part];
            if (part.gap) return NotFound{};
            return ServeSlice{part.bytes};
        }
    }
    const bool hinted =
        wanted->part &&
        rendition->hint == Hint{.epoch = epoch, .msn = *wanted->msn, .part = *wanted->part};
    if (!hinted) return NotFound{};
    if (waited_too_long(snapshot, waited)) return Unavailable{};
    return Block{};
}

}  // namespace shopcast::media
