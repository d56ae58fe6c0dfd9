#pragma once

#include <filesystem>
#include <memory>

#include "base/condition.hpp"
#include "media/limits.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

struct RecorderSettings {
    std::filesystem::path folder;
    /// Nothing is written that would leave less than this.
    std::uint64_t keep_free_bytes = 0;
    /// Recordings that ended longer ago are removed; zero: none.
    std::chrono::seconds keep_for{0};
};

/// Keeps live streams on disk: FOLDER/<stream>/ gets every segment under the name it was served by,
/// and index.m3u8, a playlist of all of them that any player opens from a file.
///
/// Files are written by a thread of its own, one segment at a time, each on the disk before the
/// playlist names it: after a crash the recording is whole up to its last line. publish() never
/// waits; what a slow or full disk does not take in time is left out, counted and logged, and the
/// live stream does not notice.
class Recorder final : public SnapshotSink {
public:
    explicit Recorder(RecorderSettings settings);
    /// Gives the disk limits::recording_stop_timeout for what still waits.
    ~Recorder() override;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Any thread; the snapshots of one stream in order.
    void publish(std::shared_ptr<const StreamSnapshot> snapshot) override;

    /// Whether segments are missing. Any thread.
    Conditions conditions() const;

private:
    struct Shared;
    static void thread_main(const std::shared_ptr<Shared>& shared);

    // With the thread, which a disk that never answers may keep for longer than the Recorder lives.
    std::shared_ptr<Shared> shared_;
};

}  // namespace shopcast::media
