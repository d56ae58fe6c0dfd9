#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/live/snapshot.hpp"

/// What a request for a live playlist, part or segment is to be answered with: pure decisions over
/// a snapshot. The caller holds the request while the answer is Block, and asks again with every
/// new snapshot of the stream (LiveEdge::changed). Sections are those of
/// draft-pantos-hls-rfc8216bis.
namespace shopcast::media {

/// Delivery directives of a playlist request (6.2.5).
struct Directives {
    std::optional<std::uint64_t> msn;   ///< _HLS_msn
    std::optional<std::uint64_t> part;  ///< _HLS_part
    bool skip = false;                  ///< _HLS_skip=YES or v2

    friend bool operator==(const Directives&, const Directives&) = default;
};

/// Reads the directives from a query string ("_HLS_msn=4&_HLS_part=1"); other parameters are
/// ignored. Errors: Malformed (a number that is none, a directive given twice, a part without its
/// segment): answer 400 with the message.
Result<Directives> parse_directives(std::string_view query);

struct Serve {
    Text text;
    bool delta = false;
};
struct ServeSlice {
    Slice slice;
};
struct ServeBytes {
    Bytes bytes;
};
/// Hold the request until the stream's next snapshot, or until it has waited block_time_max().
struct Block {};
struct BadRequest {
    std::string reason;  ///< a sentence for the problem's detail
};
struct NotFound {};
/// 503 with Retry-After: held for longer than three target durations (6.2.5.2).
struct Unavailable {};

using PlaylistDecision = std::variant<Serve, Block, BadRequest, NotFound, Unavailable>;
using MediaDecision = std::variant<ServeSlice, ServeBytes, Block, NotFound, Unavailable>;

/// How long a request is held at most: three target durations.
Milliseconds block_time_max(const StreamSnapshot& snapshot);

/// Answer to a media playlist request that has waited for `waited` so far.
PlaylistDecision decide_playlist(const StreamSnapshot& snapshot, std::string_view rendition,
                                 const Directives& directives, Milliseconds waited);

/// Answer to a multivariant playlist request: held until the stream is ready.
PlaylistDecision decide_multivariant(const StreamSnapshot& snapshot, Milliseconds waited);

/// Answer to a request for `name` in a rendition's folder: "init-0.mp4", "0-17.m4s" or
/// "0-17.3.m4s". Only the hinted part blocks (6.2.6); every other unknown name is NotFound.
MediaDecision decide_media(const StreamSnapshot& snapshot, std::string_view rendition,
                           std::string_view name, Milliseconds waited);

}  // namespace shopcast::media
