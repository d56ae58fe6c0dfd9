#include <array>

#include "http/h2_test_client.hpp"
#include "http/test_tls_server.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

Router echo_router() {
    Router router;
    router.post(
        "/echo",
        [](Request& request) { return Response::text(std::string(as_text(request.body()))); },
        {.body_bytes_max = 50'000});
    return router;
}

/// What was heard of everybody: "127.0.0.1: too_slow 1", a line for each address.
std::string heard(const Refusals& refusals) {
    std::string out;
    for (const Refusals::Row& row : refusals.list(Refusals::Order::Most, 10)) {
        out += (out.empty() ? "" : "\n") + row.address + ":";
        for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
            if (row.counts[kind] == 0) continue;
            out.append(" ").append(to_string(static_cast<RefusalKind>(kind)));
            out += " " + std::to_string(row.counts[kind]);
        }
    }
    return out;
}

net::Proxies behind(const std::string& network, bool proxy_protocol) {
    const std::vector<std::string> one{network};
    return {.trusted = wire::IpNetworks::parse(one).value(), .proxy_protocol = proxy_protocol};
}

std::string post(std::string_view lines, std::string_view body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("whoever is refused before a route is heard of, honest people are not") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text, bool hang_up) {
            {
                auto client = co_await test.connect();
                if (!text.empty()) co_await client.send(text);
                if (!hang_up) {
                    const Answer answer = co_await client.receive();
                    if (answer.status == 200) co_return;
                    const bool ended = co_await client.at_end();
                    CHECK(ended);
                }
            }
            co_await test.until_connections(0);
        }
    };
    const ServerLimits usual;
    const ServerLimits hurried{.request_timeout = 1ms, .keep_alive_timeout = 1ms};
    const ServerLimits narrow{.bodies_per_address_bytes_max = 1'000};
    struct Case {
        std::string text;
        const ServerLimits& limits;
        bool hang_up;
        std::string_view heard;
    };
    const std::string ten_thousand(10'000, 'x');
    const std::vector<Case> table = {
        {"nonsense\r\n\r\n", usual, false, "127.0.0.1: malformed_http 1"},
        {"GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", usual, false, "127.0.0.1: malformed_http 1"},
        {"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a'), usual, false,
         "127.0.0.1: malformed_http 1"},
        {post("Transfer-Encoding: chunked\r\n", "x\r\n"), usual, false,
         "127.0.0.1: malformed_http 1"},
        {post("Content-Length: 50001\r\n", "abc"), usual, false, "127.0.0.1: invalid_input 1"},
        {post("Content-Length: 40000\r\n", ten_thousand), narrow, false, "127.0.0.1: busy 1"},
        {"GET /echo HTTP/1.1\r\nHos", hurried, false, "127.0.0.1: too_slow 1"},
        {post("Content-Length: 5\r\n", "ab"), hurried, false, "127.0.0.1: too_slow 1"},
        {post("Transfer-Encoding: chunked\r\n", "5\r\nab"), hurried, false,
         "127.0.0.1: too_slow 1"},
        {"", hurried, false, ""},
        {"GET /echo HTTP/1.1\r\nHos", usual, true, ""},
        {post("Content-Length: 5\r\n", "abcde"), usual, false, ""},
        {"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", usual, false, ""},
    };
    for (const Case& each : table) {
        CAPTURE(each.text);
        Refusals refusals(system_clock());
        TestServer test(echo_router(), {.limits = each.limits, .refusals = &refusals});
        async::run_to_end(test.loop, Body::run(test, each.text, each.hang_up));
        CHECK(heard(refusals) == each.heard);
    }
}

TEST_CASE("whoever holds too many connections is heard of") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto first = co_await test.connect();
            for (int i = 0; i < 3; ++i) {
                auto more = co_await test.connect();
                const bool refused = co_await more.at_end();
                CHECK(refused);
            }
        }
    };
    Refusals refusals(system_clock());
    TestServer test(echo_router(),
                    {.limits = {.connections_per_address_max = 1}, .refusals = &refusals});
    async::run_to_end(test.loop, Body::run(test));
    CHECK(heard(refusals) == "127.0.0.1: too_many_connections 3");
}

TEST_CASE("whoever comes without a proxy's header is heard of, a look at the port is none") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text) {
            {
                auto client = co_await test.connect();
                if (!text.empty()) {
                    co_await client.send(text);
                    const bool ended = co_await client.at_end();
                    CHECK(ended);
                }
            }
            co_await test.until_connections(0);
        }
    };
    const std::string request = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto heard_of = [&](const std::string& network, const std::string& text) {
        Refusals refusals(system_clock());
        TestServer test(echo_router(), {.proxies = behind(network, true), .refusals = &refusals});
        async::run_to_end(test.loop, Body::run(test, text));
        return heard(refusals);
    };
    CHECK(heard_of("10.0.0.0/8", request) == "127.0.0.1: proxy_header 1");
    CHECK(heard_of("127.0.0.1", request) == "127.0.0.1: proxy_header 1");
    CHECK(heard_of("127.0.0.1", "") == "");
}

