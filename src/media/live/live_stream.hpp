#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/cut/packager_config.hpp"
#include "media/cut/packet.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// How far a stream has come: what must go on, and never back, when the server restarts.
struct StreamPosition {
    std::uint64_t next_msn = 0;
    std::uint64_t discontinuities = 0;  ///< EXT-X-DISCONTINUITY tags so far
    std::uint32_t next_epoch = 0;
    Milliseconds part_target{};  ///< zero: not measured yet

    friend bool operator==(const StreamPosition&, const StreamPosition&) = default;
};

struct LiveStreamSettings {
    StreamId id;
    std::string channel;
    WallTime started_at{};
    PackagerConfig packager;
    /// Of a stream that another process began: nothing before it can be fetched any more.
    std::optional<StreamPosition> resumed_at;
};

/// One live period of a channel: packets in, snapshots out. Owned by one loop's thread and
/// deterministic: the same calls publish the same snapshots. Holds no clock.
class LiveStream {
public:
    /// `sink` must outlive the stream. Publishes a first snapshot (not ready), so that requests
    /// are held instead of refused. Errors: Io (no memory file).
    static Result<std::unique_ptr<LiveStream>> create(LiveStreamSettings settings,
                                                      SnapshotSink& sink);
    ~LiveStream();
    LiveStream(const LiveStream&) = delete;
    LiveStream& operator=(const LiveStream&) = delete;

    /// Starts an epoch: the first one, or new parameters or broken time in mid-stream (which the
    /// playlist shows as EXT-X-DISCONTINUITY and a new EXT-X-MAP). `anchor` is the wall-clock
    /// time of the first packet pushed after it; all EXT-X-PROGRAM-DATE-TIMEs of the epoch follow
    /// from it by media time. REQUIRES: `tracks` has a track.
    /// Errors: Io.
    Result<void> begin_epoch(TrackSet tracks, WallTime anchor);

    /// Takes one packet; publishes when it completes a part. Packets of one track come in decode
    /// order; the tracks may be interleaved loosely. A video epoch begins at its first keyframe:
    /// what comes before is dropped. Times that stand still or go back are moved forward by the
    /// smallest step; jumps of seconds begin a new epoch by themselves.
    /// REQUIRES: begin_epoch() was called; end() was not. Errors: Io (the system is out of
    /// memory): end the stream.
    Result<void> push(Packet packet);

    /// Tells the time, a few times a second: when the encoder stays silent for too long, the
    /// playlist is continued with gaps. Errors: Io.
    Result<void> tick(SteadyTime now);

    /// Publishes what is left and EXT-X-ENDLIST. Nothing may follow but destruction.
    void end(WallTime now);

    const HealthReport& health() const;
    StreamPosition position() const;

private:
    struct Impl;
    explicit LiveStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::media
