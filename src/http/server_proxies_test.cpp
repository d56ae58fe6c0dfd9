#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

/// Answers with the peer.
Router peer_router() {
    Router router;
    router.get("/peer",
               [](Request& request) { return Response::text(std::string(request.peer())); });
    return router;
}

ServerOptions behind(const std::string& network, bool proxy_protocol = false) {
    const std::vector<std::string> one{network};
    ServerOptions options;
    options.proxies = {.trusted = wire::IpNetworks::parse(one).value(),
                       .proxy_protocol = proxy_protocol,
                       .header_timeout = 5s};
    options.limits.connections_per_address_max = 2;
    return options;
}

constexpr std::string_view get_peer = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n";

std::string proxied(std::string_view client) {
    return "PROXY TCP4 " + std::string(client) + " 192.0.2.1 50312 80\r\n" + std::string(get_peer);
}

}  // namespace

TEST_CASE("X-Forwarded-For of a trusted proxy names the peer, for each request anew") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            Answer answer = co_await client.get("/peer", "X-Forwarded-For: 203.0.113.7\r\n");
            CHECK(answer.body == "203.0.113.7:0");
            answer = co_await client.get("/peer", "X-Forwarded-For: 198.51.100.2, 127.0.0.9\r\n");
            CHECK(answer.body == "198.51.100.2:0");
            answer = co_await client.get("/peer", "X-Forwarded-For: garbage\r\n");
            CHECK(answer.body.starts_with("127.0.0.1:"));
            answer = co_await client.get("/peer");
            CHECK(answer.body.starts_with("127.0.0.1:"));
        }
    };
    TestServer test(peer_router(), behind("127.0.0.0/8"));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("X-Forwarded-For of anybody else is not looked at") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            const Answer answer = co_await client.get("/peer", "X-Forwarded-For: 203.0.113.7\r\n");
            CHECK(answer.body.starts_with("127.0.0.1:"));
        }
    };
    TestServer test(peer_router(), behind("10.0.0.0/8"));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("a trusted proxy may hold any number of connections") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            std::vector<TestClient> clients;
            for (int i = 0; i < 5; ++i) clients.push_back(co_await test.connect());
            for (TestClient& client : clients) {
                const Answer answer = co_await client.get("/peer");
                CHECK(answer.status == 200);
            }
        }
    };
    TestServer test(peer_router(), behind("127.0.0.1"));
    async::run_to_end(test.loop, Body::run(test));
    CHECK(test.server.connections() == 0);
}

TEST_CASE("behind the PROXY protocol the limit is each client's own") {
    struct Body {
        static async::Task<int> status(TestServer& test, std::vector<TestClient>& clients,
                                       std::string_view address) {
            clients.push_back(co_await test.connect());
            co_await clients.back().send(proxied(address));
            const Answer answer = co_await clients.back().receive();
            if (answer.status == 200) CHECK(answer.body == std::string(address) + ":50312");
            co_return answer.status;
        }
        static async::Task<void> run(TestServer& test) {
            std::vector<TestClient> clients;
            std::vector<int> statuses;
            for (const char* address :
                 {"203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8"}) {
                statuses.push_back(co_await status(test, clients, address));
            }
            CHECK(statuses == std::vector{200, 200, 0, 200});
            clients.clear();
            co_await test.until_connections(0);
            const int again = co_await status(test, clients, "203.0.113.7");
            CHECK(again == 200);
        }
    };
    TestServer test(peer_router(), behind("127.0.0.1", true));
    async::run_to_end(test.loop, Body::run(test));
    CHECK(test.server.connections() == 0);
}

TEST_CASE("who must begin with a PROXY header and does not is cut") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text) {
            auto client = co_await test.connect();
            if (!text.empty()) co_await client.send(text);
            const bool ended = co_await client.at_end();
            CHECK(ended);
            co_await test.until_connections(0);
        }
    };
    ServerOptions hurried = behind("127.0.0.1", true);
    hurried.proxies.header_timeout = 1ms;
    const std::vector<std::tuple<const char*, ServerOptions, std::string>> table = {
        {"no header", behind("127.0.0.1", true), std::string(get_peer)},
        {"half a header", hurried, "PROXY TCP4 203.0"},
        {"silence", hurried, ""},
        {"no proxy of ours", behind("10.0.0.0/8", true), proxied("203.0.113.7")},
    };
    for (const auto& [what, options, text] : table) {
        CAPTURE(what);
        TestServer test(peer_router(), options);
        async::run_to_end(test.loop, Body::run(test, text));
    }
}

TEST_CASE("X-Forwarded-For behind the PROXY protocol is believed when its client is a proxy too") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string_view balancer_client,
                                     std::string_view expected) {
            auto client = co_await test.connect();
            co_await client.send("PROXY TCP4 " + std::string(balancer_client) +
                                 " 192.0.2.1 50312 80\r\nGET /peer HTTP/1.1\r\nHost: a\r\n"
                                 "X-Forwarded-For: 198.51.100.2\r\n\r\n");
            const Answer answer = co_await client.receive();
            CHECK(answer.body == expected);
        }
    };
    TestServer test(peer_router(), behind("127.0.0.0/8", true));
    async::run_to_end(test.loop, Body::run(test, "127.0.0.5", "198.51.100.2:0"));
    TestServer other(peer_router(), behind("127.0.0.0/8", true));
    async::run_to_end(other.loop, Body::run(other, "203.0.113.7", "203.0.113.7:50312"));
}
