#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "ingest/limits.hpp"
#include "media/cut/packet.hpp"

namespace shopcast::ingest {

/// What an encoder asks for. `stream_key` is a secret: compare it by hash, never log it.
struct PublishRequest {
    std::string app;         ///< "live"
    std::string stream_key;  ///< the publish name without query and slashes
    std::string peer;        ///< "127.0.0.1:50312"
    std::string
        encoder;  ///< the encoder's own name, "FMLE/3.0 (compatible; Lavf59.27)"; may be empty
    std::uint64_t connection_id = 0;  ///< the id that the connection's log lines carry
};

/// How an encoder's connection is doing. Counts are since the publication was opened.
struct IngestHealth {
    std::string encoder;
    std::uint64_t received_bytes = 0;
    std::uint64_t video_packets = 0;
    std::uint64_t audio_packets = 0;
    std::uint64_t dropped_packets = 0;  ///< before the first keyframe, or unusable
    std::uint64_t repaired_timestamps = 0;
    std::uint64_t discontinuities = 0;
    /// The last thing that was wrong, a sentence with what to set in the encoder; empty if nothing.
    std::string last_warning;
};

/// The encoder's side of a publication, for the server to end it: an operator stops the stream, the
/// key was rotated, the process drains.
class PublishControl {
public:
    /// Tells the encoder `words` (onStatus, level error), then closes its connection; the
    /// Publication is destroyed soon after. Later calls do nothing. The session's thread only; a
    /// call from another thread is posted to the session's loop by the caller.
    virtual void stop(std::string words) = 0;

protected:
    ~PublishControl() = default;
};

/// One connection's publishing into one channel: what the server does with the packets. All calls
/// come from the session's thread. Destroyed without finish(), the encoder was lost and may come
/// back.
class Publication {
public:
    virtual ~Publication() = default;

    /// Packets that follow belong to `tracks`. Comes before the first packet, and again whenever
    /// parameters changed, a track joined or left, or the encoder's clock jumped. Where there is
    /// video the next video packet is a keyframe. Timestamps go on across epochs.
    ///
    /// `age` is how long ago the first of these packets came: at a stream's start packets are held
    /// until the tracks are known (limits::ingest_probe_window).
    virtual void begin_epoch(media::TrackSet tracks, Milliseconds age) = 0;
    virtual void push(media::Packet packet) = 0;
    /// About once a second, and before the end.
    virtual void report(const IngestHealth& health) = 0;
    /// The encoder said that it is done (FCUnpublish, deleteStream): nothing follows.
    virtual void finish() = 0;
};

/// Decides who may publish, and gives the place to publish to. One a loop or one for all: open() is
/// called on the session's thread and resumes there.
class PublishGate {
public:
    virtual ~PublishGate() = default;

    /// `control` is valid from this call until the returned Publication's destruction.
    /// Errors (the message is told to the encoder, so it is a sentence for a person):
    /// Unauthorized: no such key; Conflict: another encoder publishes and keeps its place; Busy,
    /// anything else: refused.
    virtual async::Task<Result<std::unique_ptr<Publication>>> open(PublishRequest request,
                                                                   PublishControl& control) = 0;
};

}  // namespace shopcast::ingest
