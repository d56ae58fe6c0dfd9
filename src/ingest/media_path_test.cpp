#include "ingest/media_path.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "ingest/scripted_encoder.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using namespace shopcast::ingest::testing;

TEST_CASE("items 21, 22: codecs that are not carried are refused in words with advice") {
    const std::vector<std::tuple<RtmpType, std::string, std::string>> cases = {
        {RtmpType::Video, "90 68766331 0102", "HEVC"},
        {RtmpType::Video, "90 61763031 0102", "AV1"},
        {RtmpType::Video, "90 76703039 0102", "VP9"},
        {RtmpType::Video, "1c 00 000000 0102", "HEVC"},
        {RtmpType::Video,
         "17 00 000000 01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f 04 a0 0001 0018 40",
         "HEVC"},
        {RtmpType::Audio, "90 4f707573 0102", "Opus"},
        {RtmpType::Audio, "90 664c6143 0102", "FLAC"},
        {RtmpType::Audio, "90 61632d33 0102", "AC-3"},
        {RtmpType::Audio, "2f fffb", "MP3"},
        {RtmpType::Audio, "b2 0102", "Speex"}};
    for (const auto& [type, hex, name] : cases) {
        Encoder encoder;
        encoder.connect().fmle_publish("live_key").body(type, 0, hex);
        Served served;
        serve_into(served, encoder);
        CAPTURE(name);
        CHECK(served.statuses().back() == "error NetStream.Publish.Rejected");
        CHECK(served.last_words().find(name) != std::string::npos);
        CHECK(served.last_words().find(type == RtmpType::Video ? "H.264" : "AAC") !=
              std::string::npos);
        CHECK(served.got().ended_publications == 1);
    }
}

TEST_CASE("item 22: H.264 and AAC in Enhanced RTMP's clothes simply work") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key");
    encoder.video(0, "90 61766331" + std::string(avc_header).substr(12));
    encoder.audio(0, "90 6d703461 1190");
    for (std::uint32_t ms = 0; ms < 1000; ms += 40) {
        encoder.video(
            ms, ms == 0 ? "91 61766331 000000 00000003 6588aa" : "a3 61766331 00000003 419a38");
        encoder.audio(ms, "91 6d703461 211004").audio(ms + 21, "91 6d703461 211004");
    }
    Served served;
    serve_into(served, encoder);
    check_whole_publish(served);
}

TEST_CASE("item 19: metadata is a hint for the encoder's name alone") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key");
    ByteWriter data;
    wire::encode_amf0(data, "@setDataFrame");
    wire::encode_amf0(data, "onMetaData");
    wire::encode_amf0(data, Amf0Value::ecma_array({{"encoder", "Lavf\n59"},
                                                   {"videocodecid", "hvc1"},
                                                   {"width", -1.0},
                                                   {"audiocodecid", 2.0}}));
    encoder.send({.type = RtmpType::DataAmf0,
                  .timestamp_ms = 0,
                  .stream_id = 1,
                  .payload = Bytes(std::move(data).take())});
    encoder.headers().second_of_media();
    Served served;
    serve_into(served, encoder);
    check_whole_publish(served);
    CHECK(served.got().health.encoder == "Lavf?59");
}

TEST_CASE("item 13: aggregate messages are taken apart") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers();
    encoder.body(RtmpType::Aggregate, 40,
                 "09 00000c 0003e8 00 000000 1701000000 00000003 6588aa 00000017 "
                 "08 000005 0003e9 00 000000 af01 211004 00000010");
    Served served;
    serve_into(served, encoder);
    CHECK(served.got().packets.size() == 2);
}

TEST_CASE("broken media is dropped and told, the stream goes on") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").audio(0, aac_frame);
    encoder.headers().video(0, "17").video(0, "17 00 000000 ff").video(0, "17 02 000000");
    encoder.video(0, "").audio(0, "af").audio(0, "").video(0, "17 01 000000 00ffffff 65");
    encoder.video(0, "17 00 000000").audio(0, "af 00").second_of_media();
    Served served;
    serve_into(served, encoder);
    CHECK(served.got().packets.size() == 75);
    CHECK(served.got().epochs.size() == 1);
    CHECK(served.got().health.dropped_packets == 5);
    CHECK_FALSE(served.got().health.last_warning.empty());
}

TEST_CASE("item 23: of several tracks the first is used, and the encoder's owner is told") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers().second_of_media();
    encoder.video(1000, "96 01 61766331 05 000000 00000003 6588aa");
    encoder.video(1000, "96 00 68766331 01 0102").audio(1000, "95 01 6d703461 01 211004");
    Served served;
    serve_into(served, encoder);
    CHECK(served.got().packets.size() == 75);
    CHECK(served.got().health.last_warning.find("tracks") != std::string::npos);
}

TEST_CASE("item 20: repeated headers change nothing, changed ones begin an epoch") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers().second_of_media();
    encoder.headers().second_of_media(1000).headers().second_of_media(2000);
    encoder.video(3000, large_avc_header).audio(3000, "af 00 1210").second_of_media(3000);
    Served served;
    serve_into(served, encoder);
    REQUIRE(served.got().epochs.size() == 2);
    CHECK(served.got().epochs[1].video->width == 1920);
    CHECK(served.got().epochs[1].audio->sample_rate == 44100);
    CHECK(std::ranges::count(served.got().packets, media::TrackKind::Video, &media::Packet::kind) ==
          100);
    CHECK(served.got().health.dropped_packets == 0);
}

TEST_CASE("keyframes that are not IDR pictures do not start a stream, and the owner is told") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers();
    for (std::uint32_t ms = 0; ms < 5000; ms += 40) {
        encoder.video(ms, ms % 1000 == 0 ? "17 01 000000 00000003 419a38" : avc_inter);
    }
    Served served;
    serve_into(served, encoder);
    CHECK(served.got().epochs.empty());
    CHECK(served.got().health.last_warning.find("IDR") != std::string::npos);
}

TEST_CASE("a jump of the encoder's clock begins an epoch at the next keyframe") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers().second_of_media();
    encoder.second_of_media(1'000'000).second_of_media(1'001'000);
    Served served;
    serve_into(served, encoder);
    CHECK(served.got().epochs.size() == 2);
    CHECK(served.got().packets.size() == 225);
    CHECK(served.got().health.discontinuities == 1);
    std::int64_t last = 0;
    for (const media::Packet& packet : served.got().packets) {
        if (packet.kind != media::TrackKind::Video) continue;
        if (last != 0) CHECK(packet.dts - last == 40 * 90);
        last = packet.dts;
    }
}

TEST_CASE("Annex B bodies, ADTS frames and short lengths are repaired on the way") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers();
    encoder.video(0, "17 01 000000 00000001 09f0 00000001 6588aa");
    encoder.audio(0, "af 01 fff14c80014000fc 211004");
    Served served;
    serve_into(served, encoder);
    REQUIRE(served.got().packets.size() == 2);
    CHECK(to_hex(served.got().packets[0].payload) == "000000036588aa");
}
