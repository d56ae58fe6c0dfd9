#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "media/keep/posters.hpp"
#include "media/limits.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// Makes the posters of live streams: at a stream's first keyframe, then every
/// limits::poster_interval its newest one.
///
/// All are drawn by one thread of low priority ("thumbnails"). publish() never waits for it: a
/// stream has one wish at most, a newer one takes its place, and beyond limits::poster_queue_max a
/// stream has to wish again. A picture that cannot be drawn is counted, and told once a stream.
class Thumbnailer final : public SnapshotSink {
public:
    /// A JPEG of the IDR picture `access_unit` (picture/keyframe_jpeg.hpp).
    using Draw = std::function<Result<Bytes>(ByteSpan avc_record, ByteSpan access_unit)>;

    /// `posters` are loaded already; `clock` must outlive the process's last snapshot.
    Thumbnailer(std::shared_ptr<Posters> posters, Draw draw, const Clock& clock);
    /// Saves the last posters; gives the disk limits::poster_stop_timeout for it.
    ~Thumbnailer() override;
    Thumbnailer(const Thumbnailer&) = delete;
    Thumbnailer& operator=(const Thumbnailer&) = delete;

    /// Any thread; the snapshots of one stream in order.
    void publish(std::shared_ptr<const StreamSnapshot> snapshot) override;

    /// Posters::keep_only(), on the thread that draws. Any thread.
    void keep_only(std::vector<std::string> channels);

private:
    struct Shared;
    static void thread_main(const std::shared_ptr<Shared>& shared);

    // With the thread, which a disk that never answers may keep for longer than this lives.
    std::shared_ptr<Shared> shared_;
};

}  // namespace shopcast::media
