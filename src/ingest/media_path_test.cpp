#include "ingest/media_path.hpp"

#include <doctest/doctest.h>

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