TEST_CASE("behind a proxy it is its client that is refused, and none for another's request") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            const std::string lines =
                "X-Forwarded-For: 2001:db8:1:2:3::4\r\nContent-Length: 50001\r\n";
            auto client = co_await test.connect();
            Answer answer = co_await client.exchange(post(lines, ""));
            CHECK(answer.status == 413);
            auto kept = co_await test.connect();
            answer = co_await kept.get("/nothing", "X-Forwarded-For: 203.0.113.7\r\n");
            CHECK(answer.status == 404);
            answer = co_await kept.exchange("nonsense\r\n\r\n");
            CHECK(answer.status == 400);
        }
    };
    Refusals refusals(system_clock());
    TestServer test(echo_router(), {.proxies = behind("127.0.0.1", false), .refusals = &refusals});
    async::run_to_end(test.loop, Body::run(test));
    const std::string all = heard(refusals);
    CHECK(all.contains("2001:db8:1:2::/64: invalid_input 1"));
    CHECK(all.contains("127.0.0.1: malformed_http 1"));
    CHECK_FALSE(all.contains("203.0.113.7"));
}

TEST_CASE("whoever speaks no TLS to the TLS port is heard of, a look at the port is none") {
    struct Body {
        static async::Task<void> run(TlsServer& test, std::string text) {
            {
                auto client = co_await test.connect_plain();
                if (!text.empty()) {
                    (void)co_await client->write(as_bytes(text));
                    std::array<std::byte, 64> buffer;
                    for (bool open = true; open;) {
                        const auto count = co_await client->read_some(buffer);
                        open = count.has_value();
                    }
                }
            }
            co_await test.until_connections(0);
        }
    };
    const auto heard_of = [](const std::string& text) {
        Refusals refusals(system_clock());
        TlsServer test(echo_router(), {.refusals = &refusals});
        async::run_to_end(test.loop, Body::run(test, text));
        return heard(refusals);
    };
    CHECK(heard_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") == "127.0.0.1: failed_handshake 1");
    CHECK(heard_of("") == "");
}

TEST_CASE("whoever floods HTTP/2, or breaks it, is heard of once a connection") {
    struct Body {
        static async::Task<void> run(TlsServer& test, std::string frames) {
            {
                H2Client client = co_await H2Client::open(test);
                co_await client.send_text(std::move(frames));
                (void)co_await client.goodbye();
                // What comes behind the last word is not looked at.
                co_await client.send(NGHTTP2_PING, 0, 0, "12345678");
                const H2Frame end = co_await client.next();
                CHECK(end.type == H2Frame::none);
            }
            co_await test.until_connections(0);
        }
    };
    std::string pings;
    for (int i = 0; i < 900; ++i) pings += H2Client::frame(NGHTTP2_PING, 0, 0, "12345678");
    const auto heard_of = [](const std::string& frames, ServerLimits limits = {}) {
        Refusals refusals(system_clock());
        TlsServer test(echo_router(), {.limits = limits, .refusals = &refusals});
        async::run_to_end(test.loop, Body::run(test, frames));
        return heard(refusals);
    };
    CHECK(heard_of(pings) == "127.0.0.1: flood 1");
    // HEADERS that do not end.
    CHECK(heard_of(H2Client::frame(NGHTTP2_HEADERS, 0, 1, ""), {.request_timeout = 1ms}) ==
          "127.0.0.1: too_slow 1");
}

TEST_CASE("a request of HTTP/2 that is refused before its route is heard of") {
    struct Body {
        static async::Task<void> run(TlsServer& test) {
            H2Client client = co_await H2Client::open(test);
            co_await client.send_get(1, "/%2e%2e/x");
            H2Answer answer = co_await client.answer(1);
            CHECK(answer.status == 400);
            co_await client.send(
                NGHTTP2_HEADERS, H2Client::headers_end, 3,
                Fields::request("POST", "/echo").add("content-length", "50001").bytes());
            answer = co_await client.answer(3);
            CHECK(answer.status == 413);
        }
    };
    Refusals refusals(system_clock());
    TlsServer test(echo_router(), {.refusals = &refusals});
    async::run_to_end(test.loop, Body::run(test));
    CHECK(heard(refusals) == "127.0.0.1: invalid_input 1 malformed_http 1");
}
