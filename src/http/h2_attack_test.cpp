#include <sys/mman.h>
#include <unistd.h>

#include <fstream>

#include "async/wait_list.hpp"
#include "base/limits.hpp"
#include "http/h2_test_client.hpp"
#include "http/limits.hpp"
#include "wire/limits.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

/// hello at once, hold until it is told.
struct Scene {
    explicit Scene(ServerLimits limits = {}, Handler large = {})
        : server(make_router(*this, std::move(large)), with(limits)) {
        list = std::make_unique<async::WaitList>(server.loop);
    }

    static Router make_router(Scene& scene, Handler large) {
        Router router;
        router.get("/hello", [](Request&) { return Response::text("hello"); });
        router.get("/hold", [&scene](Request&) { return hold(scene); });
        router.post("/echo", [](Request&) { return Response::text("echo"); });
        if (large) router.get("/large", std::move(large));
        return router;
    }
    static async::Task<Response> hold(Scene& scene) {
        scene.held_most = std::max(++scene.held, scene.held_most);
        co_await scene.list->wait(SteadyTime::max());
        --scene.held;
        co_return Response::text("held");
    }
    static ServerOptions with(ServerLimits limits) {
        ServerOptions options;
        options.limits = limits;
        return options;
    }

    int held = 0;
    int held_most = 0;
    std::unique_ptr<async::WaitList> list;
    TlsServer server;
};

constexpr int calm = NGHTTP2_ENHANCE_YOUR_CALM;

/// Sends `flood` and says how the server ends the connection.
async::Task<void> endure(Scene& scene, std::string flood, std::optional<std::uint32_t>& code) {
    H2Client client = co_await H2Client::open(scene.server);
    co_await client.send_text(std::move(flood));
    code = co_await client.goodbye();
    const H2Frame end = co_await client.next();
    CHECK(end.type == H2Frame::none);
    CHECK_FALSE(client.timed_out());
}

std::string repeated(std::string_view one, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += one;
    return out;
}

std::size_t memory_peak_kib() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("VmHWM:")) continue;
        return parse_int<std::size_t>(trim(line.substr(6, line.size() - 6 - 3))).value_or(0);
    }
    return 0;
}

}  // namespace

TEST_CASE("rapid reset: who resets what it asked for is told to calm down") {
    std::string flood;
    for (std::int32_t stream = 1; stream < 2'000; stream += 2) {
        flood += H2Client::frame(NGHTTP2_HEADERS, H2Client::all_ends, stream,
                                 Fields::get("/hello").bytes());
        flood += H2Client::frame(NGHTTP2_RST_STREAM, 0, stream, H2Client::number(NGHTTP2_CANCEL));
    }
    Scene scene;
    std::optional<std::uint32_t> code;
    async::run_to_end(scene.server.loop, endure(scene, flood, code));
    CHECK(code == calm);
}

