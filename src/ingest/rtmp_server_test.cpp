#include "ingest/rtmp_server.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "async/testing.hpp"
#include "ingest/scripted_encoder.hpp"
#include "net/tls_testing.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using namespace shopcast::ingest::testing;

namespace {

struct Scene {
    async::Loop loop{"test"};
    RecordingGate gate;
    RtmpServer server;
    Encoder encoder;

    explicit Scene(std::size_t connections_max, net::Proxies proxies = {})
        : server({{&loop, &gate}}, connections_max, std::move(proxies)) {
        REQUIRE(server.listen({.host = "127.0.0.1"}));
        encoder.connect().fmle_publish("live_key").headers().second_of_media();
    }
    net::Endpoint endpoint() const { return {.host = "127.0.0.1", .port = server.port()}; }

    /// Publishes and reads until the server has said Publish.Start, or everything if refused.
    async::Task<bool> publish(std::unique_ptr<net::Stream>& stream, std::string header = {}) {
        auto connected = co_await net::connect(loop, endpoint(), Milliseconds(5000));
        if (!connected) co_return false;
        stream = *std::move(connected);
        co_return co_await publish_over(*stream, header);
    }
    async::Task<bool> publish_over(net::Stream& stream, std::string_view header = {}) {
        stream.set_deadline(loop.now() + async::test_patience);
        if (!header.empty()) (void)co_await stream.write(as_bytes(header));
        (void)co_await stream.write(ByteSpan(encoder.bytes));
        ByteVector heard;
        ByteVector buffer(4096);
        while (as_text(heard).find("NetStream.Publish.Start") == std::string_view::npos) {
            const auto count = co_await stream.read_some(buffer);
            if (!count) {
                // A server that neither takes the publish nor hangs up.
                CHECK(count.error().code != Errc::Timeout);
                co_return false;
            }
            heard.insert(heard.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(*count));
        }
        co_return true;
    }
};

net::Proxies behind_a_proxy() {
    const std::vector<std::string> ours{"127.0.0.1"};
    return {.trusted = wire::IpNetworks::parse(ours).value(), .proxy_protocol = true};
}

async::Task<void> two_where_one_fits(Scene& scene, bool& first_ok, bool& second_ok,
                                     bool& third_ok) {
    std::unique_ptr<net::Stream> first;
    std::unique_ptr<net::Stream> second;
    first_ok = co_await scene.publish(first);
    second_ok = co_await scene.publish(second);
    first->close();
    const auto has_ended = [&scene] { return scene.gate.recording.ended_publications > 0; };
    co_await async::until(scene.loop, has_ended, "the end of the first publish");
    co_await async::turns(scene.loop, 1);  // its connection ends behind it
    third_ok = co_await scene.publish(second);
}

async::Task<void> stop_then_connect(Scene& scene, bool& first_ok, bool& second_ok) {
    std::unique_ptr<net::Stream> first;
    std::unique_ptr<net::Stream> second;
    first_ok = co_await scene.publish(first);
    scene.server.stop_accepting();
    co_await scene.loop.yield();
    second_ok = co_await scene.publish(second);
}

async::Task<void> publish_and_listen(Scene& scene, bool& ok, std::string& words) {
    std::unique_ptr<net::Stream> stream;
    ok = co_await scene.publish(stream);
    ByteVector buffer(4096);
    for (;;) {
        const auto count = co_await stream->read_some(buffer);
        if (!count) co_return;
        words += as_text(ByteSpan(buffer).first(*count));
    }
}

/// `silent` connections of one address that say nothing, then encoders of it and of another.
async::Task<void> behind_silent_ones(Scene& scene, std::size_t silent, bool& same, bool& other) {
    std::vector<std::unique_ptr<net::Stream>> held;
    for (std::size_t i = 0; i < silent; ++i) {
        auto connected = co_await net::connect(scene.loop, scene.endpoint(), Milliseconds(5000));
        REQUIRE(connected);
        (void)co_await (*connected)
            ->write(as_bytes("PROXY TCP4 203.0.113.7 192.0.2.1 50312 1935\r\n"));
        held.push_back(*std::move(connected));
    }
    std::unique_ptr<net::Stream> of_other;
    std::unique_ptr<net::Stream> of_same;
    other = co_await scene.publish(of_other, "PROXY TCP4 203.0.113.8 192.0.2.1 50312 1935\r\n");
    same = co_await scene.publish(of_same, "PROXY TCP4 203.0.113.7 192.0.2.1 50313 1935\r\n");
}

async::Task<void> many_encoders(Scene& scene, std::size_t count, std::size_t& published) {
    std::vector<std::unique_ptr<net::Stream>> held(count);
    for (auto& stream : held) {
        const bool ok = co_await scene.publish(stream);
        if (ok) ++published;
    }
}

async::Task<void> with_and_without_header(Scene& scene, bool& without_ok, bool& with_ok) {
    std::unique_ptr<net::Stream> without;
    std::unique_ptr<net::Stream> with;
    without_ok = co_await scene.publish(without);
    with_ok = co_await scene.publish(with, "PROXY TCP4 203.0.113.7 192.0.2.1 50312 1935\r\n");
}

async::Task<void> publish_over_tls(Scene& scene, bool& wrong_cut, bool& ok) {
    const auto endpoint = net::Endpoint::parse(scene.server.tls_address()).value();
    auto plain = co_await net::connect(scene.loop, endpoint, Milliseconds(5000));
    REQUIRE(plain);
    const auto stream = net::tls_client(std::move(*plain));
    const auto shaken = co_await stream->handshake(Milliseconds(5000));
    REQUIRE(shaken);
    ok = co_await scene.publish_over(*stream);
    auto wrong = co_await net::connect(scene.loop, endpoint, Milliseconds(5000));
    REQUIRE(wrong);
    wrong_cut = !co_await scene.publish_over(**wrong);
}

async::Task<void> publish_through_proxy_over_tls(Scene& scene, bool& ok) {
    const auto endpoint = net::Endpoint::parse(scene.server.tls_address()).value();
    auto plain = co_await net::connect(scene.loop, endpoint, Milliseconds(5000));
    REQUIRE(plain);
    const std::string header = "PROXY TCP4 203.0.113.7 192.0.2.1 50312 1936\r\n";
    const auto written = co_await (*plain)->write(as_bytes(header));
    REQUIRE(written);
    const auto stream = net::tls_client(std::move(*plain));
    const auto shaken = co_await stream->handshake(Milliseconds(5000));
    REQUIRE(shaken);
    ok = co_await scene.publish_over(*stream);
}

}  // namespace

