#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shopcast::media {

/// One thing the broadcaster should know, and what to change.
struct HealthItem {
    std::string code;     ///< "long_keyframe_interval": stable, for programs
    std::string message;  ///< what is so
    std::string advice;   ///< what to change, in the encoder's words

    friend bool operator==(const HealthItem&, const HealthItem&) = default;
};

/// What the stream carries, as measured (never as the encoder claims).
struct HealthReport {
    struct Video {
        std::string codec;
        std::uint32_t width = 0;
        std::uint32_t height = 0;
        double frame_rate = 0;
    };
    struct Audio {
        std::string codec;
        std::uint32_t sample_rate = 0;
        std::uint32_t channels = 0;
    };
    std::optional<Video> video;
    std::optional<Audio> audio;
    std::uint64_t bitrate_bps = 0;           ///< of the newest segments, audio included
    std::uint32_t keyframe_interval_ms = 0;  ///< longest of the newest; 0 = not known yet
    std::vector<HealthItem> items;
};

}  // namespace shopcast::media
