#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// A part with a picture that a decoder can begin at. Keeps the segment's bytes in memory.
struct Keyframe {
    std::uint64_t msn = 0;  ///< of its segment
    std::shared_ptr<const Epoch> epoch;
    Slice part;
};

/// The newest one in segments numbered `from_msn` or higher; none where there is sound alone.
std::optional<Keyframe> newest_keyframe(const RenditionSnapshot& rendition, std::uint64_t from_msn);

/// The IDR picture's access unit: NAL units with lengths of four bytes. Errors: Io, Malformed.
Result<ByteVector> read_access_unit(const Slice& part);

}  // namespace shopcast::media