TEST_CASE("resets that a client makes us send count as its own") {
    std::string flood;
    for (std::int32_t stream = 1; stream < 2 * 400; stream += 2) {
        flood += H2Client::frame(NGHTTP2_HEADERS, H2Client::all_ends, stream,
                                 Fields::get("/hold").bytes());
        // RFC 9113, 6.9.1: a window beyond 2^31-1 is an error of the stream.
        flood += H2Client::frame(NGHTTP2_WINDOW_UPDATE, 0, stream, H2Client::number(0x7FFF'FFFF));
    }
    Scene scene;
    std::optional<std::uint32_t> code;
    async::run_to_end(scene.server.loop, endure(scene, flood, code));
    CHECK(code == calm);
}

TEST_CASE("a request that was reset keeps its place until its task ends") {
    struct Body {
        static async::Task<void> run(Scene& scene) {
            H2Client client = co_await H2Client::open(scene.server);
            std::int32_t stream = 1;
            for (; stream < 2 * 150; stream += 2) {
                co_await client.send_get(stream, "/hold");
                co_await client.send(NGHTTP2_RST_STREAM, 0, stream,
                                     H2Client::number(NGHTTP2_CANCEL));
                // Answered only when what came before it has been looked at.
                co_await client.send(NGHTTP2_PING, 0, 0, "12345678");
                (void)co_await client.next_of(NGHTTP2_PING);
            }
            CHECK(scene.held_most == limits::h2_streams_max);
            const H2Answer refused = co_await client.get(stream, "/hello");
            CHECK(refused.reset == NGHTTP2_REFUSED_STREAM);
            scene.list->wake_all();
            const H2Answer again = co_await client.get(stream + 2, "/hello");
            CHECK(again.status == 200);
        }
    };
    Scene scene;
    async::run_to_end(scene.server.loop, Body::run(scene));
}

TEST_CASE("more requests at once than there is room for are refused, the others held") {
    struct Body {
        static async::Task<void> run(Scene& scene) {
            H2Client client = co_await H2Client::open(scene.server);
            constexpr auto last = static_cast<std::int32_t>(2 * limits::h2_streams_max + 1);
            for (std::int32_t stream = 1; stream <= last; stream += 2) {
                co_await client.send_get(stream, "/hold");
            }
            const H2Answer refused = co_await client.answer(last);
            CHECK(refused.reset == NGHTTP2_REFUSED_STREAM);
            CHECK(scene.held_most == limits::h2_streams_max);
            scene.list->wake_all();
            const H2Answer answer = co_await client.answer(1);
            CHECK(answer.body == "held");
        }
    };
    Scene scene;
    async::run_to_end(scene.server.loop, Body::run(scene));
}

TEST_CASE("floods of frames that cost the client nothing") {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"SETTINGS", H2Client::frame(NGHTTP2_SETTINGS, 0, 0, "")},
        {"PING", H2Client::frame(NGHTTP2_PING, 0, 0, "12345678")},
        {"PING ACK", H2Client::frame(NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0, "12345678")},
        {"PRIORITY", H2Client::frame(NGHTTP2_PRIORITY, 0, 1, std::string("\0\0\0\0\1", 5))},
        {"WINDOW_UPDATE", H2Client::frame(NGHTTP2_WINDOW_UPDATE, 0, 0, H2Client::number(1))},
    };
    for (const auto& [name, frame] : table) {
        CAPTURE(name);
        Scene scene;
        std::optional<std::uint32_t> code;
        async::run_to_end(scene.server.loop, endure(scene, repeated(frame, 900), code));
        CHECK(code == calm);
    }
}

TEST_CASE("empty DATA frames are a flood as well") {
    const std::string flood = H2Client::frame(NGHTTP2_HEADERS, H2Client::headers_end, 1,
                                              Fields::request("POST", "/echo").bytes()) +
                              repeated(H2Client::frame(NGHTTP2_DATA, 0, 1, ""), 900);
    Scene scene;
    std::optional<std::uint32_t> code;
    async::run_to_end(scene.server.loop, endure(scene, flood, code));
    CHECK(code == calm);
}

