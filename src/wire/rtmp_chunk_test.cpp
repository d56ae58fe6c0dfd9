#include "wire/rtmp_chunk.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/text.hpp"
#include "wire/hex_for_tests.hpp"
#include "wire/rtmp_message.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

/// Bytes of a made-up connection, written field by field.
struct Peer {
    ByteVector sent;

    Peer& hex(std::string_view text) {
        const ByteVector bytes = unhex(text);
        sent.insert(sent.end(), bytes.begin(), bytes.end());
        return *this;
    }
    Peer& fill(std::size_t count, std::uint8_t value) {
        sent.insert(sent.end(), count, std::byte{value});
        return *this;
    }
};

struct Outcome {
    std::vector<RtmpMessage> messages;
    std::optional<Error> error;
};

Outcome read_all(ByteSpan in, std::size_t portion) {
    Outcome out;
    RtmpChunkReader reader;
    while (!in.empty()) {
        ByteSpan now = in.first(std::min(portion, in.size()));
        in = in.subspan(now.size());
        while (!now.empty()) {
            auto message = reader.next(now);
            if (!message) {
                out.error = message.error();
                return out;
            }
            if (*message) out.messages.push_back(**std::move(message));
        }
    }
    return out;
}

/// The same result in one piece, byte by byte and in threes.
std::vector<RtmpMessage> messages_of(const Peer& peer) {
    const Outcome whole = read_all(peer.sent, peer.sent.size());
    REQUIRE_FALSE(whole.error);
    for (const std::size_t portion : {1U, 3U, 7U}) {
        const Outcome cut = read_all(peer.sent, portion);
        REQUIRE_FALSE(cut.error);
        REQUIRE(cut.messages.size() == whole.messages.size());
        for (std::size_t i = 0; i < cut.messages.size(); ++i) {
            CHECK(cut.messages[i].payload == whole.messages[i].payload);
            CHECK(cut.messages[i].timestamp_ms == whole.messages[i].timestamp_ms);
        }
    }
    return whole.messages;
}

Errc error_of(const Peer& peer) {
    const Outcome out = read_all(peer.sent, peer.sent.size());
    REQUIRE(out.error);
    return out.error->code;
}

}  // namespace

TEST_CASE("RTMP 5.3.2.1, example 1: four audio messages with shrinking headers") {
    Peer peer;
    peer.hex("03 0003e8 000020 08 39300000").fill(32, 1);  // 1000 ms, stream 12345
    peer.hex("83 000014").fill(32, 2);
    peer.hex("c3").fill(32, 3);
    peer.hex("c3").fill(32, 4);
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(messages[i].timestamp_ms == 1000 + 20 * i);
        CHECK(messages[i].stream_id == 12345);
        CHECK(messages[i].payload.size() == 32);
        CHECK(messages[i].type == RtmpType::Audio);
    }
}

TEST_CASE("RTMP 5.3.2.2, example 2: a video message of 307 bytes in chunks of 128") {
    Peer peer;
    peer.hex("04 0003e8 000133 09 3a300000").fill(128, 1);
    peer.hex("c4").fill(128, 2).hex("c4").fill(51, 3);
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].payload.size() == 307);
    CHECK(messages[0].payload.span()[306] == std::byte{3});
    CHECK(messages[0].stream_id == 12346);
}

TEST_CASE("item 2: chunk stream ids of one, two and three bytes, the last low byte first") {
    Peer peer;
    peer.hex("3f 000001 000001 08 01000000 aa");      // 63
    peer.hex("00ff 000002 000001 08 01000000 bb");    // 64 + 255
    peer.hex("010201 000003 000001 08 01000000 cc");  // 64 + 2 + 256
    peer.hex("c100 00");                              // 64 alone: not known yet
    CHECK(error_of(peer) == Errc::Malformed);
    peer.sent.resize(peer.sent.size() - 3);
    // The three-byte form of 319 is the same chunk stream as the two-byte form.
    peer.hex("41ff00 000005 000001 08 dd");
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 4);
    CHECK(messages[3].timestamp_ms == 2 + 5);
    CHECK(messages[3].stream_id == 1);
}

