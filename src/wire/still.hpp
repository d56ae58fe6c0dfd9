#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

/// Pictures that somebody uploads, before a decoder sees them: what of their bytes makes the
/// picture.
namespace shopcast::wire {

enum class StillFormat { Jpeg, Png, Webp };

/// A picture's essence.
struct Still {
    StillFormat format;
    /// A file of that format with nothing in it but what draws: no text, no profile, no thumbnail,
    /// no second picture, nothing behind its end.
    ByteVector bytes;
    std::uint32_t width;   ///< As its header says, not turned. Not 0.
    std::uint32_t height;  ///< The same.
    /// How a camera was held (EXIF 2.32, 4.6.4): 1 upright, to 8.
    int orientation = 1;
};

/// Takes a JPEG (ITU-T T.81), a PNG (third edition) or a WebP (RFC 9649) apart and keeps what its
/// pixels need:
///
/// - JPEG: frames, scans, tables, the restart interval, and Adobe's word on its colours (APP14);
/// - PNG: IHDR, PLTE, tRNS, IDAT, IEND;
/// - WebP: VP8X, ALPH and VP8, or VP8L.
///
/// Colour profiles are left out, since the pictures are drawn as sRGB, and inflating one is as
/// dangerous as inflating a text. Of EXIF the orientation is read here. What is copied is not
/// looked into: that it can be decoded is for the decoder to say.
///
/// Takes as long as reading the bytes once and no memory but the result's.
/// Errors: Unsupported (none of the three by its first bytes, or a WebP that moves), Malformed (its
/// own structure is broken, or it has more than limits::still_scans_max scans).
Result<Still> still_essence(ByteSpan upload);

/// The orientation in an EXIF's TIFF structure; 1 where it has none. Never fails: who writes it
/// wrongly has an upright picture.
int exif_orientation(ByteSpan tiff);

}  // namespace shopcast::wire
