#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/live/snapshot.hpp"

/// For tests only: reads published playlists as a player does and complains about every rule of
/// draft-pantos-hls-rfc8216bis (and of our own design) that one of them, or its change from the
/// one before, breaks.
namespace shopcast::media::test {

struct ListedPart {
    std::string uri;
    double duration = 0;
    bool independent = false;
    bool gap = false;

    friend bool operator==(const ListedPart&, const ListedPart&) = default;
};

struct ListedSegment {
    std::uint64_t msn = 0;
    std::uint64_t discontinuity = 0;  ///< Discontinuity Sequence Number
    std::string uri;                  ///< empty: in progress
    std::string map;
    std::string date;
    double duration = 0;
    bool gap = false;
    std::vector<ListedPart> parts;
};

struct ListedPlaylist {
    std::vector<std::string> header;  ///< lines before the first segment
    std::uint64_t media_sequence = 0;
    std::uint64_t skipped = 0;
    double part_target = 0;
    double target_duration = 0;
    std::vector<ListedSegment> segments;
    std::string hint;
    bool ended = false;
    std::string problem;  ///< what could not be read
};
ListedPlaylist read_playlist(std::string_view text);

class PlaylistChecker {
public:
    /// Looks at one published snapshot. `may_replan`: the hinted part need not come (an epoch
    /// ended, a gap began).
    void look(const StreamSnapshot& snapshot, bool may_replan);

    /// The first rule broken, with what broke it; empty = none.
    const std::string& problem() const { return problem_; }
    std::uint64_t parts_seen() const { return parts_seen_; }
    std::uint64_t deltas_seen() const { return deltas_seen_; }

private:
    void complain(std::string what);
    void check_header(const ListedPlaylist& now);
    void check_segments(const ListedPlaylist& now);
    void check_parts(const ListedPlaylist& now, const ListedSegment& segment);
    void check_change(const ListedPlaylist& before, const ListedPlaylist& now);
    void check_delta(std::string_view full, std::string_view delta, double target_duration);
    void check_hint(const ListedPlaylist& before, const ListedPlaylist& now);
    void check_window(const ListedPlaylist& now);

    std::optional<ListedPlaylist> last_;
    std::vector<std::string> constant_header_;
    double longest_window_s_ = 0;
    std::uint64_t parts_seen_ = 0;
    std::uint64_t deltas_seen_ = 0;
    std::string problem_;
};

}  // namespace shopcast::media::test
