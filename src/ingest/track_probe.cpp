#include "ingest/track_probe.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "ingest/limits.hpp"

namespace shopcast::ingest {
namespace {

constexpr std::int64_t probe_window_ms = limits::ingest_probe_window.count();
constexpr std::int64_t keyframe_wait_ms = limits::ingest_keyframe_wait.count();
constexpr std::int64_t track_gone_ms = limits::ingest_track_gone_after.count();

}  // namespace

std::int64_t TrackProbe::time_ms(const media::Packet& packet) const {
    const std::int64_t rate = packet.kind == media::TrackKind::Video
                                  ? std::int64_t{media::video_timescale}
                                  : std::int64_t{audio_->sample_rate};
    return packet.pts * 1000 / rate;
}

void TrackProbe::set_video(media::VideoTrack track) {
    if (video_ == track) return;
    video_ = std::move(track);
    saw_video_ = true;
    if (!is_live()) forget_held(media::TrackKind::Video);
}

void TrackProbe::set_audio(media::AudioTrack track) {
    if (audio_ == track) return;
    audio_ = std::move(track);
    if (!is_live()) forget_held(media::TrackKind::Audio);
}

void TrackProbe::forget_held(media::TrackKind kind) {
    const std::size_t before = held_.size();
    std::erase_if(held_, [this, kind](const media::Packet& packet) {
        if (packet.kind != kind) return false;
        held_bytes_ -= packet.payload.size();
        return true;
    });
    dropped_count_ += before - held_.size();
    (kind == media::TrackKind::Video ? holds_keyframe_ : holds_audio_) = false;
}

void TrackProbe::push(media::Packet packet) {
    const bool is_video = packet.kind == media::TrackKind::Video;
    ENSURE(is_video ? video_.has_value() : audio_.has_value(), "a packet came before its track");
    if (!is_live()) {
        hold(std::move(packet));
        if (is_time_to_start()) start();
        return;
    }
    is_video ? push_video(std::move(packet)) : push_audio(std::move(packet));
}

void TrackProbe::hold(media::Packet packet) {
    const std::int64_t now_ms = time_ms(packet);
    if (!first_ms_) first_ms_ = newest_ms_ = now_ms;
    first_ms_ = std::min(*first_ms_, now_ms);
    newest_ms_ = std::max(newest_ms_, now_ms);
    if (packet.kind == media::TrackKind::Video) {
        if (!packet.keyframe && !holds_keyframe_) {
            ++dropped_count_;
            return;
        }
        holds_keyframe_ = true;
    } else {
        holds_audio_ = true;
    }
    held_bytes_ += packet.payload.size();
    held_.push_back(std::move(packet));
    const auto is_over = [this] {
        return held_.size() > limits::ingest_probe_packets_max ||
               held_bytes_ > limits::ingest_probe_bytes_max;
    };
    // With a keyframe the start comes instead (is_time_to_start).
    while (!holds_keyframe_ && is_over()) {
        held_bytes_ -= held_.front().payload.size();
        held_.pop_front();
        ++dropped_count_;
    }
}

bool TrackProbe::is_time_to_start() const {
    if (!first_ms_) return false;
    const std::int64_t waited_ms = newest_ms_ - *first_ms_;
    if (holds_keyframe_) {
        return holds_audio_ || waited_ms >= probe_window_ms ||
               held_.size() > limits::ingest_probe_packets_max ||
               held_bytes_ > limits::ingest_probe_bytes_max;
    }
    return holds_audio_ && waited_ms >= (saw_video_ ? keyframe_wait_ms : probe_window_ms);
}

void TrackProbe::start() {
    media::TrackSet tracks;
    if (holds_keyframe_) tracks.video = video_;
    if (holds_audio_) tracks.audio = audio_;
    const auto key = std::ranges::find(held_, media::TrackKind::Video, &media::Packet::kind);
    past_start_ = key == held_.end();
    start_ms_ = past_start_ ? 0 : time_ms(*key);
    last_video_ms_ = start_ms_;
    if (tracks.audio) last_audio_ms_ = start_ms_;
    const std::int64_t oldest_ms = past_start_ ? time_ms(held_.front()) : start_ms_;
    begin_epoch(std::move(tracks), Milliseconds(newest_ms_ - oldest_ms));
    for (media::Packet& packet : std::exchange(held_, {})) push(std::move(packet));
    held_bytes_ = 0;
}

void TrackProbe::begin_epoch(media::TrackSet tracks, Milliseconds age) {
    current_ = tracks;
    break_pending_ = false;
    publication_.begin_epoch(std::move(tracks), age);
}

void TrackProbe::push_video(media::Packet packet) {
    const std::int64_t now_ms = time_ms(packet);
    if (packet.keyframe) {
        media::TrackSet wanted{.video = video_, .audio = {}};
        // Audio that came late joins, by its newest parameters; audio that stays away leaves.
        if (last_audio_ms_ && now_ms - *last_audio_ms_ < track_gone_ms) wanted.audio = audio_;
        if (break_pending_ || wanted != *current_) begin_epoch(std::move(wanted));
    }
    last_video_ms_ = std::max(last_video_ms_, now_ms);
    if (current_->video != video_) {
        ++dropped_count_;
        return;
    }
    publication_.push(std::move(packet));
}

void TrackProbe::push_audio(media::Packet packet) {
    const std::int64_t now_ms = time_ms(packet);
    if (!past_start_) {
        // A frame that begins before the first picture and ends after it stays.
        const std::int64_t frame_ms =
            std::int64_t{audio_->samples_per_frame} * 1000 / audio_->sample_rate;
        past_start_ = now_ms + frame_ms > start_ms_;
        if (!past_start_) {
            ++dropped_count_;
            return;
        }
    }
    last_audio_ms_ = std::max(last_audio_ms_.value_or(now_ms), now_ms);
    const bool video_is_gone = current_->video && now_ms - last_video_ms_ > track_gone_ms;
    const bool is_alone = !current_->video || video_is_gone;
    if (is_alone && (video_is_gone || break_pending_ || current_->audio != audio_)) {
        begin_epoch({.video = {}, .audio = audio_});
    }
    if (current_->audio != audio_) {
        ++dropped_count_;
        return;
    }
    publication_.push(std::move(packet));
}

}  // namespace shopcast::ingest
