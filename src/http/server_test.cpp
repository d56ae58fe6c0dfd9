#include "http/server.hpp"
#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <thread>

#include "async/wait_list.hpp"
#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

std::string content_of(std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('A' + i * 11 % 57);
    return out;
}

/// A memfd that closes with its last slice.
std::shared_ptr<const int> make_file(const std::string& content) {
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    REQUIRE(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    return {std::make_unique<int>(fd).release(), [](const int* owned) {
                ::close(*owned);
                std::default_delete<const int>()(owned);
            }};
}

Response file_response(const std::shared_ptr<const int>& file, std::uint64_t length) {
    static const auto block = HeaderBlock::make({{"Content-Type", "video/mp4"}}, "\"v1\"");
    return Response::file(block, {file, *file, 0, length}).accept_ranges();
}

Router small_router() {
    Router router;
    router.get("/hello", [](Request&) { return Response::text("hello"); });
    router.get("/echo/:name", [](Request& request) {
        return Response::text(std::string(request.param("name")) + "|" +
                              request.query("q").value_or("-"));
    });
    router.post("/echo/:name", [](Request& request) {
        return Response::text(std::string(as_text(request.body())));
    });
    router.get("/cors", [](Request&) { return Response::json("{}"); }, {.cors = true});
    return router;
}

}  // namespace

TEST_CASE("one connection carries many requests") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            for (int i = 0; i < 3; ++i) {
                const Answer answer = co_await client.get("/hello");
                CHECK(answer.status == 200);
                CHECK(answer.body == "hello");
                CHECK(answer.header("Content-Type") == "text/plain; charset=utf-8");
                CHECK(answer.header("X-Content-Type-Options") == "nosniff");
                CHECK(answer.header("Date").ends_with(" GMT"));
                CHECK_FALSE(answer.has("Connection"));
                CHECK_FALSE(answer.has("Access-Control-Allow-Origin"));
            }
            CHECK(test.server.connections() == 1);
            const Answer last = co_await client.get("/hello", "Connection: close\r\n");
            CHECK(last.header("Connection") == "close");
            const bool ended = co_await client.at_end();
            CHECK(ended);
        }
    };
    TestServer test(small_router());
    async::run_to_end(test.loop, Body::run(test));
    CHECK(test.server.connections() == 0);
}