TEST_CASE("CONTINUATION flood: a head without end is cut while it comes") {
    // Few and large, so that it is the bytes that count and not the frames.
    std::string flood =
        H2Client::frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, Fields::get("/hello").bytes());
    const std::string part = Fields().add("x", std::string(15'000, 'x')).bytes();
    flood += repeated(H2Client::frame(NGHTTP2_CONTINUATION, 0, 1, part), 5);
    Scene scene({.request_timeout = 1h});
    std::optional<std::uint32_t> code;
    async::run_to_end(scene.server.loop, endure(scene, flood, code));
    CHECK(code == calm);
}

TEST_CASE("heads that are too large are refused, and the connection goes on") {
    struct Body {
        static async::Task<void> run(Scene& scene) {
            H2Client client = co_await H2Client::open(scene.server);
            Fields many = Fields::get("/hello");
            for (std::size_t i = 0; i <= limits::http_headers_max; ++i) many.add("x", "y");
            co_await client.send(NGHTTP2_HEADERS, H2Client::all_ends, 1, many.bytes());
            H2Answer answer = co_await client.answer(1);
            CHECK(answer.status == 431);
            const std::string large(14'000, 'x');
            const std::string block = Fields::get("/hello").add("x", large).add("y", large).bytes();
            co_await client.send(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 3,
                                 block.substr(0, 16'000));
            co_await client.send(NGHTTP2_CONTINUATION, H2Client::headers_end, 3,
                                 block.substr(16'000));
            answer = co_await client.answer(3);
            CHECK(answer.status == 431);
            answer = co_await client.get(5, "/hello");
            CHECK(answer.status == 200);
        }
    };
    Scene scene;
    async::run_to_end(scene.server.loop, Body::run(scene));
}

TEST_CASE("an HPACK bomb is counted, not unpacked") {
    struct Body {
        static async::Task<void> run(Scene& scene) {
            H2Client client = co_await H2Client::open(scene.server);
            const std::string entry(3'900, 'x');
            co_await client.send(NGHTTP2_HEADERS, H2Client::all_ends, 1,
                                 Fields::get("/hello").add_indexed("x", entry).bytes());
            (void)co_await client.answer(1);
            co_await client.send(NGHTTP2_HEADERS, H2Client::all_ends, 3,
                                 Fields::get("/hello").repeat_newest(16'000).bytes());
            H2Answer answer = co_await client.answer(3);
            CHECK(answer.status == 431);
            answer = co_await client.get(5, "/hello");
            CHECK(answer.status == 200);
        }
    };
    Scene scene;
    const std::size_t before_kib = memory_peak_kib();
    async::run_to_end(scene.server.loop, Body::run(scene));
    // 16 KiB on the wire are 62 MB of fields.
    CHECK(memory_peak_kib() - before_kib < 16 * 1024);
}

TEST_CASE("who does not read its answer loses it, and the slice is released") {
    struct Body {
        static async::Task<void> run(Scene& scene, std::weak_ptr<const void> slice,
                                     std::uint32_t window, bool reset_comes) {
            auto opening =
                H2Client::open(scene.server, {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window}});
            H2Client client = co_await std::move(opening);
            co_await client.send(NGHTTP2_WINDOW_UPDATE, 0, 0, H2Client::number(0x7000'0000));
            co_await client.send_get(1, "/large");
            if (reset_comes) {
                const H2Answer answer = co_await client.answer(1, false);
                CHECK(answer.status == 200);
                CHECK(answer.reset == NGHTTP2_CANCEL);
                const H2Answer next = co_await client.get(3, "/hello");
                CHECK((next.status == 200 || next.reset == NGHTTP2_CANCEL));
            } else {
                co_await scene.server.until_connections(0);
            }
            CHECK(slice.use_count() == 1);
        }
    };
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    constexpr std::size_t size = 64 * limits::MiB;
    REQUIRE(::ftruncate(fd, size) == 0);
    const auto owner = std::make_shared<const int>(fd);
    const auto large = [owner = std::weak_ptr(owner), fd](Request&) {
        return Response().body(FileSlice{owner.lock(), fd, 0, size});
    };
    // A window of nothing, and one that is large behind a socket that nobody reads.
    for (const auto& [window, reset_comes] : {std::pair{0U, true}, {0x7FFF'FFFFU, false}}) {
        CAPTURE(window);
        Scene scene({.write_timeout = 1ms}, large);
        async::run_to_end(scene.server.loop, Body::run(scene, owner, window, reset_comes));
    }
    ::close(fd);
}

TEST_CASE("who says nothing, or half of something, is cut") {
    struct Body {
        static async::Task<void> run(Scene& scene, bool preface, std::string text) {
            auto opening =
                preface ? H2Client::open(scene.server) : H2Client::open_silent(scene.server);
            H2Client client = co_await std::move(opening);
            if (!text.empty()) co_await client.send_text(text);
            H2Frame frame = co_await client.next();
            while (frame.type != H2Frame::none) frame = co_await client.next();
            CHECK_FALSE(client.timed_out());
            client.stream().close();
            co_await scene.server.until_connections(0);
        }
    };
    const std::string half_head =
        H2Client::frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, Fields::get("/hello").bytes());
    const std::string half_body = H2Client::frame(NGHTTP2_HEADERS, H2Client::headers_end, 1,
                                                  Fields::request("POST", "/echo").bytes());
    const std::string hello =
        H2Client::frame(NGHTTP2_HEADERS, H2Client::all_ends, 1, Fields::get("/hello").bytes());
    const std::vector<std::pair<bool, std::string>> table = {
        {false, ""},       {false, "PRI * HTTP/2.0\r\n"},
        {true, ""},        {true, half_head.substr(0, 5)},
        {true, half_head}, {true, half_body},
        {true, hello},     {false, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    };
    for (const auto& [preface, text] : table) {
        CAPTURE(text);
        Scene scene({.request_timeout = 1ms, .keep_alive_timeout = 1ms});
        async::run_to_end(scene.server.loop, Body::run(scene, preface, text));
    }
}
