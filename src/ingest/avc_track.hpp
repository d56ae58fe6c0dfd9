#pragma once

#include <optional>

#include "base/result.hpp"
#include "media/cut/packet.hpp"
#include "wire/h264.hpp"

namespace shopcast::ingest {

/// Follows the H.264 of one publish: which parameters are in force, and what each message body
/// holds. Samples come out as a track of type avc1 stores them: lengths of four bytes, no
/// delimiters or filler, parameter sets in the record alone.
class AvcTrack {
public:
    struct Picture {
        Bytes sample;
        bool is_idr = false;
    };

    /// A sequence header. A repeated one changes nothing. Errors: Malformed (the parameters in
    /// force stay), Unsupported (HEVC).
    Result<void> configure(ByteSpan header);

    /// A message body of NAL units. Nothing: it held no picture, or no parameters are known yet.
    /// Parameter sets found in band count from an IDR picture on, as if a sequence header had come.
    /// Errors: Malformed (the body is to be dropped).
    Result<std::optional<Picture>> picture(const Bytes& body);

    /// The parameters in force; none before the first.
    const std::optional<media::VideoTrack>& track() const { return track_; }
    /// 4:2:0 with 8 bits: what browsers' hardware decodes.
    bool is_widely_playable() const { return is_widely_playable_; }

private:
    Result<void> adopt(wire::AvcRecord record);
    Result<void> adopt_in_band(const wire::AccessUnit& unit);

    std::optional<wire::AvcRecord> record_;
    Bytes last_header_;
    std::optional<media::VideoTrack> track_;
    bool is_widely_playable_ = true;
};

}  // namespace shopcast::ingest
