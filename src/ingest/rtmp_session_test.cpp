#include "ingest/rtmp_session.hpp"

#include <doctest/doctest.h>

#include "async/testing.hpp"
#include "ingest/limits.hpp"
#include "ingest/scripted_encoder.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using namespace shopcast::ingest::testing;

TEST_CASE("item 16: a whole publish as ffmpeg and OBS do it, in any portions") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").chunk_size(4096).headers().second_of_media();
    encoder.call("FCUnpublish", 6, {Amf0Value(), "live_key"}).call("deleteStream", 7, {});
    for (const std::size_t portion : {std::size_t{1}, std::size_t{13}, SIZE_MAX}) {
        Served served;
        serve_into(served, encoder, portion);
        auto statuses = served.statuses();
        REQUIRE(statuses.size() == 2);
        CHECK(statuses[1] == "status NetStream.Unpublish.Success");
        CHECK(served.find("_result", 2) != nullptr);
        CHECK(served.find("_result", 3) != nullptr);
        CHECK(served.find("_result", 4)->argument(1) == Amf0Value(1.0));
        CHECK(served.find("_result", 6) != nullptr);
        CHECK(served.find("onFCPublish") != nullptr);
        CHECK(served.find("onFCUnpublish") != nullptr);
        CHECK(served.got().packets.size() == 75);
        CHECK(served.got().ended_publications == 1);
    }
}

TEST_CASE("item 16: a publish as Flash and librtmp tools do it, without release and FC calls") {
    Encoder encoder;
    encoder.connect().call("createStream", 2, {Amf0Value()});
    encoder.call("publish", 0, {Amf0Value(), "live_key", "live"}, 1).headers().second_of_media();
    Served served;
    serve_into(served, encoder);
    check_whole_publish(served);
}

TEST_CASE("item 16: Haivision's _checkbw and unknown calls are answered") {
    Encoder encoder;
    encoder.call("_checkbw", 9, {Amf0Value()}).connect();
    encoder.call("FCSubscribe", 10, {Amf0Value(), "x"}).call("onNothing", 0, {});
    encoder.call("_result", 11, {Amf0Value()}).fmle_publish("live_key").headers().second_of_media();
    Served served;
    serve_into(served, encoder);
    check_whole_publish(served);
    CHECK(served.find("_result", 9) != nullptr);
    CHECK(served.find("_result", 10) != nullptr);
    CHECK(served.find("_result", 11) == nullptr);
}

TEST_CASE("items 10, 11, 15: connect is answered with window, bandwidth, chunk size and success") {
    Encoder encoder;
    encoder.connect();
    Served served;
    serve_into(served, encoder);
    REQUIRE(served.answers.size() == 3);
    CHECK(served.answers[0].type == RtmpType::WindowAckSize);
    CHECK(served.answers[1].type == RtmpType::SetPeerBandwidth);
    CHECK(served.chunk_size == limits::rtmp_chunk_bytes_out);
    const RtmpCommand* result = served.find("_result", 1);
    REQUIRE(result != nullptr);
    const Amf0Object* properties = result->argument(0).as_object();
    CHECK(properties->number("capabilities") == 31);
    CHECK(properties->text("fmsVer").value_or("").starts_with("FMS/"));
    const Amf0Object* information = result->argument(1).as_object();
    CHECK(information->text("code") == "NetConnection.Connect.Success");
    CHECK(information->number("objectEncoding") == 0);
    CHECK(information->find("fourCcList") == nullptr);
}

TEST_CASE("item 15: Enhanced RTMP is answered to those who speak it, with what we carry") {
    Encoder encoder;
    encoder.connect("live", {.properties = {{"fourCcList", wire::Amf0Array{{"hvc1", "av01"}}},
                                            {"objectEncoding", 3.0}}});
    Served served;
    serve_into(served, encoder);
    const Amf0Object* information = served.find("_result", 1)->argument(1).as_object();
    CHECK(*information->find("fourCcList") == Amf0Value(wire::Amf0Array{{"avc1", "mp4a"}}));
    CHECK(information->find("videoFourCcInfoMap")->as_object()->number("avc1") == 4);
    CHECK(information->find("audioFourCcInfoMap")->as_object()->number("mp4a") == 4);
    CHECK(information->number("capsEx") == 13);
    CHECK(information->number("objectEncoding") == 3);
}

