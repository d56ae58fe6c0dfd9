#include <sys/mman.h>

#include <atomic>
#include <thread>

#include "async/wait_list.hpp"
#include "base/limits.hpp"
#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

Router hello_router() {
    Router router;
    router.get("/hello", [](Request&) { return Response::text("hello"); });
    return router;
}

ServerOptions with(ServerLimits limits) {
    ServerOptions options;
    options.limits = limits;
    return options;
}

}  // namespace

TEST_CASE("who sends no request, or half of one, or none after the first, is cut") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::string text, int status) {
            auto client = co_await test.connect();
            if (!text.empty()) co_await client.send(text);
            const Answer answer = co_await client.receive();
            CHECK(answer.status == status);
            const bool ended = co_await client.at_end();
            CHECK(ended);
        }
    };
    const auto limits = with({.request_timeout = 1ms, .keep_alive_timeout = 1ms});
    const std::vector<std::pair<std::string, int>> table = {
        {"", 0},
        {"GET /hello HTTP/1.1\r\nHos", 0},
        {"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", 0},
        {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    };
    for (const auto& [text, status] : table) {
        CAPTURE(text);
        TestServer test(hello_router(), limits);
        async::run_to_end(test.loop, Body::run(test, text, status));
    }
}

TEST_CASE("a reader that does not read is cut, and its slice released") {
    struct Body {
        static async::Task<void> run(TestServer& test, std::weak_ptr<const void> slice,
                                     const bool& asked) {
            auto client = co_await test.connect();
            co_await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            const auto is_asked = [&asked] { return asked; };
            co_await async::until(test.loop, is_asked, "the request");
            co_await test.until_connections(0);
            CHECK(slice.use_count() == 1);
        }
    };
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    constexpr std::size_t size = 64 * limits::MiB;
    REQUIRE(::ftruncate(fd, size) == 0);
    const auto owner = std::make_shared<const int>(fd);
    bool asked = false;
    Router router;
    router.get("/large", [owner = std::weak_ptr(owner), fd, &asked](Request&) {
        asked = true;
        return Response().body(FileSlice{owner.lock(), fd, 0, size});
    });
    TestServer test(std::move(router), with({.write_timeout = 1ms}));
    async::run_to_end(test.loop, Body::run(test, owner, asked));
    ::close(fd);
}

TEST_CASE("an address may hold so many connections and no more") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            {
                auto first = co_await test.connect();
                auto second = co_await test.connect();
                auto third = co_await test.connect();
                const bool refused = co_await third.at_end();
                CHECK(refused);
                const Answer answer = co_await second.get("/hello");
                CHECK(answer.status == 200);
            }
            co_await test.until_connections(0);
            auto again = co_await test.connect();
            const Answer answer = co_await again.get("/hello");
            CHECK(answer.status == 200);
        }
    };
    TestServer test(hello_router(), with({.connections_per_address_max = 2}));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("above connections_max the next one waits for a place") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto first = co_await test.connect();
            auto second = co_await test.connect();
            co_await second.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            Answer answer = co_await first.get("/hello");
            CHECK(answer.status == 200);
            CHECK(test.server.connections() == 1);
            answer = co_await first.get("/hello", "Connection: close\r\n");
            CHECK(answer.status == 200);
            answer = co_await second.receive();
            CHECK(answer.status == 200);
        }
    };
    TestServer test(hello_router(), with({.connections_max = 1}));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("draining ends idle connections, finishes busy ones and accepts no more") {
    struct Body {
        static async::Task<Response> hold(async::WaitList& list, bool& held) {
            held = true;
            co_await list.wait(SteadyTime::max());
            co_return Response::text("done");
        }
        static async::Task<void> run(TestServer& test, async::WaitList& list, bool& held) {
            auto idle = co_await test.connect();
            auto busy = co_await test.connect();
            const Answer first = co_await idle.get("/hello");
            CHECK(first.status == 200);
            co_await busy.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
            const auto is_held = [&held] { return held; };
            co_await async::until(test.loop, is_held, "a request to hold");
            test.server.begin_drain();
            const bool ended = co_await idle.at_end();
            CHECK(ended);
            CHECK(test.server.connections() == 1);
            list.wake_all();
            const Answer answer = co_await busy.receive();
            CHECK(answer.body == "done");
            CHECK(answer.header("Connection") == "close");
            const auto endpoint = net::Endpoint::parse(test.server.address()).value();
            const auto late = co_await net::connect(test.loop, endpoint, 1s);
            CHECK_FALSE(late);
        }
    };
    std::unique_ptr<async::WaitList> list;
    bool held = false;
    Router router = hello_router();
    router.get("/hold", [&](Request&) { return Body::hold(*list, held); });
    TestServer test(std::move(router));
    list = std::make_unique<async::WaitList>(test.loop);
    async::run_to_end(test.loop, Body::run(test, *list, held));
}

TEST_CASE("stopping the loop ends whatever its connections are doing") {
    struct Body {
        struct Asked {
            bool hold = false;
            bool large = false;
        };
        static async::Task<Response> hold(Request& request, Asked& asked) {
            async::WaitList list(request.loop());
            asked.hold = true;
            co_await list.wait(SteadyTime::max());
            co_return Response::text("never read");
        }
        static async::Task<void> run(TestServer& test, std::vector<TestClient>& clients,
                                     const Asked& asked) {
            for (const char* text : {"", "GET /ho", "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n",
                                     "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"}) {
                clients.push_back(co_await test.connect());
                if (*text != '\0') co_await clients.back().send(text);
            }
            co_await test.until_connections(4);
            const auto all_asked = [&asked] { return asked.hold && asked.large; };
            co_await async::until(test.loop, all_asked, "both requests");
            // The handler has answered; the connection begins to write.
            co_await async::turns(test.loop, 1);
        }
    };
    const Bytes large(std::string(32 * limits::MiB, 'x'));
    std::vector<TestClient> clients;
    Body::Asked asked;
    Router router;
    router.get("/hold", [&](Request& request) { return Body::hold(request, asked); });
    router.get("/large", [&](Request&) {
        asked.large = true;
        return Response().body(large);
    });
    {
        TestServer test(std::move(router));
        async::run_to_end(test.loop, Body::run(test, clients, asked));
        CHECK(test.server.connections() == 0);
        clients.clear();
    }
}

TEST_CASE("two loops serve one address; drain is called from outside") {
    struct Body {
        static async::Task<void> visit(async::Loop& loop, const Server& server,
                                       std::atomic<int>& answered) {
            auto client = co_await TestClient::open(loop, server);
            const Answer answer = co_await client.get("/hello");
            if (answer.status == 200) ++answered;
            co_await client.at_end();
        }
    };
    async::Loop a("a"), b("b"), outside("client");
    std::atomic<int> answered = 0;
    Server server({&a, &b}, hello_router());
    REQUIRE(server.listen(net::Endpoint::parse("127.0.0.1:0").value()));
    std::thread thread_a([&] { a.run(); });
    std::thread thread_b([&] { b.run(); });
    for (int i = 0; i < 40; ++i) outside.spawn(Body::visit(outside, server, answered));
    std::thread clients([&] { outside.run(); });
    async::block_until([&] { return answered == 40; }, "an answer to each of 40");
    CHECK(server.drain(10s) == 0);
    for (async::Loop* loop : {&outside, &a, &b}) loop->stop();
    clients.join();
    thread_a.join();
    thread_b.join();
    CHECK(server.connections() == 0);
}

TEST_CASE("a server that never ran leaves nothing behind") {
    TestServer test(hello_router());
    CHECK(test.server.port() != 0);
}
