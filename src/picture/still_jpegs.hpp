#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "picture/keyframe_jpeg.hpp"

namespace shopcast::picture {

struct Stills {
    Size size;                 ///< As it is to be seen: turned as its EXIF says.
    std::vector<Bytes> jpegs;  ///< One a width that was asked for.
};

/// A picture that somebody uploaded (JPEG, PNG or WebP, by its first bytes) as JPEGs of these
/// widths, never enlarged; transparent parts are white, nothing of its metadata is left. Takes up
/// to a second of CPU for 40 megapixels.
/// Errors: Unsupported (none of the three), Malformed, TooLarge (more bytes or pixels than
/// limits::picture_upload_bytes_max and picture_upload_pixels_max).
Result<Stills> still_jpegs(ByteSpan upload, std::span<const std::uint32_t> widths);

}  // namespace shopcast::picture