TEST_CASE("encoders connect over TLS; who speaks RTMP to that port is turned away") {
    const net::TestCertificateFolder folder("test.example");
    const auto certificates = net::CertificateFiles::open(folder.paths()).value();
    Scene scene(8);
    REQUIRE(scene.server.listen_tls({.host = "127.0.0.1"}, *certificates));
    bool ok = false;
    bool wrong_cut = false;
    async::run_to_end(scene.loop, publish_over_tls(scene, wrong_cut, ok));
    CHECK(ok);
    CHECK(wrong_cut);
    CHECK(scene.gate.recording.requests.size() == 1);
}

TEST_CASE("a proxy's header stands before TLS, and the encoder has its own address behind both") {
    const net::TestCertificateFolder folder("test.example");
    const auto certificates = net::CertificateFiles::open(folder.paths()).value();
    const std::vector<std::string> trusted{"127.0.0.1"};
    Scene scene(8, {.trusted = wire::IpNetworks::parse(trusted).value(), .proxy_protocol = true});
    REQUIRE(scene.server.listen_tls({.host = "127.0.0.1"}, *certificates));
    bool ok = false;
    async::run_to_end(scene.loop, publish_through_proxy_over_tls(scene, ok));
    CHECK(ok);
    REQUIRE(scene.gate.recording.requests.size() == 1);
    CHECK(scene.gate.recording.requests[0].peer == "203.0.113.7:50312");
}

TEST_CASE("encoders connect over TCP; above the limit they are turned away until one leaves") {
    Scene scene(1);
    CHECK(scene.server.address() == "127.0.0.1:" + std::to_string(scene.server.port()));
    bool first = false;
    bool second = false;
    bool third = false;
    async::run_to_end(scene.loop, two_where_one_fits(scene, first, second, third));
    CHECK(first);
    CHECK_FALSE(second);
    CHECK(third);
    CHECK(scene.gate.recording.requests.size() == 3);  // the second one's key was right as well
    CHECK(scene.gate.recording.requests[0].peer.starts_with("127.0.0.1:"));
    CHECK(scene.gate.recording.requests[0].connection_id == 1);
    CHECK(scene.gate.recording.open_publications == 0);
}

TEST_CASE("an address that says nothing keeps no encoder of another out") {
    const auto play = [](std::size_t silent, bool same_gets_in) {
        Scene scene(8, behind_a_proxy());
        bool same = false;
        bool other = false;
        async::run_to_end(scene.loop, behind_silent_ones(scene, silent, same, other));
        CHECK(other);
        CHECK(same == same_gets_in);
    };
    play(limits::rtmp_strangers_per_address_max - 1, true);
    play(limits::rtmp_strangers_per_address_max + 10, false);
}

TEST_CASE("an encoder whose key was right is no stranger any more") {
    constexpr std::size_t many = limits::rtmp_strangers_per_address_max + 3;
    Scene scene(many);
    std::size_t published = 0;
    async::run_to_end(scene.loop, many_encoders(scene, many, published));
    CHECK(published == many);
}

TEST_CASE("drain() tells every encoder why, and waits until they have left") {
    Scene scene(8);
    bool first = false;
    std::string words;
    scene.loop.spawn(publish_and_listen(scene, first, words));
    std::thread thread([&scene] { scene.loop.run(); });
    async::block_until([&scene] { return scene.gate.was_asked.load(); }, "a publish");
    CHECK(scene.server.drain("Back in a moment.", Milliseconds(60'000)) == 0);
    scene.loop.stop();
    thread.join();
    CHECK(first);
    CHECK(words.find("Back in a moment.") != std::string::npos);
    CHECK(scene.gate.recording.ended_publications == 1);
}

TEST_CASE("stop_accepting() lets those who are there go on") {
    Scene scene(8);
    bool first = false;
    bool second = false;
    async::run_to_end(scene.loop, stop_then_connect(scene, first, second));
    CHECK(first);
    CHECK_FALSE(second);
    CHECK(scene.gate.recording.ended_publications == 1);
}

TEST_CASE("behind the PROXY protocol an encoder has its own address, and none comes without it") {
    // The one that was refused gave its place back.
    Scene scene(1, behind_a_proxy());
    bool without = true;
    bool with = false;
    async::run_to_end(scene.loop, with_and_without_header(scene, without, with));
    CHECK_FALSE(without);
    CHECK(with);
    REQUIRE(scene.gate.recording.requests.size() == 1);
    CHECK(scene.gate.recording.requests[0].peer == "203.0.113.7:50312");
}
