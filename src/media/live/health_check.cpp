#include "media/live/health_check.hpp"

#include <fmt/format.h>

namespace shopcast::media {
namespace {

/// Slower than this and a video is a slide show; 5 fps cameras exist and are meant.
constexpr double low_frame_rate = 10;

/// Two B-frames at 30 fps hold a picture back for 67 ms, the x264 default of three for 100 ms.
constexpr Ticks long_reorder_delay = 50 * ticks_per_ms;

double seconds(Ticks ticks) {
    return static_cast<double>(ticks) / ticks_per_second;
}

void add_keyframe_items(HealthReport& report, const Packager::Facts& facts, Ticks target_duration) {
    const std::string advice =
        "Set the keyframe interval to 1 s or 2 s (OBS: Settings > Output > Streaming; ffmpeg: "
        "-g with one or two times the frame rate).";
    if (facts.keyframes_too_rare) {
        report.items.push_back(
            {.code = "long_keyframe_interval",
             .message =
                 fmt::format("Keyframes come {:.1f} s apart, more than a segment of {:.0f} s "
                             "holds: viewers join late and cannot switch quality cleanly.",
                             seconds(facts.keyframe_interval), seconds(target_duration)),
             .advice = advice});
    } else if (facts.keyframe_interval > target_duration / 2 + ticks_per_second / 4) {
        report.items.push_back(
            {.code = "slow_join",
             .message =
                 fmt::format("Keyframes come {:.1f} s apart: new viewers may start that much "
                             "further behind.",
                             seconds(facts.keyframe_interval)),
             .advice = advice});
    }
}

void add_timing_items(HealthReport& report, const Packager::Facts& facts) {
    if (facts.reorder_delay > long_reorder_delay) {
        report.items.push_back(
            {.code = "b_frames",
             .message = fmt::format("B-frames hold every picture back for {} ms.",
                                    to_ms(facts.reorder_delay).count()),
             .advice = "Set B-frames to 0 or the tuning to zerolatency for less delay."});
    }
    if (facts.audio_lags) {
        report.items.push_back(
            {.code = "audio_late",
             .message = "Audio arrives more than 250 ms later than the picture it belongs to, or "
                        "has stopped.",
             .advice = "Check the audio source, and its sync offset in the encoder."});
    }
    if (facts.video_silent) {
        report.items.push_back({.code = "video_stopped",
                                .message = "Audio goes on, but no picture arrives.",
                                .advice = "Check the video source in the encoder."});
    }
}

}  // namespace

HealthReport check_health(const TrackSet& tracks, const WindowStats& stats,
                          const Packager::Facts& facts, const StreamTroubles& troubles,
                          Ticks target_duration) {
    HealthReport report;
    if (const auto& video = tracks.video) {
        report.video = {.codec = video->codec,
                        .width = video->width,
                        .height = video->height,
                        .frame_rate = stats.frame_rate};
        report.keyframe_interval_ms =
            static_cast<std::uint32_t>(to_ms(facts.keyframe_interval).count());
        add_keyframe_items(report, facts, target_duration);
        if (stats.frame_rate > 0 && stats.frame_rate < low_frame_rate) {
            report.items.push_back(
                {.code = "low_frame_rate",
                 .message = fmt::format("The video has {:.1f} frames a second.", stats.frame_rate),
                 .advice = "Raise the frame rate to 24 or more, unless this is meant."});
        }
    }
    if (const auto& audio = tracks.audio) {
        report.audio = {
            .codec = audio->codec, .sample_rate = audio->sample_rate, .channels = audio->channels};
    }
    report.bitrate_bps = stats.average_bps;
    add_timing_items(report, facts);
    if (troubles.silent) {
        report.items.push_back({.code = "encoder_silent",
                                .message = "Nothing arrives from the encoder; viewers see a gap.",
                                .advice = "Check the encoder and its uplink."});
    }
    if (troubles.time_jumps > 0) {
        report.items.push_back(
            {.code = "timestamps_jump",
             .message = fmt::format("Timestamps jumped {} times; each jump is a discontinuity for "
                                    "viewers.",
                                    troubles.time_jumps),
             .advice = "Restart the encoder; if it plays a file in a loop, let it write continuous "
                       "timestamps."});
    }
    return report;
}

}  // namespace shopcast::media
