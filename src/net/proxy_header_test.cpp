#include "net/proxy_header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "async/loop.hpp"
#include "async/testing.hpp"
#include "net/listener.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

Proxies trusting(const std::string& network, Milliseconds timeout = 10s) {
    const std::vector<std::string> one{network};
    return {.trusted = wire::IpNetworks::parse(one).value(),
            .proxy_protocol = true,
            .header_timeout = timeout};
}

/// What became of a connection that sent `pieces`, each when the one before it was read.
struct Outcome {
    std::string peer;   ///< or the error's code
    std::string bytes;  ///< behind the header
};

Task<void> exchange(Loop& loop, std::vector<std::string> pieces, const Proxies& proxies,
                    Outcome& out) {
    auto listener = Listener::bind(loop, {.host = "127.0.0.1"}).value();
    const Endpoint endpoint{.host = "127.0.0.1", .port = listener->port()};
    auto client = co_await connect(loop, endpoint, 5s);
    REQUIRE(client);
    auto accepted = co_await listener->accept();
    REQUIRE(accepted);
    for (const std::string& piece : pieces) co_await (*client)->write(as_bytes(piece));
    if (!pieces.empty()) (*client)->shut_down_write();
    const std::string real = (*accepted)->peer();
    auto peer = co_await read_proxy_header(loop, **accepted, proxies);
    if (!peer) {
        out.peer = to_string(peer.error().code);
        co_return;
    }
    const auto proxied = with_peer(std::move(*accepted), *std::move(peer));
    out.peer = proxied->peer() == real ? "itself" : proxied->peer();
    std::array<std::byte, 3> few{};
    for (;;) {
        const auto count = co_await proxied->read_some(few);
        if (!count) break;
        out.bytes += as_text(ByteSpan(few).first(*count));
    }
    const auto answered = co_await proxied->write(as_bytes("answer"));
    CHECK(answered);
    std::array<std::byte, 6> answer{};
    const auto count = co_await (*client)->read_some(answer);
    CHECK(count == 6);
}

Outcome outcome_of(std::vector<std::string> pieces, const Proxies& proxies) {
    Loop loop{"test"};
    Outcome out;
    run_to_end(loop, exchange(loop, std::move(pieces), proxies, out));
    return out;
}

}  // namespace

TEST_CASE("the stream behind the header has the client's address and every byte that follows") {
    const Proxies proxies = trusting("127.0.0.0/8");
    Outcome out = outcome_of({"PROXY TCP4 203.0.113.7 192.0.2.1 50312 80\r\nGET /"}, proxies);
    CHECK(out.peer == "203.0.113.7:50312");
    CHECK(out.bytes == "GET /");
    out =
        outcome_of({"PROXY TCP6 2001:db8::7 ", "::1 50312 80\r", "\nGET /", " HTTP/1.1"}, proxies);
    CHECK(out.peer == "[2001:db8::7]:50312");
    CHECK(out.bytes == "GET / HTTP/1.1");
    out = outcome_of({"PROXY UNKNOWN\r\n"}, proxies);
    CHECK(out.peer == "itself");
    CHECK(out.bytes.empty());
}

TEST_CASE("without a header, with half of one, or from a stranger there is no stream") {
    CHECK(outcome_of({"GET / HTTP/1.1\r\n"}, trusting("127.0.0.1")).peer == "malformed");
    CHECK(outcome_of({"PROXY TCP4 203.0.1"}, trusting("127.0.0.1")).peer == "closed");
    CHECK(outcome_of({}, trusting("127.0.0.1", 1ms)).peer == "timeout");
    CHECK(outcome_of({"PROXY UNKNOWN\r\n"}, trusting("10.0.0.0/8")).peer == "unauthorized");
}

TEST_CASE("only a listed address is trusted, and a unix socket never") {
    const Proxies proxies = trusting("10.0.0.0/8");
    CHECK(proxies.trusts("10.1.2.3:50312"));
    CHECK_FALSE(proxies.trusts("11.1.2.3:50312"));
    CHECK_FALSE(proxies.trusts("unix"));
    CHECK_FALSE(Proxies().trusts("127.0.0.1:50312"));
}
