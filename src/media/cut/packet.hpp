#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace shopcast::media {

enum class TrackKind { Video, Audio };

/// Video decode and presentation times count 1/90,000 s.
constexpr std::uint32_t video_timescale = 90'000;

struct PixelAspect {
    std::uint32_t horizontal = 1;
    std::uint32_t vertical = 1;

    friend bool operator==(const PixelAspect&, const PixelAspect&) = default;
};

/// Colour description of the VUI (ITU-T H.273 code points), written as a `colr` box of type nclx.
struct Colour {
    std::uint16_t primaries = 2;  ///< 2 = unspecified
    std::uint16_t transfer = 2;
    std::uint16_t matrix = 2;
    bool full_range = false;

    friend bool operator==(const Colour&, const Colour&) = default;
};

struct VideoTrack {
    Bytes avc_record;  ///< AVCDecoderConfigurationRecord, lengthSizeMinusOne = 3
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string codec;  ///< RFC 6381: "avc1.64001f"
    std::optional<PixelAspect> sample_aspect_ratio;
    std::optional<Colour> colour;
    std::optional<double> frame_rate;  ///< from the VUI, a claim: media measures its own

    friend bool operator==(const VideoTrack&, const VideoTrack&) = default;
};

struct AudioTrack {
    Bytes audio_specific_config;
    std::uint32_t sample_rate = 0;  ///< core rate (before SBR), also the track's timescale
    std::uint32_t channels = 0;
    std::string codec;  ///< RFC 6381: "mp4a.40.2"
    std::uint32_t samples_per_frame = 1024;

    friend bool operator==(const AudioTrack&, const AudioTrack&) = default;
};

/// What one epoch carries; at least one of the two.
struct TrackSet {
    std::optional<VideoTrack> video;
    std::optional<AudioTrack> audio;

    friend bool operator==(const TrackSet&, const TrackSet&) = default;
};

/// One access unit, in decode order of its track.
struct Packet {
    TrackKind kind = TrackKind::Video;
    std::int64_t dts = 0;   ///< ticks of the track; both tracks count from one common zero
    std::int64_t pts = 0;   ///< >= dts; equal to it for audio
    bool keyframe = false;  ///< video: an IDR picture; audio: true
    Bytes payload;          ///< video: NAL units with 4-byte lengths; audio: one raw AAC frame
};

}  // namespace shopcast::media
