#include "media/settings.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace shopcast::media {

void declare(settings::Table& table, PackagerConfig& config) {
    table.section("live");
    table.add_time<Milliseconds>(
        "part_target_ms", config.part_target, 200, 2'000,
        "Length of one part, in milliseconds. Viewers are about three parts behind; shorter\n"
        "parts mean more requests (a viewer asks twice a part).");
    table.add_time<std::chrono::seconds>(
        "target_duration_s", config.target_duration, 2, 10,
        "Longest segment, in seconds. Keyframe intervals above it make joining slower, and\n"
        "the channel's health says so.");
    table.add_time<std::chrono::seconds>(
        "window_s", config.live_window, 60, 3'600,
        "How far back a viewer may rewind, in seconds (at least ten target durations are kept).");
}

PackagerConfig settled(PackagerConfig config) {
    config.live_window = std::max(config.live_window, 10 * config.target_duration);
    return config;
}

void declare(settings::Table& table, RecordingSettings& settings) {
    table.section("recording");
    table.add(
        "enabled", settings.enabled,
        "Keep every stream in the data folder, under recordings/, as files any player opens.");
    table.add_time<std::chrono::days>(
        "keep_days", settings.keep_for, 0, 3'650,
        "Recordings that ended longer ago are removed. 0 keeps them for ever.");
    table.add("keep_free_mb", settings.keep_free_mb, 0, 100'000'000,
              "Recording pauses while the disk has less than this left; the live stream goes on.");
}

RecorderSettings recorder_settings(const RecordingSettings& settings,
                                   std::filesystem::path folder) {
    return {.folder = std::move(folder),
            .keep_free_bytes = static_cast<std::uint64_t>(settings.keep_free_mb) * limits::MiB,
            .keep_for = settings.keep_for};
}

}  // namespace shopcast::media
