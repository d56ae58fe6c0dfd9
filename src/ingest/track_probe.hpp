#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "ingest/limits.hpp"
#include "ingest/publish_gate.hpp"
#include "media/cut/packet.hpp"

namespace shopcast::ingest {

/// Decides when a publish starts and where its epochs begin, from what the tracks bring; what the
/// encoder announces in onMetaData is not asked.
///
/// At the start it holds packets until both tracks have shown themselves, or until
/// limits::ingest_probe_window of media time is over, then goes on with the tracks that exist:
/// from the first keyframe where there is video, without the audio before it.
///
/// Later, changed parameters, a track that joins or stays away, and a jump of the encoder's clock
/// begin a new epoch at the next keyframe (audio alone: at once). Media that belongs to neither the
/// old nor the new epoch is dropped.
class TrackProbe {
public:
    /// `publication` must outlive the probe.
    explicit TrackProbe(Publication& publication) : publication_(publication) {}

    /// The parameters of packets that follow; equal ones change nothing.
    void set_video(media::VideoTrack track);
    void set_audio(media::AudioTrack track);
    /// Packets that follow come after a break in time.
    void mark_discontinuity() { break_pending_ = true; }
    /// REQUIRES: the track of its kind was set.
    void push(media::Packet packet);

    bool is_live() const { return current_.has_value(); }
    std::uint64_t dropped_count() const { return dropped_count_; }

private:
    void hold(media::Packet packet);
    bool is_time_to_start() const;
    void start();
    void push_video(media::Packet packet);
    void push_audio(media::Packet packet);
    void begin_epoch(media::TrackSet tracks, Milliseconds age = {});
    void forget_held(media::TrackKind kind);
    std::int64_t time_ms(const media::Packet& packet) const;

    Publication& publication_;
    std::optional<media::VideoTrack> video_;
    std::optional<media::AudioTrack> audio_;
    std::uint64_t dropped_count_ = 0;

    // Until the start.
    std::deque<media::Packet> held_;
    std::size_t held_bytes_ = 0;
    bool holds_keyframe_ = false;
    bool holds_audio_ = false;
    bool saw_video_ = false;
    std::optional<std::int64_t> first_ms_;
    std::int64_t newest_ms_ = 0;

    // From then on.
    std::optional<media::TrackSet> current_;
    bool break_pending_ = false;
    std::int64_t start_ms_ = 0;  // audio that ends before it is pre-roll
    bool past_start_ = false;
    std::int64_t last_video_ms_ = 0;
    std::optional<std::int64_t> last_audio_ms_;
};

}  // namespace shopcast::ingest
