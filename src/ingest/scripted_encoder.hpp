#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ingest/testing.hpp"
#include "wire/hex_for_tests.hpp"
#include "wire/rtmp_message.hpp"

/// An encoder's side of a connection, and what the server made of it.
namespace shopcast::ingest::testing {

using wire::Amf0Object;
using wire::Amf0Value;
using wire::RtmpCommand;
using wire::RtmpMessage;
using wire::RtmpType;
using wire::unhex;

inline const char* const avc_header =
    "17 00 000000 0142c00affe10017 6742c00ad9047f9f0e6c80000003008000001907891324 "
    "01000568cb83cb20";
inline const char* const large_avc_header =
    "17 00 000000 014d4028ffe1001c 674d4028eca03c0113f2e02d4040405000003e90000ea600f1831960 "
    "01000468ce0fc8";
inline const char* const avc_key = "17 01 000000 00000003 6588aa";
inline const char* const avc_inter = "27 01 000000 00000003 41 9a38";
inline const char* const aac_header = "af 00 1190";
inline const char* const aac_frame = "af 01 211004";

/// Writes an encoder's side of a connection.
class Encoder {
public:
    Encoder() {
        ByteVector handshake(1 + 2 * wire::RtmpHandshake::part_size, std::byte{0x55});
        handshake[0] = std::byte{3};
        bytes = handshake;
    }

    Encoder& send(const RtmpMessage& message) {
        writer_.write(bytes, message.type == RtmpType::Video ? 6 : 4, message);
        return *this;
    }
    Encoder& call(std::string name, double transaction, std::vector<Amf0Value> arguments,
                  std::uint32_t stream_id = 0) {
        const RtmpCommand command{
            .name = std::move(name), .transaction_id = transaction, .arguments = arguments};
        return send(to_message(command, stream_id));
    }
    Encoder& connect(std::string app = "live", Amf0Object more = {}) {
        more.properties.insert(
            more.properties.begin(),
            {{"app", app}, {"flashVer", "FMLE/3.0 (test)"}, {"tcUrl", "rtmp://host/" + app}});
        return call("connect", 1, {std::move(more)});
    }
    /// OBS, ffmpeg and FMLE.
    Encoder& fmle_publish(const std::string& name) {
        call("releaseStream", 2, {Amf0Value(), name});
        call("FCPublish", 3, {Amf0Value(), name});
        call("createStream", 4, {Amf0Value()});
        return call("publish", 5, {Amf0Value(), name, "live"}, 1);
    }
    Encoder& body(RtmpType type, std::uint32_t ms, std::string_view hex) {
        return send(
            {.type = type, .timestamp_ms = ms, .stream_id = 1, .payload = Bytes(unhex(hex))});
    }
    Encoder& video(std::uint32_t ms, std::string_view hex) {
        return body(RtmpType::Video, ms, hex);
    }
    Encoder& audio(std::uint32_t ms, std::string_view hex) {
        return body(RtmpType::Audio, ms, hex);
    }
    Encoder& headers() { return video(0, avc_header).audio(0, aac_header); }
    Encoder& second_of_media(std::uint32_t from_ms = 0) {
        for (std::uint32_t ms = from_ms; ms < from_ms + 1000; ms += 40) {
            video(ms, ms == from_ms ? avc_key : avc_inter);
            audio(ms, aac_frame).audio(ms + 21, aac_frame);
        }
        return *this;
    }
    Encoder& chunk_size(std::uint32_t size) {
        writer_.write(bytes, 2, wire::rtmp_set_chunk_size(size));
        writer_.set_chunk_size(size);
        return *this;
    }

    ByteVector bytes;

private:
    wire::RtmpChunkWriter writer_;
};

struct Served {
    RecordingGate gate;
    std::vector<RtmpMessage> answers;
    std::vector<RtmpCommand> commands;
    SteadyTime last_deadline;
    std::uint32_t chunk_size = 0;
    bool wrote_last = false;
    bool closed = false;

    Recording& got() { return gate.recording; }
    const RtmpCommand* find(std::string_view name, double transaction = 0) const {
        for (const RtmpCommand& command : commands) {
            if (command.name == name && command.transaction_id == transaction) return &command;
        }
        return nullptr;
    }
    /// "level code" of each onStatus.
    std::vector<std::string> statuses() const {
        std::vector<std::string> out;
        for (const RtmpCommand& command : commands) {
            if (command.name != "onStatus") continue;
            const Amf0Object* information = command.argument(1).as_object();
            out.push_back(std::string(*information->text("level")) + " " +
                          std::string(*information->text("code")));
        }
        return out;
    }
    std::string last_words() const {
        for (auto at = commands.rbegin(); at != commands.rend(); ++at) {
            const Amf0Object* information = at->argument(1).as_object();
            if (at->name == "onStatus" && information != nullptr) {
                return std::string(information->text("description").value_or(""));
            }
        }
        return "";
    }
};

inline void serve_into(Served& served, const Encoder& encoder, std::size_t portion = SIZE_MAX,
                       Errc end = Errc::Closed) {
    StillClock clock;
    served.gate.clock = &clock;
    MemoryStream stream(encoder.bytes, portion, end);
    run_session(stream, served.gate, clock);
    served.last_deadline = stream.last_deadline;
    served.wrote_last = stream.wrote_last;
    served.closed = stream.closed;
    ByteSpan said = stream.output;
    said = said.subspan(std::min<std::size_t>(said.size(), 1 + 2 * 1536));
    wire::RtmpChunkReader reader;
    while (!said.empty()) {
        auto message = reader.next(said);
        REQUIRE(message);
        if (!*message) break;
        if ((*message)->type == RtmpType::CommandAmf0) {
            served.commands.push_back(*parse_rtmp_command(**message));
        }
        served.answers.push_back(**std::move(message));
    }
    served.chunk_size = reader.chunk_size();
}

/// One publish of headers() and second_of_media() that went well.
inline void check_whole_publish(Served& served) {
    CHECK(served.statuses() == std::vector<std::string>{"status NetStream.Publish.Start"});
    REQUIRE(served.got().requests.size() == 1);
    CHECK(served.got().requests[0].stream_key == "live_key");
    CHECK(served.got().requests[0].encoder == "FMLE/3.0 (test)");
    CHECK(served.got().epochs.size() == 1);
    CHECK(served.got().epochs[0].video->width == 64);
    CHECK(served.got().epochs[0].audio->sample_rate == 48000);
    CHECK(served.got().packets.size() == 75);
    CHECK(served.got().packets[0].keyframe);
    CHECK(served.got().ended_publications == 1);
    CHECK(served.got().open_publications == 0);
    CHECK(served.got().health.video_packets == 25);
    CHECK(served.got().health.audio_packets == 50);
    CHECK(served.got().health.last_warning.empty());
    CHECK(served.closed);
}

}  // namespace shopcast::ingest::testing
