#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "media/live/live_stream.hpp"
#include "media/live/snapshot.hpp"

/// For tests only: an encoder made of numbers, and a sink that keeps what was published.
namespace shopcast::media::test {

inline VideoTrack video_track() {
    VideoTrack track;
    track.avc_record =
        Bytes::copy_of(*from_hex("0164001fffe1000867640"
                                 "01facd9405001000468ee3cb0"));
    track.width = 1280;
    track.height = 720;
    track.codec = "avc1.64001f";
    return track;
}

inline AudioTrack audio_track(std::uint32_t rate = 48'000) {
    AudioTrack track;
    track.audio_specific_config = Bytes::copy_of(*from_hex(rate == 48'000 ? "1190" : "1210"));
    track.sample_rate = rate;
    track.channels = 2;
    track.codec = "mp4a.40.2";
    return track;
}

/// How an encoder behaves.
struct Encoder {
    double fps = 30;             ///< 0: no video
    int keyframe_every = 60;     ///< frames
    int b_frames = 0;            ///< reorder delay in frames
    double audio_rate = 48'000;  ///< 0: no audio
    double audio_lag_s = 0;      ///< how much later than its time audio is sent
    bool milliseconds = true;    ///< video times are rounded to ms, as RTMP does
    double jitter_s = 0;         ///< of video times
    double variable = 0;         ///< 0..1: how much frame intervals vary
    double start_s = 0;          ///< media time of the first frame
    std::size_t video_bytes = 24;
    std::size_t audio_bytes = 6;

    TrackSet tracks() const {
        TrackSet out;
        if (fps > 0) out.video = video_track();
        if (audio_rate > 0) out.audio = audio_track(static_cast<std::uint32_t>(audio_rate));
        return out;
    }
};

/// Gives an encoder's packets in the order they are sent.
class PacketSource {
public:
    PacketSource(const Encoder& encoder, std::uint64_t seed)
        : encoder_(encoder), random_(seed), video_s_(encoder.start_s), audio_s_(encoder.start_s) {}

    /// Media time of the packet that next() gives.
    double next_time() const {
        if (encoder_.fps <= 0) return audio_s_;
        if (encoder_.audio_rate <= 0) return video_s_;
        return std::min(video_s_, audio_s_ + encoder_.audio_lag_s);
    }
    Packet next() {
        const bool video = encoder_.fps > 0 && (encoder_.audio_rate <= 0 ||
                                                video_s_ <= audio_s_ + encoder_.audio_lag_s);
        return video ? next_video() : next_audio();
    }
    /// The encoder produces nothing for a while; its clock runs on.
    void skip(double seconds) {
        video_s_ += seconds;
        audio_s_ += seconds;
        audio_frame_ =
            static_cast<std::int64_t>((audio_s_ - encoder_.start_s) * encoder_.audio_rate / 1024);
    }
    std::uint64_t video_sent() const { return frame_; }
    void force_keyframe() { since_keyframe_ = 0; }

private:
    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random_);
    }
    Packet next_video() {
        const double interval = 1 / encoder_.fps;
        double time = video_s_ + uniform(-encoder_.jitter_s, encoder_.jitter_s);
        Packet packet;
        packet.kind = TrackKind::Video;
        packet.keyframe = since_keyframe_ == 0;
        packet.dts = to_video_ticks(std::max(time, encoder_.start_s));
        int reorder = encoder_.b_frames > 0 ? encoder_.b_frames : 0;
        // I P B B P B B: references are shown later than they are decoded.
        const int in_group = since_keyframe_ % (encoder_.b_frames + 1);
        if (encoder_.b_frames > 0 && since_keyframe_ > 0) {
            reorder = in_group == 1 ? 2 * encoder_.b_frames : encoder_.b_frames - 1;
        }
        packet.pts = packet.dts + to_video_ticks(interval * reorder);
        packet.payload = Bytes(std::string(encoder_.video_bytes, packet.keyframe ? 'K' : 'p'));
        since_keyframe_ = (since_keyframe_ + 1) % encoder_.keyframe_every;
        ++frame_;
        if (encoder_.variable > 0) {
            video_s_ += interval * uniform(1 - encoder_.variable, 1 + 4 * encoder_.variable);
        } else {
            video_s_ += interval;
        }
        return packet;
    }
    Packet next_audio() {
        Packet packet;
        packet.kind = TrackKind::Audio;
        packet.keyframe = true;
        const auto base = static_cast<std::int64_t>(encoder_.start_s * encoder_.audio_rate);
        packet.dts = packet.pts = base + audio_frame_ * 1024;
        packet.payload = Bytes(std::string(encoder_.audio_bytes, 'a'));
        ++audio_frame_;
        audio_s_ =
            encoder_.start_s + static_cast<double>(audio_frame_) * 1024 / encoder_.audio_rate;
        return packet;
    }
    std::int64_t to_video_ticks(double seconds) const {
        if (encoder_.milliseconds) return std::llround(seconds * 1000) * 90;
        return std::llround(seconds * 90'000);
    }

    Encoder encoder_;
    std::mt19937_64 random_;
    double video_s_;
    double audio_s_;
    std::int64_t audio_frame_ = 0;
    std::uint64_t frame_ = 0;
    int since_keyframe_ = 0;
};

class Recorder final : public SnapshotSink {
public:
    void publish(std::shared_ptr<const StreamSnapshot> snapshot) override {
        last = snapshot;
        ++count;
        if (on_publish) on_publish(*last);
    }
    const RenditionSnapshot& src() const { return last->renditions.front(); }

    std::shared_ptr<const StreamSnapshot> last;
    std::size_t count = 0;
    std::function<void(const StreamSnapshot&)> on_publish;
};

inline LiveStreamSettings settings() {
    LiveStreamSettings out;
    out.id = StreamId("abcdefgh234567ab");
    out.channel = "studio-1";
    out.started_at = WallTime(Milliseconds{1'790'000'000'000});
    return out;
}

}  // namespace shopcast::media::test
