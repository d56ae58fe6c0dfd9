#pragma once

#include <optional>

#include "base/check.hpp"
#include "ingest/publish_gate.hpp"

namespace shopcast {

/// A Publication that holds ingest to its promises.
class CheckingPublication final : public ingest::Publication {
public:
    void begin_epoch(media::TrackSet tracks, Milliseconds age) override {
        ENSURE(age >= Milliseconds(0));
        ENSURE(tracks.video || tracks.audio);
        awaits_keyframe_ = tracks.video.has_value();
        // Another sample rate counts other ticks, also after an epoch of pictures alone.
        if (tracks.audio && tracks.audio->sample_rate != audio_ticks_per_second_) {
            audio_ticks_per_second_ = tracks.audio->sample_rate;
            last_audio_dts_.reset();
        }
        if (tracks.video) ENSURE(tracks.video->width > 0 && !tracks.video->avc_record.empty());
        if (tracks.audio) ENSURE(tracks.audio->sample_rate > 0 && tracks.audio->channels > 0);
        tracks_ = std::move(tracks);
    }
    void push(media::Packet packet) override {
        ENSURE(tracks_.has_value(), "a packet before the first epoch");
        const bool is_video = packet.kind == media::TrackKind::Video;
        ENSURE(is_video ? tracks_->video.has_value() : tracks_->audio.has_value());
        if (is_video) {
            ENSURE(packet.keyframe || !awaits_keyframe_);
            awaits_keyframe_ = false;
        }
        auto& last = is_video ? last_video_dts_ : last_audio_dts_;
        ENSURE(packet.dts >= 0 && packet.pts >= packet.dts);
        ENSURE(!last || packet.dts > *last, "decode times rise");
        last = packet.dts;
    }
    void report(const ingest::IngestHealth&) override {}
    void finish() override {}

private:
    std::optional<media::TrackSet> tracks_;
    bool awaits_keyframe_ = false;
    std::optional<std::int64_t> last_video_dts_;
    std::optional<std::int64_t> last_audio_dts_;
    std::uint32_t audio_ticks_per_second_ = 0;
};

}  // namespace shopcast
