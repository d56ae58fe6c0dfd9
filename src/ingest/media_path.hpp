#pragma once

#include <string_view>

#include "base/result.hpp"
#include "ingest/avc_track.hpp"
#include "ingest/publish_gate.hpp"
#include "ingest/timestamp_repair.hpp"
#include "ingest/track_probe.hpp"
#include "wire/flv.hpp"
#include "wire/rtmp_chunk.hpp"

namespace shopcast::ingest {

/// From RTMP's audio, video and aggregate messages to a Publication's epochs and packets. No input
/// or output of its own, no clock; one thread.
///
/// What is broken is dropped and told in health(); what shopcast does not carry is an error, whose
/// message tells what to set in the encoder.
class MediaPath {
public:
    /// `publication` must outlive the path.
    explicit MediaPath(Publication& publication) : probe_(publication) {}

    /// Errors: Unsupported: end the publish.
    Result<void> on_message(const wire::RtmpMessage& message);

    /// Without what the connection knows (encoder, bytes).
    const IngestHealth& health() const { return health_; }
    bool has_media() const { return health_.video_packets + health_.audio_packets > 0; }

private:
    Result<void> on_video(const wire::RtmpMessage& message);
    Result<void> on_video_tag(const wire::VideoTag& tag, std::uint32_t timestamp_ms);
    Result<void> configure_video(const wire::VideoTag& tag);
    void on_picture(const wire::VideoTag& tag, std::uint32_t timestamp_ms);
    Result<void> on_audio(const wire::RtmpMessage& message);
    Result<void> on_audio_tag(const wire::AudioTag& tag, std::uint32_t timestamp_ms);
    Result<void> configure_audio(const wire::AudioTag& tag);
    void on_sound(const wire::AudioTag& tag, std::uint32_t timestamp_ms);
    void push(media::Packet packet, const RepairedTime& time);
    void drop(std::string_view why);
    void drop_unreadable(const Error& error);
    void refresh_counts();

    AvcTrack avc_;
    std::optional<media::AudioTrack> audio_;
    TimestampRepair repair_;
    TrackProbe probe_;
    std::uint64_t unusable_count_ = 0;
    int keyframes_without_idr_ = 0;
    IngestHealth health_;
};

}  // namespace shopcast::ingest
