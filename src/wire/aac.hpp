#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): what an AAC decoder needs before the first
/// frame.
struct AudioSpecificConfig {
    std::uint8_t object_type = 2;            ///< of the core: 2 is AAC-LC
    std::uint32_t sample_rate = 0;           ///< core rate; SBR doubles it in the decoder
    std::uint32_t channels = 0;              ///< of the core; parametric stereo makes two of one
    std::uint32_t samples_per_frame = 1024;  ///< or 960, counted at the core rate
    bool has_sbr = false;                    ///< HE-AAC, signalled explicitly or at the end
    bool has_ps = false;                     ///< HE-AAC v2

    /// Errors: Malformed; Unsupported (an object type that is not AAC-LC, alone or under SBR).
    static Result<AudioSpecificConfig> parse(ByteSpan in);
    /// RFC 6381: "mp4a.40.2", "mp4a.40.5" with SBR, "mp4a.40.29" with parametric stereo too.
    std::string codec() const;
};

/// `frame` without an ADTS header, which some encoders leave on their raw frames: recognised by its
/// sync word and a length that fits. A raw frame cannot begin so.
Bytes without_adts(const Bytes& frame);

}  // namespace shopcast::wire
