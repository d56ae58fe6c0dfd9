#include "ingest/track_probe.hpp"

#include <doctest/doctest.h>

#include <string>

#include "ingest/limits.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using media::Packet;
using media::TrackKind;

namespace {

/// Writes down what it is given: "[va" for an epoch with both tracks, then K, v and a for packets.
struct Recorder final : Publication {
    std::string text;
    std::vector<Packet> packets;
    std::vector<Milliseconds> ages;

    void begin_epoch(media::TrackSet tracks, Milliseconds age) override {
        ages.push_back(age);
        text += "[";
        if (tracks.video) text += "V";
        if (tracks.audio) text += "A";
        text += " ";
    }
    void push(Packet packet) override {
        text += packet.kind == TrackKind::Audio ? 'a' : packet.keyframe ? 'K' : 'v';
        packets.push_back(std::move(packet));
    }
    void report(const IngestHealth&) override {}
    void finish() override {}
};

media::VideoTrack video_track(std::uint32_t width = 640) {
    return {.avc_record = {}, .width = width, .height = 360, .codec = "avc1.64001f"};
}
media::AudioTrack audio_track(std::uint32_t rate = 48000) {
    return {.audio_specific_config = {}, .sample_rate = rate, .channels = 2, .codec = "mp4a.40.2"};
}
Packet key(std::int64_t ms) {
    return {.kind = TrackKind::Video, .dts = ms * 90, .pts = ms * 90, .keyframe = true};
}
Packet inter(std::int64_t ms) {
    return {.kind = TrackKind::Video, .dts = ms * 90, .pts = ms * 90, .keyframe = false};
}
Packet sound(std::int64_t ms) {
    return {.kind = TrackKind::Audio, .dts = ms * 48, .pts = ms * 48, .keyframe = true};
}

struct Probed {
    Recorder recorder;
    TrackProbe probe{recorder};

    Probed& both() {
        probe.set_video(video_track());
        probe.set_audio(audio_track());
        return *this;
    }
    /// Sound every 20 ms in [from, to).
    void sounds(std::int64_t from_ms, std::int64_t to_ms) {
        for (std::int64_t ms = from_ms; ms < to_ms; ms += 20) probe.push(sound(ms));
    }
};

}  // namespace

TEST_CASE("item 25: the stream starts at the first keyframe, without the sound before it") {
    Probed probed;
    probed.both();
    probed.probe.push(inter(0));
    probed.sounds(0, 200);
    probed.probe.push(inter(40));
    CHECK(probed.recorder.text.empty());
    probed.probe.push(key(195));
    probed.sounds(200, 240);
    CHECK(probed.recorder.text == "[VA aKaa");
    CHECK(probed.recorder.packets[0].pts == 180 * 48);  // it lasts until 201 ms
    CHECK(probed.probe.dropped_count() == 2 + 9);
}

TEST_CASE("item 25: sound that arrives after the keyframe but belongs before it is left out") {
    Probed probed;
    probed.both();
    probed.probe.push(key(1000));
    probed.probe.push(inter(1040));
    probed.sounds(900, 1060);
    CHECK(probed.recorder.text == "[VA Kvaaaa");
    CHECK(probed.recorder.packets[2].pts == 980 * 48);
}

TEST_CASE("item 19: video alone and audio alone are published after the window") {
    Probed video;
    video.probe.set_video(video_track());
    video.probe.push(key(0));
    for (std::int64_t ms = 40; ms < 2000; ms += 40) video.probe.push(inter(ms));
    CHECK(video.recorder.text.empty());
    video.probe.push(inter(2000));
    CHECK(video.recorder.text.starts_with("[V Kvvv"));
    CHECK(video.recorder.packets.size() == 51);
    CHECK(video.recorder.ages == std::vector{Milliseconds(2000)});

    Probed audio;
    audio.probe.set_audio(audio_track());
    audio.sounds(0, 2000);
    CHECK(audio.recorder.text.empty());
    audio.sounds(2000, 2020);
    CHECK(audio.recorder.text.starts_with("[A aaa"));
    CHECK(audio.recorder.packets.size() == 101);
    CHECK(audio.recorder.ages == std::vector{Milliseconds(2000)});
}

TEST_CASE("an announced track that sends nothing does not hold the stream") {
    Probed probed;
    probed.both();
    probed.probe.push(key(0));
    for (std::int64_t ms = 40; ms <= 2000; ms += 40) probed.probe.push(inter(ms));
    CHECK(probed.recorder.text.starts_with("[V K"));
}

