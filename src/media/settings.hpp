#pragma once

#include "media/cut/packager_config.hpp"
#include "media/keep/recorder.hpp"
#include "media/limits.hpp"
#include "settings/table.hpp"

namespace shopcast::media {

/// What an operator decides about recordings; where they lie is the data folder's.
struct RecordingSettings {
    bool enabled = false;
    std::chrono::days keep_for{7};
    std::int64_t keep_free_mb = limits::recording_keep_free_mb;
};

/// The first of [live]. `config` is as it was written: settled() makes it consistent.
void declare(settings::Table& table, PackagerConfig& config);
PackagerConfig settled(PackagerConfig config);

/// [recording]
void declare(settings::Table& table, RecordingSettings& settings);
RecorderSettings recorder_settings(const RecordingSettings& settings, std::filesystem::path folder);

}  // namespace shopcast::media
