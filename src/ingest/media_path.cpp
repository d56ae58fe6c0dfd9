#include "ingest/media_path.hpp"

#include <fmt/format.h>

#include <utility>

#include "wire/aac.hpp"
#include "wire/rtmp_message.hpp"

namespace shopcast::ingest {
namespace {

constexpr std::uint8_t default_track = 0;

std::unexpected<Error> refuse_video(std::string_view codec) {
    return fail(
        Errc::Unsupported,
        fmt::format("This server takes H.264 video, and this is {}. Choose an H.264 encoder "
                    "(OBS: Settings > Output > Streaming > Video Encoder: x264 or H.264).",
                    codec));
}

std::unexpected<Error> refuse_audio(std::string_view codec) {
    return fail(Errc::Unsupported,
                fmt::format("This server takes AAC audio, and this is {}. Choose AAC (OBS: "
                            "Settings > Output > Streaming > Audio Encoder: AAC).",
                            codec));
}

}  // namespace

Result<void> MediaPath::on_message(const wire::RtmpMessage& message) {
    if (message.type == wire::RtmpType::Aggregate) {
        wire::RtmpAggregate aggregate(message);
        for (;;) {
            auto part = aggregate.next();
            if (!part) {
                drop_unreadable(part.error());
                return {};
            }
            if (!*part) return {};
            TRY_VOID(on_message(**part));
        }
    }
    Result<void> done;
    if (message.type == wire::RtmpType::Video) done = on_video(message);
    if (message.type == wire::RtmpType::Audio) done = on_audio(message);
    refresh_counts();
    // The encoder reads it as well, and forgets it: the host looks at the studio.
    if (!done) health_.last_warning = done.error().message;
    return done;
}

Result<void> MediaPath::on_video(const wire::RtmpMessage& message) {
    const auto tags = wire::parse_video_body(message.payload);
    if (!tags) {
        drop_unreadable(tags.error());
        return {};
    }
    for (const wire::VideoTag& tag : *tags) TRY_VOID(on_video_tag(tag, message.timestamp_ms));
    return {};
}

Result<void> MediaPath::on_video_tag(const wire::VideoTag& tag, std::uint32_t timestamp_ms) {
    if (tag.packet == wire::FlvPacket::Other || tag.packet == wire::FlvPacket::SequenceEnd) {
        return {};
    }
    if (tag.track_id != default_track) {
        health_.last_warning =
            "The encoder sends several video tracks; only the first is used. Switch multitrack "
            "video off to save upload bandwidth.";
        return {};
    }
    if (tag.codec != wire::Codec::Avc) return refuse_video(wire::to_string(tag.codec));
    if (tag.packet == wire::FlvPacket::SequenceStart) return configure_video(tag);
    on_picture(tag, timestamp_ms);
    return {};
}

Result<void> MediaPath::configure_video(const wire::VideoTag& tag) {
    // GStreamer and others send an empty header at the end or before they know better.
    if (tag.data.empty()) return {};
    const auto configured = avc_.configure(tag.data);
    if (!configured && configured.error().code == Errc::Unsupported) {
        return refuse_video(wire::to_string(wire::Codec::Hevc));
    }
    if (!configured) drop_unreadable(configured.error());
    if (!avc_.track()) return {};
    if (!avc_.is_widely_playable()) {
        health_.last_warning =
            "Browsers do not play H.264 in 4:2:2, 4:4:4 or 10 bit. Choose the profile High and the "
            "colour format NV12 (OBS: Settings > Advanced > Video).";
    }
    probe_.set_video(*avc_.track());
    return {};
}

void MediaPath::on_picture(const wire::VideoTag& tag, std::uint32_t timestamp_ms) {
    if (tag.data.empty()) return;
    auto picture = avc_.picture(tag.data);
    if (!picture) {
        drop_unreadable(picture.error());
        return;
    }
    if (!avc_.track()) {
        drop("Video came without its sequence header. Stop and start the encoder again.");
        return;
    }
    probe_.set_video(*avc_.track());
    if (!*picture) return;
    if (tag.is_marked_keyframe && !(*picture)->is_idr && ++keyframes_without_idr_ == 3) {
        health_.last_warning =
            "The encoder's keyframes are not IDR pictures, so players cannot start at them. Switch "
            "off open GOP and periodic intra refresh.";
    }
    const RepairedTime time = repair_.video(timestamp_ms, tag.composition_ms, tag.nanoseconds);
    ++health_.video_packets;
    push({.kind = media::TrackKind::Video,
          .keyframe = (*picture)->is_idr,
          .payload = std::move((*picture)->sample)},
         time);
}

Result<void> MediaPath::on_audio(const wire::RtmpMessage& message) {
    const auto tags = wire::parse_audio_body(message.payload);
    if (!tags) {
        drop_unreadable(tags.error());
        return {};
    }
    for (const wire::AudioTag& tag : *tags) TRY_VOID(on_audio_tag(tag, message.timestamp_ms));
    return {};
}

Result<void> MediaPath::on_audio_tag(const wire::AudioTag& tag, std::uint32_t timestamp_ms) {
    if (tag.packet == wire::FlvPacket::Other || tag.packet == wire::FlvPacket::SequenceEnd) {
        return {};
    }
    if (tag.track_id != default_track) {
        health_.last_warning = "The encoder sends several audio tracks; only the first is used.";
        return {};
    }
    if (tag.codec != wire::Codec::Aac) return refuse_audio(wire::to_string(tag.codec));
    if (tag.data.empty()) return {};
    if (tag.packet == wire::FlvPacket::SequenceStart) return configure_audio(tag);
    on_sound(tag, timestamp_ms);
    return {};
}

Result<void> MediaPath::configure_audio(const wire::AudioTag& tag) {
    if (audio_ && audio_->audio_specific_config == tag.data) return {};
    const auto config = wire::AudioSpecificConfig::parse(tag.data);
    if (!config && config.error().code == Errc::Unsupported) {
        return refuse_audio("an AAC variant that browsers do not play");
    }
    if (!config) {
        drop_unreadable(config.error());
        return {};
    }
    audio_ = {.audio_specific_config = Bytes::copy_of(tag.data),
              .sample_rate = config->sample_rate,
              .channels = config->channels,
              .codec = config->codec(),
              .samples_per_frame = config->samples_per_frame};
    repair_.set_audio(config->sample_rate, config->samples_per_frame);
    probe_.set_audio(*audio_);
    return {};
}

void MediaPath::on_sound(const wire::AudioTag& tag, std::uint32_t timestamp_ms) {
    if (!audio_) {
        drop("Audio came without its sequence header. Stop and start the encoder again.");
        return;
    }
    const auto time = repair_.audio(timestamp_ms, tag.nanoseconds);
    if (!time) return;
    ++health_.audio_packets;
    push({.kind = media::TrackKind::Audio,
          .keyframe = true,
          .payload = wire::without_adts(tag.data)},
         *time);
}

void MediaPath::push(media::Packet packet, const RepairedTime& time) {
    packet.dts = time.dts;
    packet.pts = time.pts;
    if (time.is_discontinuity) {
        ++health_.discontinuities;
        health_.last_warning = "The encoder's clock jumped; players see a short break.";
        probe_.mark_discontinuity();
    }
    probe_.push(std::move(packet));
}

void MediaPath::drop(std::string_view why) {
    ++unusable_count_;
    health_.last_warning = why;
}

void MediaPath::drop_unreadable(const Error& error) {
    drop(fmt::format("The encoder sent something unreadable: {}.", error.message));
}

void MediaPath::refresh_counts() {
    health_.dropped_packets = unusable_count_ + probe_.dropped_count();
    health_.repaired_timestamps = repair_.repaired_count();
}

}  // namespace shopcast::ingest
