#include "wire/flv.hpp"

#include <doctest/doctest.h>

#include "wire/hex_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

std::vector<VideoTag> video(std::string_view hex) {
    const auto tags = parse_video_body(Bytes(unhex(hex)));
    REQUIRE(tags);
    return *tags;
}

std::vector<AudioTag> audio(std::string_view hex) {
    const auto tags = parse_audio_body(Bytes(unhex(hex)));
    REQUIRE(tags);
    return *tags;
}

}  // namespace

TEST_CASE("item 20: AVC tags carry their packet type and a signed composition time") {
    const auto header = video("17 00 000000 0142c00a");
    REQUIRE(header.size() == 1);
    CHECK(header[0].codec == Codec::Avc);
    CHECK(header[0].packet == FlvPacket::SequenceStart);
    CHECK(to_hex(header[0].data) == "0142c00a");

    const auto key = video("17 01 000043 aabb")[0];
    CHECK(key.packet == FlvPacket::Frame);
    CHECK(key.is_marked_keyframe);
    CHECK(key.composition_ms == 67);

    const auto inter = video("27 01 fffff6 aabb")[0];
    CHECK_FALSE(inter.is_marked_keyframe);
    CHECK(inter.composition_ms == -10);
    CHECK(video("27 01 800000")[0].composition_ms == -8'388'608);
    CHECK(video("17 02 000000")[0].packet == FlvPacket::SequenceEnd);
}

TEST_CASE("item 21: AAC tags, and the sound formats that are named when refused") {
    const auto config = audio("af 00 1190")[0];
    CHECK(config.codec == Codec::Aac);
    CHECK(config.packet == FlvPacket::SequenceStart);
    CHECK(audio("af 01 2110")[0].packet == FlvPacket::Frame);
    CHECK(to_hex(audio("af 01 2110")[0].data) == "2110");
    CHECK(audio("2f aabb")[0].codec == Codec::Mp3);
    CHECK(audio("b2 aabb")[0].codec == Codec::Speex);
    CHECK(audio("72 aabb")[0].codec == Codec::G711);
    CHECK(audio("62 aabb")[0].codec == Codec::Nellymoser);
    CHECK(audio("3e aabb")[0].codec == Codec::Pcm);
    CHECK(to_string(Codec::Speex) == "Speex");
}

TEST_CASE("item 22: the codec ids that Chinese clouds use for HEVC and AV1") {
    const auto hevc = video("1c 01 000010 aa")[0];
    CHECK(hevc.codec == Codec::Hevc);
    CHECK(hevc.composition_ms == 16);
    CHECK(video("1d aa")[0].codec == Codec::Av1);
    CHECK(video("12 aa")[0].codec == Codec::H263);
    CHECK(video("14 aa")[0].codec == Codec::Vp6);
}

TEST_CASE("item 22: enhanced video: sequence start, coded frames with and without composition") {
    const auto start = video("90 61766331 0142c00a")[0];
    CHECK(start.codec == Codec::Avc);
    CHECK(start.packet == FlvPacket::SequenceStart);
    CHECK(to_hex(start.data) == "0142c00a");

    const auto frames = video("91 61766331 fffff6 aabb")[0];
    CHECK(frames.packet == FlvPacket::Frame);
    CHECK(frames.is_marked_keyframe);
    CHECK(frames.composition_ms == -10);
    CHECK(to_hex(frames.data) == "aabb");

    const auto frames_x = video("a3 68766331 aabb")[0];
    CHECK(frames_x.codec == Codec::Hevc);
    CHECK(frames_x.packet == FlvPacket::Frame);
    CHECK(frames_x.composition_ms == 0);
    CHECK(to_hex(frames_x.data) == "aabb");

    CHECK(to_hex(video("91 61763031 aabbccdd")[0].data) == "aabbccdd");  // AV1 has none
    CHECK(video("92 61766331")[0].packet == FlvPacket::SequenceEnd);
    CHECK(video("94 61766331 aa")[0].packet == FlvPacket::Other);
    CHECK(video("95 61763031 aa")[0].packet == FlvPacket::Other);
    CHECK(video("90 76703039")[0].codec == Codec::Vp9);
    CHECK(video("90 7a7a7a7a")[0].codec == Codec::Unknown);
}

