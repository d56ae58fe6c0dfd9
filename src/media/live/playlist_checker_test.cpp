#include "media/live/playlist_checker.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.hpp"

namespace shopcast::media::test {
namespace {

constexpr double rounding_s = 1.1e-5;
/// Of the sum of a playlist's durations.
constexpr double sum_rounding_s = 64 * rounding_s;

std::string attribute(std::string_view line, std::string_view name) {
    const std::string key = std::string(name) + "=";
    std::size_t at = line.find(":" + key);
    if (at == std::string_view::npos) at = line.find("," + key);
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + 1 + key.size());
    if (line.starts_with('"')) return std::string(line.substr(1, line.find('"', 1) - 1));
    return std::string(line.substr(0, line.find(',')));
}

double number(std::string_view text) {
    return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace

ListedPlaylist read_playlist(std::string_view text) {
    ListedPlaylist out;
    ListedSegment segment;
    std::uint64_t discontinuity = 0;
    std::string map;
    bool in_header = true;
    const auto value = [](std::string_view line) { return line.substr(line.find(':') + 1); };
    for (const std::string_view line : split(text, '\n')) {
        const bool of_segment =
            line.starts_with("#EXT-X-DISCONTINUITY") || line.starts_with("#EXT-X-MAP") ||
            line.starts_with("#EXT-X-PROGRAM") || line.starts_with("#EXT-X-PART:");
        if (in_header && (!of_segment || line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE")) &&
            !line.starts_with("#EXT-X-SKIP")) {
            out.header.emplace_back(line);
        } else if (!line.starts_with("#EXT-X-SKIP")) {
            in_header = false;
        }
        if (line.starts_with("#EXT-X-TARGETDURATION")) out.target_duration = number(value(line));
        if (line.starts_with("#EXT-X-PART-INF"))
            out.part_target = number(attribute(line, "PART-TARGET"));
        if (line.starts_with("#EXT-X-MEDIA-SEQUENCE")) {
            out.media_sequence = *parse_int<std::uint64_t>(value(line));
        }
        if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE")) {
            discontinuity = *parse_int<std::uint64_t>(value(line));
        }
        if (line.starts_with("#EXT-X-SKIP")) {
            out.skipped = *parse_int<std::uint64_t>(attribute(line, "SKIPPED-SEGMENTS"));
        }
        if (line == "#EXT-X-DISCONTINUITY") {
            ++discontinuity;
            if (!segment.parts.empty()) out.problem = "DISCONTINUITY after a part";
        }
        if (line.starts_with("#EXT-X-MAP")) {
            map = attribute(line, "URI");
            if (!segment.parts.empty()) out.problem = "MAP after a part";
        }
        if (line.starts_with("#EXT-X-PROGRAM-DATE-TIME")) {
            segment.date = value(line);
            if (!segment.parts.empty()) out.problem = "PROGRAM-DATE-TIME after a part";
        }
        if (line == "#EXT-X-GAP") segment.gap = true;
        if (line.starts_with("#EXT-X-PART:")) {
            segment.parts.push_back({.uri = attribute(line, "URI"),
                                     .duration = number(attribute(line, "DURATION")),
                                     .independent = attribute(line, "INDEPENDENT") == "YES",
                                     .gap = attribute(line, "GAP") == "YES"});
        }
        if (line.starts_with("#EXTINF")) segment.duration = number(value(line));
        if (line.starts_with("#EXT-X-PRELOAD-HINT")) {
            if (!out.hint.empty()) out.problem = "two preload hints";
            out.hint = attribute(line, "URI");
        }
        if (line == "#EXT-X-ENDLIST") out.ended = true;
        if (!line.empty() && !line.starts_with('#')) {
            segment.uri = line;
            segment.map = map;
            segment.discontinuity = discontinuity;
            segment.msn = out.media_sequence + out.skipped + out.segments.size();
            out.segments.push_back(std::exchange(segment, {}));
        }
    }
    if (!segment.date.empty() || !segment.parts.empty()) {
        segment.map = map;
        segment.discontinuity = discontinuity;
        segment.msn = out.media_sequence + out.skipped + out.segments.size();
        out.segments.push_back(segment);
    }
    return out;
}

void PlaylistChecker::complain(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
}

void PlaylistChecker::look(const StreamSnapshot& snapshot, bool may_replan) {
    if (!snapshot.ready) return;
    const RenditionSnapshot& rendition = snapshot.renditions.front();
    ListedPlaylist now = read_playlist(rendition.playlist.plain().text());
    if (!now.problem.empty()) complain(now.problem);
    check_header(now);
    check_segments(now);
    check_window(now);
    if (last_) {
        check_change(*last_, now);
        if (!may_replan) check_hint(*last_, now);
    }
    if (now.ended == !now.hint.empty()) complain("a hint and an end, or neither");
    if (!rendition.delta.plain().empty()) {
        check_delta(rendition.playlist.plain().text(), rendition.delta.plain().text(),
                    now.target_duration);
    }
    last_ = std::move(now);
}

void PlaylistChecker::check_header(const ListedPlaylist& now) {
    std::vector<std::string> constant;
    for (const std::string& line : now.header) {
        if (line.starts_with("#EXT-X-MEDIA-SEQUENCE") ||
            line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE") || line.starts_with("#EXT-X-INDEP")) {
            continue;
        }
        constant.push_back(line);
    }
    if (constant_header_.empty()) constant_header_ = constant;
    if (constant != constant_header_) {
        complain(fmt::format("the header changed: {}", fmt::join(constant, " ")));
    }
    if (now.part_target <= 0 || now.part_target > now.target_duration) complain("PART-TARGET");
}

void PlaylistChecker::check_parts(const ListedPlaylist& now, const ListedSegment& segment) {
    double sum = 0;
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
        const ListedPart& part = segment.parts[i];
        sum += part.duration;
        if (part.duration > now.part_target) {
            complain(fmt::format("{} lasts {} s, PART-TARGET is {}", part.uri, part.duration,
                                 now.part_target));
        }
        const bool last = i + 1 == segment.parts.size();
        const bool exempt = part.independent || part.gap || last || segment.parts[i + 1].gap;
        if (!exempt && part.duration < 0.85 * now.part_target) {
            complain(
                fmt::format("{} lasts only {} of {} s", part.uri, part.duration, now.part_target));
        }
        if (!part.uri.ends_with(fmt::format("-{}.{}.m4s", segment.msn, i))) {
            complain("unexpected name " + part.uri);
        }
    }
    if (!segment.uri.empty() && !segment.parts.empty() &&
        std::abs(sum - segment.duration) > rounding_s * static_cast<double>(segment.parts.size())) {
        complain(fmt::format("{} lasts {} s, its parts {} s", segment.uri, segment.duration, sum));
    }
}

void PlaylistChecker::check_segments(const ListedPlaylist& now) {
    double from_end = 0;
    for (auto segment = now.segments.rbegin(); segment != now.segments.rend(); ++segment) {
        double duration = segment->duration;
        if (segment->uri.empty()) {
            for (const ListedPart& part : segment->parts) duration += part.duration;
        }
        from_end += duration;
        if (!segment->parts.empty() && from_end > 3 * now.target_duration + sum_rounding_s) {
            complain("parts further than three target durations from the end");
        }
        if (segment->uri.empty() && segment->parts.empty()) complain("an empty segment");
        if (std::llround(segment->duration) > static_cast<long long>(now.target_duration)) {
            complain(fmt::format("{} lasts {} s", segment->uri, segment->duration));
        }
        if (segment->map.empty()) complain("a segment without EXT-X-MAP");
        if (segment->date.empty()) complain("a segment without PROGRAM-DATE-TIME");
        const bool all_gaps = std::ranges::all_of(segment->parts, &ListedPart::gap);
        if (!segment->uri.empty() && !segment->parts.empty() && segment->gap != all_gaps) {
            complain("EXT-X-GAP does not agree with the parts");
        }
        check_parts(now, *segment);
    }
    for (std::size_t i = 1; i < now.segments.size(); ++i) {
        const auto& before = now.segments[i - 1];
        const auto& after = now.segments[i];
        if (after.date < before.date) complain("PROGRAM-DATE-TIME goes back at " + after.date);
        if ((before.map != after.map) != (before.discontinuity != after.discontinuity)) {
            complain("a map changes without a discontinuity, or the other way round");
        }
    }
}

void PlaylistChecker::check_window(const ListedPlaylist& now) {
    double window = 0;
    for (const ListedSegment& segment : now.segments) window += segment.duration;
    const double least = std::max(60.0, 10 * now.target_duration);
    if (now.media_sequence > 0 && window < least - 0.001) {
        complain(fmt::format("the window is {} s", window));
    }
    // One segment leaves for each that comes, so two and the one in progress may be more.
    if (window > least + 2 * (now.target_duration + 0.5)) {
        complain(fmt::format("the window grew to {} s", window));
    }
}

/// 6.2.1: lines are appended, the oldest segments leave, parts leave; nothing else changes.
void PlaylistChecker::check_change(const ListedPlaylist& before, const ListedPlaylist& now) {
    if (now.media_sequence < before.media_sequence) complain("MEDIA-SEQUENCE decreased");
    std::size_t kept = 0;
    for (const ListedSegment& old : before.segments) {
        if (old.msn < now.media_sequence) continue;
        const std::size_t at = old.msn - now.media_sequence;
        if (at >= now.segments.size()) {
            complain(fmt::format("segment {} disappeared", old.msn));
            continue;
        }
        ++kept;
        const ListedSegment& still = now.segments[at];
        if (still.discontinuity != old.discontinuity || still.map != old.map ||
            still.date != old.date) {
            complain(fmt::format("tags of segment {} changed", old.msn));
        }
        if (!old.uri.empty() &&
            (still.uri != old.uri || still.duration != old.duration || still.gap != old.gap)) {
            complain(fmt::format("segment {} changed", old.msn));
        }
        if (still.parts.empty()) continue;
        if (still.parts.size() < old.parts.size() ||
            !std::equal(old.parts.begin(), old.parts.end(), still.parts.begin())) {
            complain(fmt::format("parts of segment {} changed", old.msn));
        }
        if (old.parts.empty()) complain(fmt::format("parts of segment {} came back", old.msn));
        parts_seen_ += still.parts.size() - old.parts.size();
    }
    const std::uint64_t first_new = before.media_sequence + before.segments.size();
    for (const ListedSegment& segment : now.segments) {
        if (segment.msn >= first_new) parts_seen_ += segment.parts.size();
    }
    if (kept == 0) complain("nothing is left of the playlist before");
    if (before.ended) complain("the playlist changed after its end");
}

void PlaylistChecker::check_hint(const ListedPlaylist& before, const ListedPlaylist& now) {
    if (before.hint.empty()) return;
    for (const ListedSegment& segment : now.segments) {
        for (const ListedPart& part : segment.parts) {
            if (part.uri == before.hint) return;
        }
    }
    if (now.hint != before.hint) complain("the hinted part " + before.hint + " never came");
}

void PlaylistChecker::check_delta(std::string_view full, std::string_view delta,
                                  double target_duration) {
    ++deltas_seen_;
    const ListedPlaylist whole = read_playlist(full);
    const ListedPlaylist part = read_playlist(delta);
    if (!delta.starts_with("#EXTM3U\n#EXT-X-VERSION:9\n")) complain("the delta's version");
    if (part.skipped == 0 || part.skipped >= whole.segments.size()) {
        complain("the delta skips nothing, or all");
        return;
    }
    // What the delta lists is, line by line, the end of the full playlist.
    const std::string uri = whole.segments[part.skipped - 1].uri;
    const std::size_t rest = full.find("\n" + uri + "\n") + uri.size() + 2;
    const std::size_t skip = delta.find("#EXT-X-SKIP");
    if (delta.substr(delta.find('\n', skip) + 1) != full.substr(rest)) {
        complain("the delta's segments are not those of the full playlist");
    }
    const std::size_t header = full.find('\n', full.find("#EXT-X-DISCONTINUITY-SEQUENCE")) + 1;
    constexpr std::size_t version = 25;  // "#EXTM3U\n#EXT-X-VERSION:6\n"
    if (delta.substr(version, skip - version) != full.substr(version, header - version)) {
        complain("the delta's header is not the full playlist's");
    }
    double behind = 0;
    for (std::size_t i = whole.segments.size(); i-- > part.skipped;) {
        behind += whole.segments[i].duration;
    }
    if (behind <= 6 * target_duration - sum_rounding_s)
        complain("the delta skips beyond the Skip Boundary");
}

}  // namespace shopcast::media::test

// The checker is what the simulation trusts, so each of its rules has to bite.
TEST_CASE("the playlist checker reads tags where they apply") {
    using namespace shopcast::media::test;
    const ListedPlaylist read = read_playlist(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-PART-INF:PART-TARGET=0.505\n"
        "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-MAP:URI=\"init-1.mp4\"\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.000Z\n#EXTINF:2.00000,\n1-7.m4s\n"
        "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-2.mp4\"\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:22.000Z\n"
        "#EXT-X-PART:DURATION=0.50000,URI=\"2-8.0.m4s\",INDEPENDENT=YES\n"
        "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"2-8.1.m4s\"\n");
    REQUIRE(read.segments.size() == 2);
    CHECK(read.segments[0].msn == 7);
    CHECK(read.segments[0].discontinuity == 1);
    CHECK(read.segments[0].map == "init-1.mp4");
    CHECK(read.segments[1].discontinuity == 2);
    CHECK(read.segments[1].map == "init-2.mp4");
    CHECK(read.segments[1].parts[0].independent);
    CHECK(read.hint == "2-8.1.m4s");
    CHECK(read.problem.empty());
}
