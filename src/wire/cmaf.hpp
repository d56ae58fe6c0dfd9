#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

/// Writes CMAF (ISO/IEC 23000-19) tracks as fragmented MP4 (ISO/IEC 14496-12): one file with up to
/// two tracks, video first. No edit lists anywhere: Media Source implementations disagree on them.
namespace shopcast::wire::cmaf {

constexpr std::uint32_t video_track_id = 1;
constexpr std::uint32_t audio_track_id = 2;
constexpr std::uint32_t video_timescale = 90'000;

struct VideoEntry {
    ByteSpan avc_record;  ///< AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1)
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    struct PixelAspect {
        std::uint32_t horizontal = 1;
        std::uint32_t vertical = 1;
    };
    std::optional<PixelAspect> pixel_aspect;  ///< `pasp`

    struct Colour {
        std::uint16_t primaries = 2;
        std::uint16_t transfer = 2;
        std::uint16_t matrix = 2;
        bool full_range = false;
    };
    std::optional<Colour> colour;  ///< `colr` of type nclx
};

struct AudioEntry {
    ByteSpan audio_specific_config;  ///< ISO/IEC 14496-3, 1.6.2.1
    std::uint32_t sample_rate = 0;   ///< also the track's timescale
    std::uint32_t channels = 0;
};

/// ftyp + moov: everything a player needs before the first fragment.
/// REQUIRES: a track; avc_record and audio_specific_config not empty and < 64 KiB.
ByteVector init_segment(const std::optional<VideoEntry>& video,
                        const std::optional<AudioEntry>& audio);

struct Sample {
    std::uint32_t duration = 0;
    std::uint32_t size = 0;
    std::int32_t composition_offset = 0;
    bool sync = false;
};

/// The samples of one track in one fragment.
struct TrackRun {
    std::uint32_t track_id = 0;
    std::uint64_t decode_time = 0;  ///< of the first sample, in the track's timescale
    std::span<const Sample> samples;
};

/// moof and the header of mdat. The fragment is these bytes followed by the payloads of all
/// samples, run by run. REQUIRES: runs not empty, each with samples; all sizes together < 4 GiB.
ByteVector fragment_header(std::uint32_t sequence_number, std::span<const TrackRun> runs);

}  // namespace shopcast::wire::cmaf
