#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "picture/limits.hpp"

/// Pixels: the only place that knows libav*. Pure functions: no I/O, no threads of their own.
namespace shopcast::picture {

struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    friend bool operator==(const Size&, const Size&) = default;
};

/// How large a poster of a picture is: its shape as it is to be seen (`horizontal` : `vertical` is
/// the shape of one sample, 0 where nobody says), fitted into limits::poster_width_max_px by
/// limits::poster_height_max_px, never enlarged in height, both sides even.
/// REQUIRES: no side is 0.
Size poster_size(Size picture, std::uint32_t horizontal, std::uint32_t vertical);

/// One H.264 keyframe as a JPEG (4:2:0, JFIF, no metadata): as wide as poster_size says, its
/// colours those that a browser shows for the video.
///
/// `avc_record` is the AVCDecoderConfigurationRecord, `access_unit` the IDR picture's NAL units
/// with lengths as the record says. Takes 10 to 40 ms of CPU for 1080p and up to 60 MB meanwhile.
/// Errors: Malformed (the decoder gives no whole picture), TooLarge (more pixels than
/// limits::poster_source_pixels_max, or a JPEG above limits::poster_bytes_max), Internal.
Result<Bytes> keyframe_jpeg(ByteSpan avc_record, ByteSpan access_unit);

}  // namespace shopcast::picture
