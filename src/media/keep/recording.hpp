#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// The files of one recorded stream. Every call waits for the disk; one thread.
class Recording {
public:
    /// Begins the recording, or goes on with it: what a crash left half written at the playlist's
    /// end is cut off. Errors: Full, Io.
    static Result<Recording> open(const std::filesystem::path& folder,
                                  Milliseconds target_duration);
    Recording(Recording&& other) noexcept;
    Recording& operator=(Recording&&) = delete;
    ~Recording();

    /// Writes the segment, then names it in the playlist; both are durable when it returns. After a
    /// failure the segment is not named, and the next one begins behind a discontinuity.
    /// Errors: Full, Io.
    Result<void> append(const Segment& segment);
    /// The playlist's end. Errors: Full, Io.
    Result<void> end();

private:
    Recording(std::filesystem::path folder, int playlist_fd)
        : folder_(std::move(folder)), playlist_fd_(playlist_fd) {}
    Result<void> write_playlist(std::string_view text);

    std::filesystem::path folder_;
    int playlist_fd_;
    std::optional<EpochId> epoch_;  // whose init segment is there
    bool broken_ = false;           // something is missing since the last segment
};

/// Removes the recordings below `folder` whose playlist was last written before `before`.
void remove_recordings(const std::filesystem::path& folder, std::filesystem::file_time_type before);

}  // namespace shopcast::media