TEST_CASE("item 15: an unknown application is refused in words, at connect") {
    Encoder encoder;
    encoder.connect("vod").fmle_publish("live_key");
    Served served;
    serve_into(served, encoder);
    const RtmpCommand* error = served.find("_error", 1);
    REQUIRE(error != nullptr);
    const auto words = error->argument(1).as_object()->text("description");
    CHECK(words.value_or("").find("/live") != std::string::npos);
    CHECK(served.got().requests.empty());
    CHECK(served.wrote_last);
}

TEST_CASE("item 17: the key is the last part of the name, without query, or of the app") {
    for (const auto& [app, name] : std::vector<std::pair<std::string, std::string>>{
             {"live", "live_key"},
             {"live/", "/live_key"},
             {"live?vhost=x", "live_key?bandwidthtest=true&x=/y"},
             {"live", "instance/live_key/"},
             {"live/instance", "live_key"},
             {"/live/live_key", ""},
             {"live/live_key?x=1", "?token=2"},
             {"live", "live%5Fkey"}}) {
        Encoder encoder;
        encoder.connect(app).fmle_publish(name);
        Served served;
        serve_into(served, encoder);
        CAPTURE(app);
        CAPTURE(name);
        REQUIRE(served.got().requests.size() == 1);
        CHECK(served.got().requests[0].stream_key == "live_key");
        CHECK(served.got().requests[0].app == "live");
    }
    Encoder encoder;
    encoder.connect("live").fmle_publish("");
    Served served;
    serve_into(served, encoder);
    CHECK(served.statuses() == std::vector<std::string>{"error NetStream.Publish.Denied"});
}

TEST_CASE("item 17: a refused key never sees Publish.Start, and is told why") {
    const std::vector<std::pair<Errc, std::string>> cases = {
        {Errc::Unauthorized, "error NetStream.Publish.Denied"},
        {Errc::Conflict, "error NetStream.Publish.BadName"},
        {Errc::Busy, "error NetStream.Publish.Rejected"}};
    for (const auto& [code, status] : cases) {
        Encoder encoder;
        encoder.connect().fmle_publish("live_key").headers().second_of_media();
        Served served;
        served.gate.refusal = Error{code, "No, because."};
        serve_into(served, encoder);
        CHECK(served.statuses() == std::vector<std::string>{status});
        CHECK(served.last_words() == "No, because.");
        CHECK(served.got().packets.empty());
        CHECK(served.wrote_last);  // the words are on their way before the connection is cut
        CHECK(served.closed);
    }
}

TEST_CASE("item 18: each way of ending ends the publish, and the connection can publish again") {
    for (const char* way : {"FCUnpublish", "deleteStream", "closeStream"}) {
        Encoder encoder;
        encoder.connect().fmle_publish("live_key").headers().second_of_media();
        encoder.call(way, 6, {Amf0Value(), "live_key"}, 1).second_of_media(1000);
        encoder.call("createStream", 7, {Amf0Value()});
        encoder.call("publish", 8, {Amf0Value(), "live_key", "live"}, 1);
        encoder.headers().second_of_media(5000);
        Served served;
        serve_into(served, encoder);
        CAPTURE(way);
        CHECK(served.got().requests.size() == 2);
        CHECK(served.got().ended_publications == 2);
        CHECK(served.got().packets.size() == 150);
        CHECK(served.got().epochs.size() == 2);
    }
}

TEST_CASE("a second publish while one runs is refused") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").fmle_publish("other");
    Served served;
    serve_into(served, encoder);
    CHECK(served.statuses().back() == "error NetStream.Publish.BadName");
    CHECK(served.got().requests.size() == 1);
}

TEST_CASE("item 27: play is refused politely") {
    Encoder encoder;
    encoder.connect().call("createStream", 2, {Amf0Value()});
    encoder.call("play", 0, {Amf0Value(), "live_key"}, 1);
    Served served;
    serve_into(served, encoder);
    CHECK(served.statuses() == std::vector<std::string>{"error NetStream.Play.Failed"});
    CHECK(served.last_words().find("watch") != std::string::npos);
}