TEST_CASE("item 22: enhanced audio") {
    CHECK(audio("90 4f707573 aa")[0].codec == Codec::Opus);
    CHECK(audio("90 664c6143 aa")[0].codec == Codec::Flac);
    CHECK(audio("90 61632d33 aa")[0].codec == Codec::Ac3);
    CHECK(audio("90 65632d33 aa")[0].codec == Codec::Eac3);
    CHECK(audio("90 2e6d7033 aa")[0].codec == Codec::Mp3);
    const auto aac = audio("91 6d703461 2110")[0];
    CHECK(aac.codec == Codec::Aac);
    CHECK(aac.packet == FlvPacket::Frame);
    CHECK(to_hex(aac.data) == "2110");
    CHECK(audio("94 6d703461 00")[0].packet == FlvPacket::Other);
}

TEST_CASE("item 22: ModEx prefixes are walked through, nanoseconds kept") {
    // Three bytes of nanoseconds, then another ModEx of an unknown kind, then coded frames X.
    const auto tag = video("97 02 0186a0 07 00 ff 13 61766331 aabb")[0];
    CHECK(tag.nanoseconds == 100'000);
    CHECK(tag.packet == FlvPacket::Frame);
    CHECK(to_hex(tag.data) == "aabb");
    // A size of 256 is an escape to 16 bits.
    const auto escaped = video("97 ff 0002 000001 03 61766331 aabb")[0];
    CHECK(escaped.nanoseconds == 1);
    CHECK(to_hex(escaped.data) == "aabb");
    CHECK(audio("97 02 000007 01 6d703461 aa")[0].nanoseconds == 7);
    CHECK_FALSE(parse_video_body(Bytes(unhex("97 02 0186"))));
}

TEST_CASE("items 22, 23: multitrack messages give each track its part") {
    const auto one = video("96 01 61766331 05 fffff6 aabb");
    REQUIRE(one.size() == 1);
    CHECK(one[0].track_id == 5);
    CHECK(one[0].composition_ms == -10);
    CHECK(to_hex(one[0].data) == "aabb");

    const auto many = video("96 13 61766331 00 000002 aabb 01 000001 cc");
    REQUIRE(many.size() == 2);
    CHECK(many[0].track_id == 0);
    CHECK(to_hex(many[0].data) == "aabb");
    CHECK(many[1].track_id == 1);
    CHECK(to_hex(many[1].data) == "cc");

    const auto codecs = video("96 23 61766331 00 000001 aa 68766331 01 000001 bb");
    REQUIRE(codecs.size() == 2);
    CHECK(codecs[0].codec == Codec::Avc);
    CHECK(codecs[1].codec == Codec::Hevc);

    const auto sound = audio("95 11 6d703461 00 000001 aa 01 000001 bb");
    REQUIRE(sound.size() == 2);
    CHECK(sound[1].track_id == 1);
    CHECK_FALSE(parse_video_body(Bytes(unhex("96 13 61766331 00 000009 aabb"))));
    CHECK_FALSE(parse_video_body(Bytes(unhex("96 33 61766331 00 000001 aa"))));

    std::string many_tracks = "96 13 61766331";
    for (int i = 0; i < 33; ++i) many_tracks += " 00 000000";
    CHECK(parse_video_body(Bytes(unhex(many_tracks))).error().code == Errc::TooLarge);
}

TEST_CASE("commands and empty bodies give nothing, cut headers are errors") {
    CHECK(video("").empty());
    CHECK(audio("").empty());
    CHECK(video("57 00").empty());
    CHECK(video("d0 00").empty());
    for (const char* cut : {"17", "1700", "170100", "90", "9061", "9161766331"}) {
        CHECK_FALSE(parse_video_body(Bytes(unhex(cut))));
    }
    CHECK_FALSE(parse_audio_body(Bytes(unhex("af"))));
}
