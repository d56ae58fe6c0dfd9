#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// A codec by its FourCC (Enhanced RTMP v2), into which the numbers of old FLV are translated
/// where they have one; else by a name of its own.
enum class Codec {
    Avc,
    Hevc,
    Vvc,
    Av1,
    Vp8,
    Vp9,
    Vp6,
    H263,
    ScreenVideo,
    Aac,
    Opus,
    Flac,
    Ac3,
    Eac3,
    Mp3,
    Speex,
    Nellymoser,
    G711,
    Pcm,
    Unknown,
};
/// As an operator's encoder calls it: "HEVC (H.265)".
std::string_view to_string(Codec codec);

/// What one tag says, for one track.
enum class FlvPacket {
    SequenceStart,  ///< the decoder's configuration
    Frame,
    SequenceEnd,
    Other,  ///< colour metadata, seek commands, channel layouts: nothing to decode
};

struct VideoTag {
    Codec codec = Codec::Unknown;
    FlvPacket packet = FlvPacket::Other;
    bool is_marked_keyframe = false;  ///< the container's word; the NAL units decide
    std::uint8_t track_id = 0;        ///< Enhanced RTMP multitrack; 0 is the default track
    std::int32_t composition_ms = 0;  ///< presentation less decode time, signed
    std::uint32_t nanoseconds = 0;    ///< to be added to the message's timestamp
    Bytes data;
};

struct AudioTag {
    Codec codec = Codec::Unknown;
    FlvPacket packet = FlvPacket::Other;
    std::uint8_t track_id = 0;
    std::uint32_t nanoseconds = 0;
    Bytes data;
};

/// The body of a video message (RTMP type 9): FLV's VideoTagHeader, or Enhanced RTMP v2's when the
/// first bit is set. A multitrack message gives one tag for each track. An empty body gives none.
/// Errors: Malformed.
Result<std::vector<VideoTag>> parse_video_body(const Bytes& body);
/// The body of an audio message (type 8).
Result<std::vector<AudioTag>> parse_audio_body(const Bytes& body);

}  // namespace shopcast::wire
