#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

/// Reads back what wire/cmaf.hpp writes, strictly: for tests, the conformance checker and the
/// recorder. Boxes it does not know are skipped.
namespace shopcast::wire::cmaf {

/// One box of ISO/IEC 14496-12 (4.2), 32-bit sizes only.
struct BoxView {
    std::string type;  ///< four characters
    ByteSpan body;
};

/// The boxes that lie one after another in `in`. Errors: Malformed (a size that does not fit).
Result<std::vector<BoxView>> read_boxes(ByteSpan in);

struct TrackInfo {
    std::uint32_t id = 0;
    std::uint32_t timescale = 0;
    std::string handler;       ///< "vide" or "soun"
    std::string sample_entry;  ///< "avc1" or "mp4a"
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t channels = 0;
    ByteVector codec_config;  ///< the avcC record, or the AudioSpecificConfig inside esds
    bool has_pixel_aspect = false;
    bool has_colour = false;
};
/// Errors: Malformed, Unsupported (no moov, edit lists, no trex for a track).
Result<std::vector<TrackInfo>> read_init(ByteSpan in);

struct SampleView {
    std::uint64_t decode_time = 0;
    std::uint32_t duration = 0;
    std::int32_t composition_offset = 0;
    bool sync = false;
    ByteSpan data;
};
struct RunView {
    std::uint32_t track_id = 0;
    std::uint64_t decode_time = 0;
    std::vector<SampleView> samples;

    std::uint64_t end() const {
        return samples.empty() ? decode_time : samples.back().decode_time + samples.back().duration;
    }
};
struct FragmentView {
    std::uint32_t sequence_number = 0;
    std::vector<RunView> runs;
};

/// The moof+mdat pairs in `in`, which must outlive the result. Errors: Malformed; Unsupported (a
/// base other than the moof, tfdt of version 0, data outside the mdat that follows).
Result<std::vector<FragmentView>> read_fragments(ByteSpan in);

}  // namespace shopcast::wire::cmaf
