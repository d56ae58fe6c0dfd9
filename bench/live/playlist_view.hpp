#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shopcast::bench {

/// A part's place: media sequence number and index in its segment.
struct PartPlace {
    std::uint64_t msn = 0;
    std::uint32_t part = 0;
    auto operator<=>(const PartPlace&) const = default;
};

struct ListedPart {
    PartPlace place;
    double duration_s = 0;
    std::string uri;
    bool gap = false;
};

/// What a player takes from a playlist, media or multivariant. Places are counted from
/// EXT-X-MEDIA-SEQUENCE and the tags, as hls.js does; names of files mean nothing.
struct PlaylistView {
    std::string variant_uri;  ///< of a multivariant playlist
    std::string map_uri;      ///< of the last EXT-X-MAP
    std::string hint_uri;
    std::vector<ListedPart> parts;
    PartPlace next;  ///< the first part that is not listed: what a blocking reload asks for
    bool can_skip = false;
    bool ended = false;
    bool readable = false;
};

PlaylistView parse_playlist(std::string_view text);

/// Thousands of viewers are sent the same bytes: those are unpacked and parsed once.
class PlaylistCache {
public:
    std::shared_ptr<const PlaylistView> find(std::string_view body, bool gzip);

private:
    struct Entry {
        std::string body;
        std::shared_ptr<const PlaylistView> view;
    };
    std::array<Entry, 64> entries_;  ///< more than the channels of a run
    std::size_t newest_ = 0;
};

/// "../s/x/src/index.m3u8" seen from "/live/channel/index.m3u8".
std::string resolve(std::string_view base_path, std::string_view uri);

}  // namespace shopcast::bench
