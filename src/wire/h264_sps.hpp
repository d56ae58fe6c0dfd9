#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// What a sequence parameter set says about the picture (ITU-T H.264, 7.3.2.1.1 and E.1.1).
struct Sps {
    std::uint8_t profile = 0;
    std::uint8_t constraints = 0;
    std::uint8_t level = 0;
    std::uint32_t id = 0;
    std::uint8_t chroma_format = 1;  ///< 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
    std::uint8_t bit_depth_luma = 8;
    std::uint8_t bit_depth_chroma = 8;
    std::uint32_t width = 0;  ///< after cropping, in samples
    std::uint32_t height = 0;
    bool interlaced = false;

    struct Ratio {
        std::uint32_t horizontal = 1;
        std::uint32_t vertical = 1;
        friend bool operator==(const Ratio&, const Ratio&) = default;
    };
    std::optional<Ratio> sample_aspect_ratio;

    struct Colour {
        std::uint8_t primaries = 2;  ///< H.273 code points, 2 = unspecified
        std::uint8_t transfer = 2;
        std::uint8_t matrix = 2;
        bool full_range = false;
        friend bool operator==(const Colour&, const Colour&) = default;
    };
    std::optional<Colour> colour;
    std::optional<double> frame_rate;  ///< from the VUI's timing: a claim

    /// RFC 6381: "avc1.64001f".
    std::string codec() const;
};

/// `nal` is a whole NAL unit of type 7, emulation prevention included.
/// Errors: Malformed, Unsupported (larger than 16,384 samples a side).
Result<Sps> parse_sps(ByteSpan nal);

/// The parameter set's id without reading it all. `nal` is an SPS or a PPS.
Result<std::uint32_t> parameter_set_id(ByteSpan nal);

/// The bytes of a NAL unit without emulation prevention (7.4.1: 00 00 03 stands for 00 00).
ByteVector to_rbsp(ByteSpan nal);

}  // namespace shopcast::wire