TEST_CASE("video without a keyframe is waited for, then audio goes alone") {
    Probed probed;
    probed.both();
    for (std::int64_t ms = 0; ms < 12'000; ms += 20) {
        probed.probe.push(sound(ms));
        if (ms % 40 == 0) probed.probe.push(inter(ms));
    }
    CHECK(probed.recorder.text.empty());
    probed.sounds(12'000, 12'020);
    CHECK(probed.recorder.text.starts_with("[A aaa"));
    probed.probe.push(key(12'040));
    probed.probe.push(sound(12'040));
    CHECK(probed.recorder.text.ends_with("a[VA Ka"));
}

TEST_CASE("a late track joins at the next keyframe") {
    Probed probed;
    probed.probe.set_video(video_track());
    probed.probe.push(key(0));
    for (std::int64_t ms = 40; ms <= 2000; ms += 40) probed.probe.push(inter(ms));
    const std::size_t before = probed.recorder.text.size();
    probed.probe.set_audio(audio_track());
    probed.probe.push(sound(2010));
    probed.probe.push(inter(2040));
    probed.probe.push(key(2080));
    probed.probe.push(sound(2080));
    CHECK(probed.recorder.text.substr(before) == "v[VA Ka");
}

TEST_CASE("item 20: changed parameters begin an epoch at the next keyframe, equal ones do not") {
    Probed probed;
    probed.both();
    probed.probe.push(key(0));
    probed.probe.push(sound(0));
    probed.probe.set_video(video_track());
    probed.probe.set_audio(audio_track());
    probed.probe.push(inter(40));
    CHECK(probed.recorder.text == "[VA Kav");
    probed.probe.set_video(video_track(1280));
    probed.probe.push(inter(80));  // of the new parameters, but nobody can decode it
    probed.probe.push(sound(80));
    probed.probe.push(key(120));
    probed.probe.push(inter(160));
    CHECK(probed.recorder.text == "[VA Kava[VA Kv");
}

TEST_CASE("parameters that change before the start replace what was held") {
    Probed probed;
    probed.probe.set_video(video_track());
    probed.probe.push(key(0));
    probed.probe.push(inter(40));
    probed.probe.set_video(video_track(1280));
    probed.probe.push(inter(80));
    probed.probe.set_audio(audio_track());
    probed.probe.push(sound(80));
    CHECK(probed.recorder.text.empty());
    probed.probe.push(key(120));
    CHECK(probed.recorder.text == "[VA K");
    CHECK(probed.recorder.packets[0].pts == 120 * 90);
}

TEST_CASE("item 21: changed audio parameters wait for the keyframe, alone they act at once") {
    Probed probed;
    probed.both();
    probed.probe.push(key(0));
    probed.probe.push(sound(0));
    probed.probe.set_audio(audio_track(44100));
    probed.probe.push(sound(40));
    probed.probe.push(inter(40));
    probed.probe.push(key(80));
    probed.probe.push(sound(80));
    CHECK(probed.recorder.text == "[VA Kav[VA Ka");

    Probed alone;
    alone.probe.set_audio(audio_track());
    alone.sounds(0, 2020);
    const std::size_t before = alone.recorder.text.size();
    alone.probe.set_audio(audio_track(44100));
    alone.probe.push(sound(2020));
    CHECK(alone.recorder.text.substr(before) == "[A a");
}

TEST_CASE("a break in time begins an epoch at the next keyframe and loses nothing") {
    Probed probed;
    probed.both();
    probed.probe.push(key(0));
    probed.probe.push(sound(0));
    probed.probe.mark_discontinuity();
    probed.probe.push(inter(40));
    probed.probe.push(sound(40));
    probed.probe.push(key(80));
    probed.probe.push(key(120));
    CHECK(probed.recorder.text == "[VA Kava[VA KK");
}

TEST_CASE("a track that stays away leaves, and comes back") {
    Probed probed;
    probed.both();
    probed.probe.push(key(0));
    probed.probe.push(sound(0));
    for (std::int64_t ms = 1000; ms <= 11'000; ms += 1000) probed.probe.push(key(ms));
    CHECK(probed.recorder.text == "[VA KaKKKKKKKKK[V KK");
    probed.probe.push(sound(11'020));
    probed.probe.push(key(12'000));
    CHECK(probed.recorder.text.ends_with("[VA K"));
    const std::size_t before = probed.recorder.text.size();
    for (std::int64_t ms = 13'000; ms <= 23'000; ms += 1000) probed.probe.push(sound(ms));
    CHECK(probed.recorder.text.substr(before) == "aaaaaaaaaa[A a");
    probed.probe.push(inter(24'000));
    probed.probe.push(key(25'000));
    CHECK(probed.recorder.text.ends_with("[A a[VA K"));
}

TEST_CASE("what is held before the start is bounded") {
    Probed probed;
    probed.both();
    // A clock that stands still never ends the window.
    for (std::size_t i = 0; i < limits::ingest_probe_packets_max + 500; ++i) {
        probed.probe.push(sound(0));
    }
    CHECK(probed.recorder.text.empty());
    CHECK(probed.probe.dropped_count() == 500);
    probed.probe.push(key(0));
    CHECK(probed.recorder.packets.size() == limits::ingest_probe_packets_max + 1);
}