TEST_CASE("item 3: type 3 as a first chunk adds the last delta, after type 0 its own timestamp") {
    Peer peer;
    peer.hex("04 000064 000001 08 01000000 aa");  // 100, as FMLE begins its audio
    peer.hex("c4 bb");                            // 200
    peer.hex("84 00000a cc");                     // 210
    peer.hex("c4 dd");                            // 220
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 4);
    CHECK(messages[1].timestamp_ms == 200);
    CHECK(messages[2].timestamp_ms == 210);
    CHECK(messages[3].timestamp_ms == 220);
}

TEST_CASE("item 4: a fresh chunk stream may begin with type 1, not with 2 or 3") {
    Peer ping;
    ping.hex("42 000000 000006 04 0006 00000d0f");  // librtmp's ping
    const auto messages = messages_of(ping);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].stream_id == 0);
    CHECK(parse_rtmp_user_control(messages[0].payload)->value == 0xd0f);
    CHECK(error_of(Peer().hex("84000001aa")) == Errc::Malformed);
    CHECK(error_of(Peer().hex("c4aa")) == Errc::Malformed);
}

TEST_CASE("items 4, 12: a header inside a message is an error") {
    for (const char* header :
         {"04 000000 0000c8 09 01000000", "44 000000 0000c8 09", "84 000000"}) {
        Peer peer;
        peer.hex("04 000000 0000c8 09 01000000").fill(128, 1).hex(header).fill(72, 1);
        CHECK(error_of(peer) == Errc::Malformed);
    }
}

TEST_CASE("item 5: extended timestamps on continuation chunks are read where they are") {
    Peer peer;
    peer.hex("04 ffffff 0000c8 09 01000000 01000000").fill(128, 1);
    peer.hex("c4 01000000").fill(72, 2);
    peer.hex("04 ffffff 000001 09 01000000 00ffffff 03");  // exactly the mark
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].timestamp_ms == 0x01000000);
    CHECK(messages[0].payload.size() == 200);
    CHECK(messages[0].payload.span()[128] == std::byte{2});
    CHECK(messages[1].timestamp_ms == 0x00ffffff);
}

TEST_CASE("item 5: old librtmp leaves the extended timestamp out, and its payload stays whole") {
    // The payload after the gap begins like the timestamp, to force every held byte back.
    for (const char* start : {"aabbccdd", "01bbccdd", "0102ccdd", "010203dd", "01020305"}) {
        Peer peer;
        peer.hex("04 ffffff 0000c8 09 01000000 01020304").fill(128, 1);
        peer.hex("c4").hex(start).fill(68, 2);
        peer.hex("04 ffffff 000082 09 01000000 01020404").fill(128, 3);
        peer.hex("c4").hex("0102");  // two bytes remain, alike the timestamp
        peer.hex("04 ffffff 000001 09 01000000 01020504 04");
        const auto messages = messages_of(peer);
        REQUIRE(messages.size() == 3);
        CHECK(to_hex(messages[0].payload.slice(128, 4)) == start);
        CHECK(messages[0].payload.slice(132, 68) == Bytes(ByteVector(68, std::byte{2})));
        CHECK(to_hex(messages[1].payload.slice(128, 2)) == "0102");
        CHECK(messages[2].timestamp_ms == 0x01020504);
    }
}

TEST_CASE("item 6: an extended timestamp of types 1 and 2 is a delta") {
    Peer peer;
    peer.hex("04 002af8 000001 09 01000000 01");  // 11,000 (ossrs/srs#4356)
    peer.hex("44 ffffff 000081 09 00fffc18").fill(128, 2);
    peer.hex("c4 00fffc18").fill(1, 3);
    peer.hex("84 ffffff fffffff6").fill(128, 4);  // 10 ms back
    peer.hex("c4 fffffff6").fill(1, 5);
    peer.hex("c4 fffffff6").fill(128, 6).hex("c4").fill(1, 7);  // again by type 3, then a lie
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 4);
    CHECK(messages[1].timestamp_ms == 11'000 + 0xfffc18);
    CHECK(messages[2].timestamp_ms == 11'000 + 0xfffc18 - 10);
    CHECK(messages[3].timestamp_ms == 11'000 + 0xfffc18 - 20);
    CHECK(messages[3].payload.size() == 129);
}

TEST_CASE("item 5: a sender that repeats the absolute time under a delta is understood") {
    Peer peer;
    peer.hex("04 ffffff 000001 09 01000000 10000000 01");
    peer.hex("44 ffffff 000081 09 01000000").fill(128, 2);
    peer.hex("c4 11000000").fill(1, 3);
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 2);
    CHECK(messages[1].payload.span()[128] == std::byte{3});
}

TEST_CASE("item 9: Set Chunk Size acts at once, within messages under way too") {
    Peer peer;
    peer.hex("04 000000 0000c8 09 01000000").fill(128, 1);
    peer.hex("02 000000 000004 01 00000000 80000010");  // bit 31 is masked: 16
    peer.hex("c4").fill(16, 2).hex("c4").fill(16, 3);
    peer.hex("02 000000 000004 01 00000000 7fffffff");
    peer.hex("c4").fill(40, 4);
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].payload.size() == 200);
    CHECK(messages[0].payload.span()[144] == std::byte{3});
    CHECK(messages[0].payload.span()[199] == std::byte{4});
    CHECK(error_of(Peer().hex("02 000000 000004 01 00000000 00000000")) == Errc::Malformed);
}

