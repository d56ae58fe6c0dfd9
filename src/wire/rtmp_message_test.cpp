#include "wire/rtmp_message.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "wire/hex_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

RtmpMessage message_of(RtmpType type, std::string_view hex, std::uint32_t timestamp_ms = 0) {
    return {
        .type = type, .timestamp_ms = timestamp_ms, .stream_id = 1, .payload = Bytes(unhex(hex))};
}

}  // namespace

TEST_CASE("item 9: control messages have the layout of RTMP 5.4 and 7.1.7") {
    CHECK(to_hex(rtmp_set_chunk_size(65536).payload) == "00010000");
    CHECK(to_hex(rtmp_acknowledgement(0xFFFFFFF0).payload) == "fffffff0");
    CHECK(to_hex(rtmp_window_ack_size(2'500'000).payload) == "002625a0");
    CHECK(to_hex(rtmp_set_peer_bandwidth(2'500'000).payload) == "002625a002");
    CHECK(to_hex(rtmp_user_control(RtmpEvent::PingResponse, 7).payload) == "000700000007");
    CHECK(rtmp_user_control(RtmpEvent::StreamBegin, 1).stream_id == 0);
    // Set Buffer Length carries two numbers, some events none.
    CHECK(parse_rtmp_user_control(unhex("00030000000100000bb8"))->value == 1);
    CHECK(parse_rtmp_user_control(unhex("0006"))->event == RtmpEvent::PingRequest);
    CHECK_FALSE(parse_rtmp_user_control(unhex("00")));
}

TEST_CASE("item 14: commands come as AMF0, or as AMF3 with a zero byte before") {
    const std::string amf0 = "020007 7075626c697368 004014000000000000 05 020001 6b";
    for (const auto& message :
         {message_of(RtmpType::CommandAmf0, amf0), message_of(RtmpType::CommandAmf3, "00" + amf0),
          message_of(RtmpType::CommandAmf3, amf0)}) {
        const auto command = parse_rtmp_command(message);
        REQUIRE(command);
        CHECK(command->name == "publish");
        CHECK(command->transaction_id == 5);
        CHECK(command->argument(0) == Amf0Value());
        CHECK(command->text(1) == "k");
        CHECK(command->text(9).empty());
    }
    CHECK_FALSE(parse_rtmp_command(message_of(RtmpType::CommandAmf0, "05")));
    CHECK(parse_rtmp_command(message_of(RtmpType::CommandAmf0, "02000161"))->transaction_id == 0);
}

TEST_CASE("a command survives writing and reading") {
    const RtmpCommand command{
        .name = "_result", .transaction_id = 4, .arguments = {Amf0Value(), 1.0}};
    const auto again = parse_rtmp_command(to_message(command, 0));
    REQUIRE(again);
    CHECK(again->name == command.name);
    CHECK(again->arguments == command.arguments);
}

TEST_CASE("item 19: metadata is found with and without @setDataFrame") {
    const std::string meta = "02000a 6f6e4d65746144617461 08 00000000 000161 0101 000009";
    const std::string set = "02000d 40736574446174614672616d65";
    const auto plain = parse_rtmp_data(message_of(RtmpType::DataAmf0, meta));
    const auto wrapped = parse_rtmp_data(message_of(RtmpType::DataAmf0, set + meta));
    const auto amf3 = parse_rtmp_data(message_of(RtmpType::DataAmf3, "00" + set + meta));
    REQUIRE(find_metadata(*plain) != nullptr);
    REQUIRE(find_metadata(*wrapped) != nullptr);
    REQUIRE(find_metadata(*amf3) != nullptr);
    CHECK(find_metadata(*amf3)->find("a") != nullptr);
    CHECK(find_metadata(*parse_rtmp_data(message_of(RtmpType::DataAmf0, set))) == nullptr);
    CHECK(find_metadata(*parse_rtmp_data(message_of(RtmpType::DataAmf0, "0101"))) == nullptr);
}

TEST_CASE("item 13: an aggregate falls apart into its messages, offset by the first tag's time") {
    const std::string tags =
        "08 000002 0003e8 00 000000 aabb 0000000d 09 000001 0003fc 00 000000 cc 0000000c 08 000000 "
        "000000 01 000000";  // 2^24 ms, no back pointer
    RtmpAggregate aggregate(message_of(RtmpType::Aggregate, tags, 5000));
    const auto first = aggregate.next();
    REQUIRE(first->has_value());
    CHECK((*first)->type == RtmpType::Audio);
    CHECK((*first)->timestamp_ms == 5000);
    CHECK(to_hex((*first)->payload) == "aabb");
    const auto second = aggregate.next();
    CHECK((*second)->type == RtmpType::Video);
    CHECK((*second)->timestamp_ms == 5020);
    CHECK((*second)->stream_id == 1);
    CHECK((**aggregate.next()).timestamp_ms == 5000 + 0x01000000 - 1000);
    CHECK_FALSE(aggregate.next()->has_value());
}

TEST_CASE("item 13: a cut aggregate and one inside another are errors") {
    RtmpAggregate cut(message_of(RtmpType::Aggregate, "08 000009 000000 00 000000 aabb"));
    CHECK(cut.next().error().code == Errc::Malformed);
    RtmpAggregate nested(message_of(RtmpType::Aggregate, "16 000000 000000 00 000000"));
    CHECK(nested.next().error().code == Errc::Malformed);
}
