#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;

namespace {

Router echo_router() {
    Router router;
    const auto echo = [](Request& request) {
        return Response::text(std::string(as_text(request.body())));
    };
    router.post("/echo", echo, {.body_bytes_max = 50'000});
    router.get("/hello", [](Request&) { return Response::text("hello"); });
    return router;
}

std::string post(const std::string& lines, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body;
}

std::string sized(const std::string& body) {
    return post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

/// Sends `text` in two packets, cut at `cut`, and gives the answer's body.
async::Task<std::string> torn(TestServer& test, TestClient& client, std::string text,
                              std::size_t cut) {
    co_await client.send(text.substr(0, cut));
    co_await async::turns(test.loop, 4);
    co_await client.send(text.substr(cut));
    const Answer answer = co_await client.receive();
    co_return answer.body;
}

}  // namespace

TEST_CASE("bodies with a length arrive whole, wherever they are torn") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            const std::string small = sized("0123456789");
            for (std::size_t cut = 1; cut < small.size(); ++cut) {
                const std::string body = co_await torn(test, client, small, cut);
                CHECK(body == "0123456789");
            }
            const std::string large(50'000, 'x');
            const std::string body = co_await torn(test, client, sized(large), 3'000);
            CHECK(body == large);
            // The next request begins right behind a body.
            co_await client.send(sized("a") + sized("bc") + sized("") +
                                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            std::string all;
            for (int i = 0; i < 4; ++i) {
                const Answer answer = co_await client.receive();
                all += answer.body + ".";
            }
            CHECK(all == "a.bc..hello.");
        }
    };
    TestServer test(echo_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("chunked bodies arrive whole, wherever they are torn") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            const std::string text = post("Transfer-Encoding: chunked\r\n",
                                          "4\r\nWiki\r\n5;x\r\npedia\r\n0\r\nA: b\r\n\r\n");
            for (std::size_t cut = 1; cut < text.size(); ++cut) {
                const std::string body = co_await torn(test, client, text, cut);
                CHECK(body == "Wikipedia");
            }
            co_await client.send(text + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            Answer answer = co_await client.receive();
            CHECK(answer.body == "Wikipedia");
            answer = co_await client.receive();
            CHECK(answer.body == "hello");
        }
    };
    TestServer test(echo_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("Expect: 100-continue is answered before the body is sent") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            co_await client.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
            Answer answer = co_await client.receive();
            CHECK(answer.status == 100);
            answer = co_await client.exchange("abc");
            CHECK(answer.status == 200);
            CHECK(answer.body == "abc");
        }
    };
    TestServer test(echo_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("a body too large is refused before it is read, and the client can read why") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text) {
            auto client = co_await test.connect();
            const Answer answer = co_await client.exchange(std::move(text));
            CHECK(answer.status == 413);
            CHECK(answer.header("Connection") == "close");
            CHECK(answer.body.contains("body_too_large"));
            // A client that goes on sending is listened to for a while, not reset.
            co_await client.send(std::string(10'000, 'x'));
            const bool ended = co_await client.at_end();
            CHECK(ended);
        }
    };
    const std::string chunk = "c350\r\n" + std::string(50'000, 'x') + "\r\n";
    for (const std::string& text :
         {post("Content-Length: 50001\r\n", "abc"), post("Content-Length: 99999999999999\r\n", ""),
          post("Transfer-Encoding: chunked\r\n", chunk + "1\r\n")}) {
        TestServer test(echo_router());
        async::run_to_end(test.loop, Body::run(test, text));
    }
}

TEST_CASE("what cannot be understood is answered and ends the connection") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text, int status) {
            auto client = co_await test.connect();
            const Answer answer = co_await client.exchange(std::move(text));
            CHECK(answer.status == status);
            CHECK(answer.header("Connection") == "close");
            CHECK(answer.header("Content-Type") == "application/problem+json");
            const bool ended = co_await client.at_end();
            CHECK(ended);
        }
    };
    const std::vector<std::pair<std::string, int>> table = {
        {"nonsense\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
         "chunked\r\n\r\n",
         400},
        {"GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        {post("Transfer-Encoding: gzip\r\n", ""), 501},
        {post("Transfer-Encoding: chunked\r\n", "x\r\n"), 400},
        {"GET /" + std::string(20'000, 'a'), 414},
        {"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a'), 431},
    };
    for (const auto& [text, status] : table) {
        CAPTURE(text.substr(0, 100));
        TestServer test(echo_router());
        async::run_to_end(test.loop, Body::run(test, text, status));
    }
}

TEST_CASE("a head larger than the idle buffer is read, and the buffer shrinks again") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            for (const std::size_t size : {100UL, 2'000UL, 9'000UL, 15'000UL, 10UL}) {
                const Answer answer =
                    co_await client.get("/hello", "X: " + std::string(size, 'v') + "\r\n");
                CHECK(answer.status == 200);
            }
        }
    };
    TestServer test(echo_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("who is not let in is told so before the body, of which nothing is read") {
    struct Body {
        static async::Task<void> run(TestServer& test, int& asked, int& handled) {
            auto client = co_await test.connect();
            co_await client.send(post("Content-Length: 40000\r\n", "begun"));
            const Answer refused = co_await client.receive();
            CHECK(refused.status == 401);
            CHECK(iequals(refused.header("Connection"), "close"));
            CHECK(handled == 0);
            auto friendly = co_await test.connect();
            co_await client_sends(test, friendly, std::string(40'000, 'x'));
            const Answer taken = co_await friendly.receive();
            CHECK(taken.body == "let in");
            CHECK(asked == 2);
            // What came with its head has cost nothing yet: the handler looks at it.
            co_await friendly.send(sized("x"));
            const Answer small = co_await friendly.receive();
            CHECK(small.body == "not asked");
            CHECK(asked == 2);
        }
        static async::Task<void> client_sends(TestServer& test, TestClient& client,
                                              std::string body) {
            const std::string text =
                post("Authorization: me\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                     body);
            co_await client.send(text.substr(0, 200));
            co_await async::turns(test.loop, 4);
            co_await client.send(text.substr(200));
        }
    };
    int asked = 0;
    int handled = 0;
    Router router;
    const auto handler = [&](Request& request) {
        ++handled;
        return Response::text(request.is_admitted() ? "let in" : "not asked");
    };
    const auto admit = [&](const Request& request) -> std::optional<Response> {
        ++asked;
        if (request.header("Authorization") == "me") return std::nullopt;
        return Response::problem(401, "sign_in_required", "Who are you?");
    };
    router.post("/echo", handler, {.body_bytes_max = 50'000, .admit = admit});
    TestServer test(std::move(router));
    async::run_to_end(test.loop, Body::run(test, asked, handled));
}

TEST_CASE("bodies on their way are so many bytes and no more, and give them back") {
    struct Body {
        static async::Task<void> begin(TestClient& client, std::size_t sent) {
            co_await client.send(post("Content-Length: 50000\r\n", std::string(sent, 'x')));
        }
        static async::Task<void> run(TestServer& test) {
            auto first = co_await test.connect();
            co_await begin(first, 30'000);
            co_await async::turns(test.loop, 8);
            auto second = co_await test.connect();
            co_await begin(second, 50'000);
            Answer answer = co_await second.receive();
            CHECK(answer.status == 503);
            CHECK(answer.body.contains("busy"));
            co_await first.send(std::string(20'000, 'x'));
            answer = co_await first.receive();
            CHECK(answer.status == 200);
            auto third = co_await test.connect();
            co_await begin(third, 50'000);
            answer = co_await third.receive();
            CHECK(answer.status == 200);
            CHECK(answer.body.size() == 50'000);
        }
    };
    TestServer test(echo_router(), {.limits = {.bodies_per_address_bytes_max = 60'000}});
    async::run_to_end(test.loop, Body::run(test));
}