TEST_CASE("item 9: Abort drops what is partial, and the next message starts clean") {
    Peer peer;
    peer.hex("04 000010 0000c8 09 01000000").fill(128, 1);
    peer.hex("02 000000 000004 02 00000000 00000004");
    peer.hex("02 000000 000004 02 00000000 00000009");  // nothing to abort
    peer.hex("04 000020 000002 09 01000000 abcd");
    const auto messages = messages_of(peer);
    REQUIRE(messages.size() == 1);
    CHECK(to_hex(messages[0].payload) == "abcd");

    Peer patient;  // what was aborted takes no memory
    for (int i = 0; i < 10; ++i) {
        patient.hex("04 000000 800000 09 01000000").fill(128, 1);
        patient.hex("02 000000 000004 02 00000000 00000004");
    }
    CHECK(messages_of(patient).empty());
}

TEST_CASE("item 12: lengths, memory and chunk streams are bounded") {
    CHECK(error_of(Peer().hex("04 000000 ffffff 09 01000000 00")) == Errc::TooLarge);

    RtmpChunkReader strict;
    strict.set_message_bytes_max(100);
    const ByteVector header = unhex("04 000000 000065 14 00000000");
    ByteSpan in = header;
    CHECK(strict.next(in).error().code == Errc::TooLarge);

    Peer hoarder;  // 8 MiB begun on each of three chunk streams
    for (const char* id : {"04", "05", "06"}) {
        hoarder.hex(id).hex("000000 800000 09 01000000").fill(128, 0);
    }
    CHECK(error_of(hoarder) == Errc::TooLarge);

    Peer many;
    for (std::size_t id = 2; id < 63; ++id) {
        many.fill(1, static_cast<std::uint8_t>(id)).hex("000000 000000 09 01000000");
    }
    CHECK(messages_of(many).size() == 61);  // empty messages are messages
    for (const char* id : {"3f", "0000", "0001"}) {
        many.hex(id).hex("000000 000000 09 01000000");
    }
    CHECK(messages_of(many).size() == 64);
    CHECK(error_of(many.hex("0002 000000 000000 09 01000000")) == Errc::TooLarge);
}

TEST_CASE("what the writer cuts the reader puts together") {
    for (const std::uint32_t time : {0u, 1000u, 0xFFFFFEu, 0xFFFFFFu, 0xFFFFFFFFu}) {
        for (const std::size_t size : {0U, 1U, 127U, 128U, 129U, 1000U}) {
            RtmpChunkWriter writer;
            ByteVector out;
            const RtmpMessage message{.type = RtmpType::Video,
                                      .timestamp_ms = time,
                                      .stream_id = 0x01020304,
                                      .payload = Bytes(ByteVector(size, std::byte{0xAB}))};
            writer.write(out, 5, message);
            writer.write(out, 2, rtmp_set_chunk_size(300));
            writer.set_chunk_size(300);
            writer.write(out, 5, message);
            const auto messages = messages_of(Peer{out});
            REQUIRE(messages.size() == 2);
            for (const RtmpMessage& read : messages) {
                CHECK(read.payload == message.payload);
                CHECK(read.timestamp_ms == time);
                CHECK(read.stream_id == 0x01020304);
            }
        }
    }
}
