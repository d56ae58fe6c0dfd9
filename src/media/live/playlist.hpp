#pragma once

#include <string>

#include "media/live/snapshot.hpp"
#include "wire/m3u8.hpp"

namespace shopcast::media {

/// Names in a rendition's folder: deterministic, so that every node gives the same.
std::string init_name(EpochId epoch);
std::string segment_name(const Segment& segment);
std::string part_name(EpochId epoch, std::uint64_t msn, std::size_t part);

/// What the rendition's playlist lists.
wire::m3u8::MediaPlaylist describe(const StreamSnapshot& stream,
                                   const RenditionSnapshot& rendition);

/// Renders `playlist` and `delta` of every rendition: once per part, shared by all who ask.
void render_playlists(StreamSnapshot& stream);

/// The multivariant playlist for /live/<channel>/index.m3u8.
Text render_multivariant(const StreamSnapshot& stream);

}  // namespace shopcast::media
