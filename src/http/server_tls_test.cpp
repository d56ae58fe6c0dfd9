#include <array>

#include "http/test_tls_server.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

Router hello_router() {
    Router router;
    router.get("/hello", [](Request&) { return Response::text("hello"); });
    return router;
}

}  // namespace

TEST_CASE("HTTP/1.1 over TLS, by ALPN or without it") {
    struct Body {
        static async::Task<void> run(TlsServer& test, std::string protocols) {
            auto plain = co_await test.connect_plain();
            auto client = net::tls_client(std::move(plain), {.protocols = protocols});
            const auto shaken = co_await client->handshake(5s);
            REQUIRE(shaken);
            CHECK(client->protocol() == (protocols.empty() ? "" : "http/1.1"));
            TestClient http(std::move(client));
            for (int i = 0; i < 2; ++i) {
                const Answer answer = co_await http.get("/hello");
                CHECK(answer.status == 200);
                CHECK(answer.body == "hello");
            }
        }
    };
    for (const char* protocols : {"", "\x08http/1.1"}) {
        TlsServer test(hello_router());
        async::run_to_end(test.loop, Body::run(test, protocols));
    }
}

TEST_CASE("who says nothing instead of a handshake is cut, and so is plain HTTP") {
    struct Body {
        static async::Task<void> run(TlsServer& test, std::string text) {
            auto client = co_await test.connect_plain();
            if (!text.empty()) (void)co_await client->write(as_bytes(text));
            std::array<std::byte, 64> buffer;
            for (bool open = true; open;) {
                const auto count = co_await client->read_some(buffer);
                open = count.has_value();
            }
            CHECK(test.server.connections() == 0);
        }
    };
    ServerOptions options;
    options.limits.handshake_timeout = 1ms;
    for (const char* text : {"", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        TlsServer test(hello_router(), options);
        async::run_to_end(test.loop, Body::run(test, text));
    }
}

TEST_CASE("draining does not wait for a handshake") {
    struct Body {
        static async::Task<void> run(TlsServer& test) {
            auto silent = co_await test.connect_plain();
            co_await test.until_connections(1);
            test.server.begin_drain();
            co_await test.until_connections(0);
            CHECK(test.server.connections() == 0);
        }
    };
    ServerOptions options;
    options.limits.handshake_timeout = 1h;
    TlsServer test(hello_router(), options);
    async::run_to_end(test.loop, Body::run(test));
}
