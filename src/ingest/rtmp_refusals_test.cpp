#include <doctest/doctest.h>

#include "async/testing.hpp"
#include "base/log_ring.hpp"
#include "ingest/limits.hpp"
#include "ingest/rtmp_server.hpp"
#include "ingest/scripted_encoder.hpp"
#include "net/tls_testing.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using namespace shopcast::ingest::testing;

namespace {

/// What was heard of the only address: "192.0.2.7: too_slow 1".
std::string heard(const Refusals& refusals) {
    const auto rows = refusals.list(Refusals::Order::Most, 10);
    if (rows.empty()) return "";
    CHECK(rows.size() == 1);
    std::string out = rows[0].address + ":";
    for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
        if (rows[0].counts[kind] == 0) continue;
        out.append(" ").append(to_string(static_cast<RefusalKind>(kind)));
        out += " " + std::to_string(rows[0].counts[kind]);
    }
    return out;
}

Encoder publishing() {
    Encoder encoder;
    encoder.connect().fmle_publish("live_key").headers().second_of_media();
    return encoder;
}

/// What is heard of an encoder whose connection ends with `end` when it has said all.
std::string heard_of(const Encoder& encoder, Errc end = Errc::Closed,
                     std::optional<Error> refusal = {}) {
    const StillClock clock;
    Refusals refusals(clock);
    MemoryStream stream(encoder.bytes, SIZE_MAX, end);
    RecordingGate gate;
    gate.refusal = std::move(refusal);
    run_session(stream, gate, clock, &refusals);
    return heard(refusals);
}

/// Connects, says `text`, and waits for the server to hang up; without text it hangs up itself.
async::Task<void> come(async::Loop& loop, std::string address, std::string text) {
    const auto endpoint = net::Endpoint::parse(address).value();
    auto stream = co_await net::connect(loop, endpoint, Milliseconds(5000));
    REQUIRE(stream);
    if (text.empty()) co_return;
    (*stream)->set_deadline(loop.now() + async::test_patience);
    (void)co_await (*stream)->write(as_bytes(text));
    ByteVector buffer(4096);
    for (bool open = true; open;) {
        const auto count = co_await (*stream)->read_some(buffer);
        open = count.has_value();
    }
}

async::Task<void> hold(async::Loop& loop, std::string address, std::size_t count,
                       const Refusals& refusals) {
    std::vector<std::unique_ptr<net::Stream>> held;
    const auto endpoint = net::Endpoint::parse(address).value();
    for (std::size_t i = 0; i < count; ++i) {
        auto stream = co_await net::connect(loop, endpoint, Milliseconds(5000));
        REQUIRE(stream);
        held.push_back(*std::move(stream));
    }
    const auto is_heard = [&refusals] { return refusals.addresses() > 0; };
    co_await async::until(loop, is_heard, "a refusal");
}

}  // namespace

TEST_CASE("strangers whom an RTMP session refuses are heard of, encoders with a key are not") {
    const Error unknown{Errc::Unauthorized, "No such key."};
    CHECK(heard_of(publishing(), Errc::Closed, unknown) == "192.0.2.7: wrong_stream_key 1");
    Encoder keyless;
    keyless.connect().fmle_publish("");
    CHECK(heard_of(keyless) == "192.0.2.7: wrong_stream_key 1");
    Encoder noise;
    noise.connect().bytes.insert(noise.bytes.end(), 5000, std::byte{0xFF});
    CHECK(heard_of(noise) == "192.0.2.7: malformed_rtmp 1");
    Encoder elsewhere;
    elsewhere.connect("vod");
    CHECK(heard_of(elsewhere) == "192.0.2.7: malformed_rtmp 1");
    Encoder player;
    player.connect().call("play", 2, {Amf0Value(), "live_key"}, 1);
    CHECK(heard_of(player) == "192.0.2.7: malformed_rtmp 1");
    Encoder silent;
    silent.bytes.resize(100);
    CHECK(heard_of(silent, Errc::Timeout) == "192.0.2.7: too_slow 1");

    CHECK(heard_of(silent) == "");
    CHECK(heard_of(publishing()) == "");
    CHECK(heard_of(publishing(), Errc::Timeout) == "");
    CHECK(heard_of(publishing(), Errc::Closed, Error{Errc::Conflict, "Another sends."}) == "");
}

TEST_CASE("what strangers do at the RTMP port fills no log") {
    const std::uint64_t before = log::recent().read(0, log::Level::Debug, 1).last_seq;
    const StillClock clock;
    Refusals refusals(clock);
    const Encoder encoder = publishing();
    for (int i = 0; i < 1'000; ++i) {
        MemoryStream stream(encoder.bytes, SIZE_MAX, Errc::Closed);
        RecordingGate gate;
        gate.refusal = Error{Errc::Unauthorized, "No such key."};
        run_session(stream, gate, clock, &refusals);
    }
    CHECK(heard(refusals) == "192.0.2.7: wrong_stream_key 1000");
    CHECK(log::recent().read(0, log::Level::Debug, 1).last_seq - before == 1);
}

TEST_CASE("an address beyond its share of the RTMP port is heard of") {
    async::Loop loop("test");
    RecordingGate gate;
    Refusals refusals(system_clock());
    RtmpServer server({{&loop, &gate}}, 8, {}, &refusals);
    REQUIRE(server.listen({.host = "127.0.0.1"}));
    async::run_to_end(
        loop, hold(loop, server.address(), limits::rtmp_strangers_per_address_max + 1, refusals));
    CHECK(heard(refusals) == "127.0.0.1: too_many_connections 1");
}

TEST_CASE(
    "whoever has no header or no TLS where it is wanted is heard of, a look at the port not") {
    const net::TestCertificateFolder folder("test.example");
    const auto certificates = net::CertificateFiles::open(folder.paths()).value();
    const auto heard_at = [&](net::Proxies proxies, bool tls, const std::string& text) {
        async::Loop loop("test");
        RecordingGate gate;
        Refusals refusals(system_clock());
        RtmpServer server({{&loop, &gate}}, 8, std::move(proxies), &refusals);
        REQUIRE(server.listen({.host = "127.0.0.1"}));
        REQUIRE(server.listen_tls({.host = "127.0.0.1"}, *certificates));
        const std::string address = tls ? server.tls_address() : server.address();
        async::run_to_end(loop, come(loop, address, text));
        return heard(refusals);
    };
    const std::vector<std::string> ours{"127.0.0.1"};
    const net::Proxies proxied{.trusted = wire::IpNetworks::parse(ours).value(),
                               .proxy_protocol = true};
    CHECK(heard_at({}, true, "no client hello") == "127.0.0.1: failed_handshake 1");
    CHECK(heard_at({}, true, "") == "");
    CHECK(heard_at(proxied, false, "no header\r\n") == "127.0.0.1: proxy_header 1");
    CHECK(heard_at(proxied, false, "") == "");
    CHECK(heard_at({.trusted = {}, .proxy_protocol = true}, false, "PROXY UNKNOWN\r\n") ==
          "127.0.0.1: proxy_header 1");
}