TEST_CASE("pipelined requests are answered in order, even when they arrive torn") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            std::string text;
            for (int i = 0; i < 100; ++i) {
                text += "GET /echo/" + std::to_string(i) + "?q=%20 HTTP/1.1\r\nHost: a\r\n\r\n";
            }
            const std::size_t cut = text.size() / 2 + 7;
            co_await client.send(text.substr(0, cut));
            co_await async::turns(test.loop, 1);
            co_await client.send(text.substr(cut));
            for (int i = 0; i < 100; ++i) {
                const Answer answer = co_await client.receive();
                CHECK(answer.body == std::to_string(i) + "| ");
            }
        }
    };
    TestServer test(small_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("HEAD has the head of GET and no body; HTTP/1.0 closes unless asked") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            Answer answer =
                co_await client.exchange("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n", false);
            CHECK(answer.status == 200);
            CHECK(answer.header("Content-Length") == "5");
            answer =
                co_await client.exchange("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            CHECK(answer.body == "hello");
            CHECK(answer.header("Connection") == "keep-alive");
            answer = co_await client.exchange("GET /hello HTTP/1.0\r\n\r\n");
            CHECK(answer.header("Connection") == "close");
            const bool ended = co_await client.at_end();
            CHECK(ended);
        }
    };
    TestServer test(small_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("404, 405 with Allow, OPTIONS, and CORS where asked") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            Answer answer = co_await client.get("/nowhere");
            CHECK(answer.status == 404);
            CHECK(answer.header("Content-Type") == "application/problem+json");
            CHECK(answer.body.contains("\"code\":\"not_found\""));
            answer = co_await client.exchange("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            CHECK(answer.status == 405);
            CHECK(answer.header("Allow") == "GET, HEAD, OPTIONS");
            answer = co_await client.exchange("BREW /echo/x HTTP/1.1\r\nHost: a\r\n\r\n");
            CHECK(answer.status == 405);
            CHECK(answer.header("Allow") == "GET, HEAD, POST, OPTIONS");
            answer = co_await client.exchange("OPTIONS /cors HTTP/1.1\r\nHost: a\r\n\r\n");
            CHECK(answer.status == 204);
            CHECK_FALSE(answer.has("Content-Length"));
            CHECK(answer.header("Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS");
            CHECK(answer.header("Access-Control-Allow-Origin") == "*");
            answer = co_await client.get("/cors");
            CHECK(answer.header("Access-Control-Allow-Origin") == "*");
            CHECK(answer.header("Access-Control-Expose-Headers") == "Age, Date");
        }
    };
    TestServer test(small_router());
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("files go out whole, in ranges, or not at all") {
    struct Body {
        static async::Task<void> run(TestServer& test, const std::string& content) {
            auto client = co_await test.connect();
            Answer answer = co_await client.get("/part");
            CHECK(answer.status == 200);
            CHECK(answer.header("Accept-Ranges") == "bytes");
            CHECK(answer.body == content);
            answer = co_await client.get("/part", "Range: bytes=100-199\r\n");
            CHECK(answer.status == 206);
            CHECK(answer.header("Content-Range") ==
                  "bytes 100-199/" + std::to_string(content.size()));
            CHECK(answer.body == content.substr(100, 100));
            answer = co_await client.get("/part", "Range: bytes=-5\r\nIf-Range: \"v1\"\r\n");
            CHECK(answer.body == content.substr(content.size() - 5));
            answer = co_await client.get("/part", "Range: bytes=0-4\r\nIf-Range: \"v0\"\r\n");
            CHECK(answer.status == 200);
            answer = co_await client.get("/part", "Range: bytes=9999999-\r\n");
            CHECK(answer.status == 416);
            CHECK(answer.header("Content-Range") == "bytes */" + std::to_string(content.size()));
            CHECK(answer.body.empty());
            CHECK(answer.header("Cache-Control") == "no-store");
            answer = co_await client.get("/part", "If-None-Match: \"v0\", W/\"v1\"\r\n");
            CHECK(answer.status == 304);
            CHECK(answer.header("ETag") == "\"v1\"");
            CHECK_FALSE(answer.has("Content-Length"));
            answer = co_await client.exchange("HEAD /part HTTP/1.1\r\nHost: a\r\n\r\n", false);
            CHECK(answer.header("Content-Length") == std::to_string(content.size()));
            answer = co_await client.get("/bytes", "Range: bytes=1-2\r\n");
            CHECK(answer.status == 206);
            CHECK(answer.body == "bc");
        }
    };
    const std::string content = content_of(1'500'000);
    const auto file = make_file(content);
    Router router;
    router.get("/part", [&](Request&) { return file_response(file, content.size()); });
    router.get("/bytes",
               [](Request&) { return Response().body(Bytes(std::string("abc"))).accept_ranges(); });
    TestServer test(std::move(router));
    async::run_to_end(test.loop, Body::run(test, content));
    CHECK(file.use_count() == 1);  // no slice is left behind
}

TEST_CASE("a handler may hold the request until something happens") {
    struct Body {
        struct Held {
            std::unique_ptr<async::WaitList> list;
            std::size_t count = 0;
        };
        static async::Task<Response> hold(Held& held, Request& request, async::Loop& loop) {
            ++held.count;
            const auto outcome = co_await held.list->wait(loop.now() + 60s);
            const bool woken = outcome == async::WaitList::Outcome::Woken;
            co_return Response::text(std::string(request.target()), woken ? 200 : 503);
        }
        static async::Task<void> run(TestServer& test, Held& held) {
            std::vector<TestClient> clients;
            for (int i = 0; i < 50; ++i) {
                auto client = co_await test.connect();
                co_await client.send("GET /hold?" + std::to_string(i) +
                                     " HTTP/1.1\r\nHost: a\r\n\r\n");
                clients.push_back(std::move(client));
            }
            const auto all_held = [&held] { return held.count == 50; };
            co_await async::until(test.loop, all_held, "50 requests to hold");
            held.list->wake_all();
            for (std::size_t i = 0; i < clients.size(); ++i) {
                const Answer answer = co_await clients[i].receive();
                CHECK(answer.status == 200);
                CHECK(answer.body == "/hold?" + std::to_string(i));
            }
        }
    };
    Body::Held held;
    Router router;
    router.get("/hold",
               [&held](Request& request) { return Body::hold(held, request, request.loop()); });
    TestServer test(std::move(router));
    held.list = std::make_unique<async::WaitList>(test.loop);
    async::run_to_end(test.loop, Body::run(test, held));
}