TEST_CASE("items 9, 11: pings are answered, and bytes acknowledged every half window") {
    Encoder encoder;
    encoder.connect();
    encoder.send(wire::rtmp_user_control(wire::RtmpEvent::PingRequest, 77));
    encoder.send(wire::rtmp_set_peer_bandwidth(5'000'000));
    encoder.send(wire::rtmp_window_ack_size(100'000));
    encoder.fmle_publish("live_key").headers();
    encoder.video(0, avc_key + std::string(40'000, '0'));  // 20 KB
    for (std::uint32_t i = 0; i < 10; ++i) {
        encoder.video(40 * i + 40, "27 01 000000 00004e20" + std::string(40'000, '1'));
    }
    Served served;
    serve_into(served, encoder, 1000);
    std::vector<std::uint32_t> acknowledged;
    int pongs = 0;
    int windows = 0;
    for (const RtmpMessage& message : served.answers) {
        if (message.type == RtmpType::Acknowledgement) {
            acknowledged.push_back(*wire::parse_rtmp_number(message.payload));
        }
        if (message.type == RtmpType::WindowAckSize) ++windows;
        if (message.type == RtmpType::UserControl) {
            const auto control = wire::parse_rtmp_user_control(message.payload);
            if (control->event == wire::RtmpEvent::PingResponse) pongs += control->value == 77;
        }
    }
    CHECK(pongs == 1);
    CHECK(windows == 2);
    REQUIRE(acknowledged.size() == 4);
    for (std::size_t i = 0; i < acknowledged.size(); ++i) {
        const auto ideal = static_cast<std::uint32_t>(50'000 * (i + 1));
        CHECK(acknowledged[i] >= ideal);
        CHECK(acknowledged[i] < ideal + 1000 * (i + 1));
    }
}

TEST_CASE("items 1, 18: deadlines by state: handshake, first packet, silence") {
    const SteadyTime start = StillClock().steady();
    const auto deadline_of = [](const Encoder& encoder) {
        Served served;
        serve_into(served, encoder, SIZE_MAX, Errc::Timeout);
        CHECK(served.closed);
        return served.last_deadline;
    };
    Encoder cut;
    cut.bytes.resize(100);
    CHECK(deadline_of(cut) == start + limits::rtmp_handshake_timeout);
    Encoder connected;
    connected.connect();
    CHECK(deadline_of(connected) == start + limits::rtmp_first_packet_timeout);
    Encoder silent;
    silent.connect().fmle_publish("live_key").headers();
    const auto opening_takes = RecordingGate().opening_takes;
    CHECK(deadline_of(silent) == start + opening_takes + limits::rtmp_first_packet_timeout);
    Encoder publishing;
    publishing.connect().fmle_publish("live_key").headers().second_of_media();
    CHECK(deadline_of(publishing) == start + opening_takes + limits::rtmp_silence_timeout);
    publishing.call("FCUnpublish", 6, {Amf0Value(), "live_key"});
    CHECK(deadline_of(publishing) == start + opening_takes + limits::rtmp_first_packet_timeout);
}

TEST_CASE("the server can end a publish with words, also in the middle of what it reads") {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers().second_of_media();
    Served served;
    served.gate.stop_after_packets = 10;
    serve_into(served, encoder, 100);
    CHECK(served.statuses().back() == "error NetStream.Publish.Rejected");
    CHECK(served.last_words() == "The operator ended this stream.");
    CHECK(served.got().ended_publications == 1);
    CHECK(served.got().packets.size() < 75);
}

TEST_CASE("protocol errors end the connection with words, not the process") {
    Encoder publish_first;
    publish_first.call("publish", 1, {Amf0Value(), "live_key", "live"}, 1);
    Encoder garbage;
    garbage.connect().bytes.insert(garbage.bytes.end(), 5000, std::byte{0xFF});
    Encoder large;  // before the key was shown
    large.connect().body(RtmpType::Video, 0, std::string(200'000, '0'));
    for (const Encoder* encoder : {&publish_first, &garbage, &large}) {
        Served served;
        serve_into(served, *encoder);
        CHECK(served.statuses().back() == "error NetConnection.Call.Failed");
        CHECK(served.closed);
        CHECK(served.got().requests.empty());
    }
    Encoder http;
    http.bytes = ByteVector(as_bytes("GET / HTTP/1.1\r\n\r\n").begin(),
                            as_bytes("GET / HTTP/1.1\r\n\r\n").end());
    Served served;
    serve_into(served, http);
    CHECK(served.closed);
}

TEST_CASE("stop() makes whatever is pending end now, once") {
    const StillClock clock;
    MemoryStream stream({}, 1, Errc::Closed);
    RecordingGate gate;
    SeededRandom random(1);
    const RtmpEnvironment environment{.gate = gate, .random = random, .clock = clock};
    RtmpSession session(stream, environment, 1);
    session.stop("Enough.");
    CHECK(stream.last_deadline == clock.now);
    stream.last_deadline = {};
    session.stop("Again.");
    CHECK(stream.last_deadline == SteadyTime{});
}

namespace {

/// What an encoder hears whose session is stopped or drained once it publishes.
std::string heard_at_the_end(Encoder encoder, bool drain) {
    async::Loop loop("test");
    auto pair = net::make_stream_pair(loop);
    REQUIRE(pair);
    RecordingGate gate;
    SeededRandom random(1);
    const RtmpEnvironment environment{.gate = gate, .random = random, .clock = system_clock()};
    RtmpSession session(*pair->first, environment, 1);

    struct Script {
        static async::Task<void> play(net::Stream& stream, RecordingGate& gate,
                                      RtmpSession& session, const ByteVector& bytes, bool drain,
                                      ByteVector& heard) {
            const auto written = co_await stream.write(ByteSpan(bytes));
            REQUIRE(written);
            ByteVector buffer(10'000);
            for (;;) {
                const auto count = co_await stream.read_some(buffer);
                if (!count) break;
                heard.insert(heard.end(), buffer.begin(),
                             buffer.begin() + static_cast<std::ptrdiff_t>(*count));
                if (gate.control == nullptr) continue;
                if (drain) {
                    session.drain("Enough.");
                } else {
                    gate.control->stop("Enough.");
                }
            }
            stream.close();
        }
    };
    ByteVector heard;
    loop.spawn(Script::play(*pair->second, gate, session, encoder.bytes, drain, heard));
    async::run_to_end(loop, session.run());
    CHECK(gate.recording.ended_publications == 1);
    CHECK(gate.recording.finished_publications == 0);
    return std::string(as_text(heard));
}

Encoder publishing(wire::Amf0Object properties = {}) {
    Encoder encoder;
    encoder.connect("live", std::move(properties)).fmle_publish("live_key");
    return encoder;
}

}  // namespace

TEST_CASE("stop() wakes a session that waits for its encoder") {
    const std::string heard = heard_at_the_end(publishing(), false);
    CHECK(heard.find("Enough.") != std::string::npos);
    CHECK(heard.find("NetStream.Publish.Rejected") != std::string::npos);
}

TEST_CASE("a server that goes away asks those to come back who understand it") {
    const auto reconnecting = [] { return publishing({.properties = {{"capsEx", 5.0}}}); };
    const std::string asked = heard_at_the_end(reconnecting(), true);
    CHECK(asked.find("NetConnection.Connect.ReconnectRequest") != std::string::npos);
    CHECK(asked.find("Enough.") != std::string::npos);
    CHECK(asked.find("NetStream.Publish.Rejected") == std::string::npos);

    const std::string stopped = heard_at_the_end(reconnecting(), false);
    CHECK(stopped.find("ReconnectRequest") == std::string::npos);
    const std::string others =
        heard_at_the_end(publishing({.properties = {{"capsEx", 4.0}}}), true);
    CHECK(others.find("ReconnectRequest") == std::string::npos);
    CHECK(others.find("NetStream.Publish.Rejected") != std::string::npos);
}

TEST_CASE("item 18: pings do not keep a silent publish alive") {
    /// Once media has come, each read of 100 bytes takes a second, and deadlines hold.
    struct SlowStream final : MemoryStream {
        SlowStream(ByteVector input, RecordingGate& its_gate, StillClock& its_clock)
            : MemoryStream(std::move(input), 100, Errc::Closed), gate(its_gate), clock(its_clock) {}
        async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) override {
            if (!gate.recording.packets.empty()) clock.now += std::chrono::seconds(1);
            if (clock.now <= last_deadline) return MemoryStream::read_some(into);
            timed_out = true;
            return Result<std::size_t>(fail(Errc::Timeout, "silence"));
        }
        RecordingGate& gate;
        StillClock& clock;
        bool timed_out = false;
    };
    for (const bool has_media : {true, false}) {
        StillClock clock;
        RecordingGate gate;
        SeededRandom random(1);
        const RtmpEnvironment environment{.gate = gate, .random = random, .clock = clock};
        Encoder encoder;
        encoder.connect().fmle_publish("live_key").headers().video(0, avc_key).audio(0, aac_frame);
        for (std::uint32_t i = 0; i < 100; ++i) {
            encoder.send(wire::rtmp_user_control(wire::RtmpEvent::PingRequest, i));
            if (has_media && i % 10 == 0) encoder.video(40 * i, avc_inter);
        }
        SlowStream stream(encoder.bytes, gate, clock);
        RtmpSession session(stream, environment, 1);
        bool done = false;
        testing::detail::run_detached(session.run(), done);
        REQUIRE(done);
        CHECK(stream.timed_out == !has_media);
    }
}
