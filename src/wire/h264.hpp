#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/h264_sps.hpp"

namespace shopcast::wire {

/// nal_unit_type (ITU-T H.264, table 7-1); only those that shopcast looks at.
enum class NalType : std::uint8_t {
    Slice = 1,
    Idr = 5,
    Sei = 6,
    Sps = 7,
    Pps = 8,
    AccessUnitDelimiter = 9,
    Filler = 12,
};
/// REQUIRES: `nal` is not empty.
NalType nal_type(ByteSpan nal);

/// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): what a decoder needs before the
/// first picture.
struct AvcRecord {
    std::uint8_t nal_length_size = 4;  ///< 1 to 4, of the samples that came with this record
    std::vector<Bytes> sps;            ///< whole NAL units, at least one
    std::vector<Bytes> pps;            ///< may be empty: some encoders send them in band

    /// Errors: Malformed, Unsupported (HEVC under AVC's codec id, as OBS before 29.1 sent it).
    static Result<AvcRecord> parse(ByteSpan record);
    /// From parameter sets in band, or of a sequence header in Annex B form; other NAL units are
    /// ignored. Errors: Malformed (no SPS).
    static Result<AvcRecord> from_nals(std::span<const ByteSpan> nals);

    /// With lengths of four bytes; equal records mean equal parameters.
    Bytes serialize() const;
    /// This record with `nal` (an SPS or PPS) in the place of the one with the same id, or added.
    Result<AvcRecord> with(ByteSpan nal) const;
    bool contains(ByteSpan nal) const;
    /// The first SPS decides.
    Result<Sps> parse_sps() const { return wire::parse_sps(sps.front()); }
};

/// The NAL units of one coded picture, in order. They point into the message body.
struct AccessUnit {
    std::vector<ByteSpan> nals;  ///< none is empty
    /// The body is exactly these NAL units with lengths of four bytes: nothing needs copying.
    bool is_exact = false;

    bool has(NalType type) const;
    bool has_picture() const;  ///< a coded slice of any kind
};

/// Cuts a message body into NAL units: by lengths of `nal_length_size` bytes, or by start codes
/// where an encoder sends Annex B instead. Errors: Malformed (a length points beyond the end).
Result<AccessUnit> split_access_unit(ByteSpan body, std::uint8_t nal_length_size);

/// NAL units between Annex B start codes (H.264, B.1); empty when `in` does not begin with one.
std::vector<ByteSpan> split_annex_b(ByteSpan in);

/// NAL units one after another with lengths of four bytes, as a sample of type avc1 stores them.
Bytes join_nals(std::span<const ByteSpan> nals);

}  // namespace shopcast::wire
