#include "http/h2_connection.hpp"
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "async/wait_list.hpp"
#include "http/h2_test_client.hpp"

using namespace shopcast;
using namespace shopcast::http;
using namespace std::chrono_literals;

namespace {

std::string pattern(std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
    return out;
}

/// A file of `size` bytes in memory.
struct TestFile {
    explicit TestFile(std::size_t size) : content(pattern(size)) {
        fd = ::memfd_create("test", MFD_CLOEXEC);
        REQUIRE(::write(fd, content.data(), size) == static_cast<ssize_t>(size));
    }
    ~TestFile() { ::close(fd); }
    FileSlice slice(std::uint64_t offset) const {
        return {nullptr, fd, offset, content.size() - offset};
    }

    std::string content;
    int fd;
};

Router usual_router(const TestFile& file) {
    Router router;
    router.get("/hello",
               [](Request& request) {
                   Response out = Response::text("hello " + request.query("who").value_or("you"));
                   out.etag("\"abc\"").accept_ranges();
                   return out;
               },
               {.cors = true});
    router.get("/file", [&file](Request&) { return Response().body(file.slice(5)); });
    router.get("/bytes", [&file](Request&) { return Response().body(Bytes(file.content)); });
    router.get("/empty", [](Request&) { return Response(204); });
    router.get("/cookie", [](Request& request) {
        return Response::text(std::string(request.header("Cookie")));
    });
    router.post(
        "/echo",
        [](Request& request) { return Response::text(std::string(as_text(request.body()))); },
        {.body_bytes_max = 50'000});
    return router;
}

/// A route that holds its requests until it is told.
struct Held {
    std::unique_ptr<async::WaitList> list;
    int count = 0;

    async::Task<Response> hold(Request&) {
        ++count;
        co_await list->wait(SteadyTime::max());
        --count;
        co_return Response::text("held");
    }
    async::Task<void> until_held(async::Loop& loop) {
        const auto is_held = [this] { return count > 0; };
        co_await async::until(loop, is_held, "a request to hold");
    }
};

}  // namespace

TEST_CASE("HTTP/2 answers as HTTP/1.1 does: status, headers and body") {
    struct Case {
        std::string method, path;
        std::vector<std::pair<std::string, std::string>> fields;
    };
    struct Body {
        static async::Task<void> run(TlsServer& test, const std::vector<Case>& table) {
            H2Client h2 = co_await H2Client::open(test);
            std::int32_t stream = 1;
            for (const Case& each : table) {
                CAPTURE(each.method);
                CAPTURE(each.path);
                Fields fields = Fields::request(each.method, each.path);
                std::string lines = each.method + " " + each.path + " HTTP/1.1\r\nHost: a\r\n";
                for (const auto& [name, value] : each.fields) {
                    fields.add(name, value);
                    lines += name + ": " + value + "\r\n";
                }
                co_await h2.send(NGHTTP2_HEADERS, H2Client::all_ends, stream, fields.bytes());
                const H2Answer two = co_await h2.answer(stream);
                TestClient http = co_await test.connect();
                const Answer one = co_await http.exchange(lines + "\r\n", each.method != "HEAD");
                CHECK(two.status == one.status);
                CHECK(two.body == one.body);
                for (const auto& [name, value] : two.fields) {
                    // The other connection is plain, where browsers must ignore it (RFC 6797, 7.2).
                    const bool is_of_tls = name == "strict-transport-security";
                    if (is_of_tls) CHECK(one.header(name) == "");
                    if (!is_of_tls && name != ":status" && name != "date") {
                        CHECK(value == one.header(name));
                    }
                    CHECK(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }));
                }
                CHECK(two.header("date") != "");
                CHECK(two.header("strict-transport-security") == "max-age=31536000");
                CHECK(two.header("connection") == "");
                stream += 2;
            }
        }
    };
    const std::vector<Case> table = {
        {"GET", "/hello", {}},
        {"GET", "/hello?who=me%20too", {}},
        {"HEAD", "/hello", {}},
        {"GET", "/hello", {{"range", "bytes=1-3"}}},
        {"GET", "/hello", {{"range", "bytes=100-"}}},
        {"GET", "/hello", {{"if-none-match", "\"abc\""}}},
        {"OPTIONS", "/hello", {}},
        {"DELETE", "/hello", {}},
        {"GET", "/file", {}},
        {"GET", "/bytes", {}},
        {"GET", "/empty", {}},
        {"GET", "/nothing", {}},
        {"GET", "/%00", {}},
        {"GET", "/a/../../hello", {}},
        {"BREW", "/hello", {}},
    };
    const TestFile file(300'000);
    TlsServer test(usual_router(file));
    async::run_to_end(test.loop, Body::run(test, table));
}

TEST_CASE("a body goes out as the client's windows allow, and no byte more") {
    struct Body {
        static async::Task<void> run(TlsServer& test, const std::string& expected) {
            auto opening = H2Client::open(test, {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1'000}});
            H2Client h2 = co_await std::move(opening);
            co_await h2.send_get(1, "/file");
            H2Frame frame = co_await h2.next_of(NGHTTP2_DATA);
            std::string body = frame.payload;
            CHECK(body.size() == 1'000);
            co_await h2.send(NGHTTP2_PING, 0, 0, "12345678");
            frame = co_await h2.next();
            CHECK(frame.type == NGHTTP2_PING);  // and no DATA before it
            co_await h2.send(NGHTTP2_WINDOW_UPDATE, 0, 0, H2Client::number(400'000));
            co_await h2.send(NGHTTP2_WINDOW_UPDATE, 0, 1, H2Client::number(400'000));
            while (!frame.ends_stream() || frame.type != NGHTTP2_DATA) {
                frame = co_await h2.next_of(NGHTTP2_DATA);
                REQUIRE(frame.type != H2Frame::none);
                body += frame.payload;
            }
            CHECK(body == expected);
        }
    };
    const TestFile file(300'000);
    TlsServer test(usual_router(file));
    async::run_to_end(test.loop, Body::run(test, file.content.substr(5)));
}

TEST_CASE("a held request does not hold the others") {
    struct Body {
        static async::Task<void> run(TlsServer& test, Held& held) {
            H2Client h2 = co_await H2Client::open(test);
            co_await h2.send_get(1, "/hold");
            const H2Answer other = co_await h2.get(3, "/hello");
            CHECK(other.body == "hello you");
            CHECK(held.count == 1);
            held.list->wake_all();
            const H2Answer answer = co_await h2.answer(1);
            CHECK(answer.body == "held");
        }
    };
    const TestFile file(10);
    Held held;
    Router router = usual_router(file);
    router.get("/hold", [&held](Request& request) { return held.hold(request); });
    TlsServer test(std::move(router));
    held.list = std::make_unique<async::WaitList>(test.loop);
    async::run_to_end(test.loop, Body::run(test, held));
}

TEST_CASE("a client that goes away leaves nothing behind") {
    struct Body {
        static async::Task<void> run(TlsServer& test, Held& held) {
            H2Client h2 = co_await H2Client::open(test);
            co_await h2.send_get(1, "/hold");
            co_await held.until_held(test.loop);
            h2.stream().close();
            held.list->wake_all();
            co_await test.until_connections(0);
            CHECK(held.list->empty());
            CHECK(held.count == 0);
        }
    };
    const TestFile file(10);
    Held held;
    Router router = usual_router(file);
    router.get("/hold", [&held](Request& request) { return held.hold(request); });
    TlsServer test(std::move(router));
    held.list = std::make_unique<async::WaitList>(test.loop);
    async::run_to_end(test.loop, Body::run(test, held));
}

TEST_CASE("bodies are read, one after another beyond the window, and too large ones refused") {
    struct Body {
        static async::Task<void> post(H2Client& h2, std::int32_t stream, std::string body) {
            co_await h2.send(NGHTTP2_HEADERS, H2Client::headers_end, stream,
                             Fields::request("POST", "/echo").bytes());
            constexpr std::size_t step = 10'000;
            for (std::size_t at = 0; at < body.size(); at += step) {
                const int flags = at + step >= body.size() ? NGHTTP2_FLAG_END_STREAM : 0;
                co_await h2.send(NGHTTP2_DATA, flags, stream, body.substr(at, step));
            }
        }
        static async::Task<void> run(TlsServer& test) {
            H2Client h2 = co_await H2Client::open(test);
            const std::string body = pattern(50'000);
            std::int32_t stream = 1;
            for (; stream < 81; stream += 2) {
                co_await post(h2, stream, body);
                const H2Answer answer = co_await h2.answer(stream);
                REQUIRE(answer.status == 200);
                REQUIRE(answer.body == body);
            }
            co_await post(h2, stream, body + "x");
            const H2Answer large = co_await h2.answer(stream);
            CHECK(large.status == 413);
            const H2Answer after = co_await h2.get(stream + 2, "/hello");
            CHECK(after.status == 200);
        }
    };
    const TestFile file(10);
    TlsServer test(usual_router(file));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("a connection that asks for much lets the others have their turn") {
    struct Body {
        static async::Task<void> run(TlsServer& test) {
            H2Client many = co_await H2Client::open(test);
            H2Client other = co_await H2Client::open(test);
            const std::string filler(200, 'x');
            std::string flood;
            for (std::int32_t stream = 1; stream < 240; stream += 2) {
                flood += H2Client::frame(NGHTTP2_HEADERS, H2Client::all_ends, stream,
                                         Fields::get("/many").add("x-filler", filler).bytes());
            }
            const H2Answer first = co_await other.get(1, "/other");
            CHECK(first.status == 200);
            // Both are there before the server has its next turn.
            co_await many.send_text(std::move(flood));
            co_await other.send_get(3, "/other");
            const H2Answer second = co_await other.answer(3);
            CHECK(second.status == 200);
        }
    };
    int many = 0;
    std::optional<int> before_other;
    Router router;
    router.get("/many", [&](Request&) {
        ++many;
        return Response(204);
    });
    router.get("/other", [&](Request&) {
        before_other = many;
        return Response();
    });
    TlsServer test(std::move(router));
    async::run_to_end(test.loop, Body::run(test));
    REQUIRE(before_other);
    CHECK(*before_other < 60);  // of 120: a reading holds eight
}

TEST_CASE("cookies that were cut for compression are one header again") {
    struct Body {
        static async::Task<void> run(TlsServer& test) {
            H2Client h2 = co_await H2Client::open(test);
            co_await h2.send(
                NGHTTP2_HEADERS, H2Client::all_ends, 1,
                Fields::get("/cookie").add("cookie", "a=1").add("cookie", "b=2").bytes());
            const H2Answer answer = co_await h2.answer(1);
            CHECK(answer.body == "a=1; b=2");
        }
    };
    const TestFile file(10);
    TlsServer test(usual_router(file));
    async::run_to_end(test.loop, Body::run(test));
}

TEST_CASE("draining says GOAWAY, lets the last requests finish and ends") {
    struct Body {
        static async::Task<void> run(TlsServer& test, Held& held) {
            H2Client idle = co_await H2Client::open(test);
            H2Client busy = co_await H2Client::open(test);
            (void)co_await idle.get(1, "/hello");
            co_await busy.send_get(1, "/hold");
            co_await held.until_held(test.loop);
            test.server.begin_drain();
            const auto code = co_await idle.goodbye();
            CHECK(code == NGHTTP2_NO_ERROR);
            const H2Frame end = co_await idle.next();
            CHECK(end.type == H2Frame::none);
            const H2Frame said = co_await busy.next_of(NGHTTP2_GOAWAY);
            REQUIRE(said.type == NGHTTP2_GOAWAY);
            CHECK(said.number_at(0) == 1);
            held.list->wake_all();
            const H2Answer answer = co_await busy.answer(1);
            CHECK(answer.body == "held");
            const H2Frame busy_end = co_await busy.next();
            CHECK(busy_end.type == H2Frame::none);
            CHECK_FALSE(busy.timed_out());
        }
    };
    const TestFile file(10);
    Held held;
    Router router = usual_router(file);
    router.get("/hold", [&held](Request& request) { return held.hold(request); });
    TlsServer test(std::move(router));
    held.list = std::make_unique<async::WaitList>(test.loop);
    async::run_to_end(test.loop, Body::run(test, held));
}
