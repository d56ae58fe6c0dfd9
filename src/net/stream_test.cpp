#include "net/stream.hpp"
#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "async/testing.hpp"
#include "net/listener.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

/// Reads until the end of the stream.
Task<void> read_all(Stream& stream, std::string& out, Errc& end) {
    std::vector<std::byte> buffer(4096);
    for (;;) {
        const auto count = co_await stream.read_some(buffer);
        if (!count) {
            end = count.error().code;
            const auto again = co_await stream.read_some(buffer);
            CHECK_FALSE(again);  // the end stays the end
            co_return;
        }
        out.append(as_text(buffer).substr(0, *count));
    }
}

Task<void> read_code(Stream& stream, std::vector<Errc>& out) {
    std::vector<std::byte> buffer(16);
    const auto count = co_await stream.read_some(buffer);
    out.push_back(count ? Errc::Io : count.error().code);
}

struct Pair {
    Loop loop{"test"};
    std::unique_ptr<Stream> left, right;
    Pair() { std::tie(left, right) = make_stream_pair(loop).value(); }
};

std::string pattern(std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
    return out;
}

}  // namespace

TEST_CASE("a gather write of more than the socket holds arrives whole and in order") {
    struct Body {
        static Task<void> send(Stream& stream, const std::vector<std::string>& texts) {
            std::vector<ByteSpan> pieces;
            for (const std::string& text : texts) pieces.push_back(as_bytes(text));
            const auto sent = co_await stream.write(pieces);
            CHECK(sent);
            stream.shut_down_write();
        }
    };
    Pair pair;
    std::vector<std::string> texts;
    std::string expected;
    for (std::size_t i = 0; i < 40; ++i) {
        texts.push_back(pattern(i % 3 == 0 ? 0 : i * 3'000));
        expected += texts.back();
    }
    std::string received;
    Errc end{};
    pair.loop.spawn(Body::send(*pair.left, texts));
    run_to_end(pair.loop, read_all(*pair.right, received, end));
    CHECK(received == expected);
    CHECK(end == Errc::Closed);
}

TEST_CASE("send_file sends its head and the range of the file") {
    struct Body {
        static Task<void> send(Stream& stream, int fd, std::uint64_t length) {
            const std::string head = "head:";
            auto sent = co_await stream.send_file(as_bytes(head), fd, 10, length);
            CHECK(sent);
            sent = co_await stream.send_file(fd, 0, 4);
            CHECK(sent);
            sent = co_await stream.send_file(fd, length, 100);  // beyond the end of the file
            REQUIRE_FALSE(sent);
            CHECK(sent.error().code == Errc::Io);
            stream.shut_down_write();
        }
    };
    const std::string content = pattern(3'000'000);
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    REQUIRE(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    Pair pair;
    std::string received;
    Errc end{};
    const std::size_t length = content.size() - 10;
    pair.loop.spawn(Body::send(*pair.left, fd, length));
    run_to_end(pair.loop, read_all(*pair.right, received, end));
    CHECK(received.starts_with("head:" + content.substr(10, length)));
    CHECK(received.substr(5 + length).starts_with(content.substr(0, 4)));
    ::close(fd);
}

TEST_CASE("send_file sends exactly the range, wherever in a page it begins and ends") {
    struct Body {
        static Task<void> send(Stream& stream, int fd, std::uint64_t offset, std::uint64_t length) {
            const std::string head = "head:";
            CHECK(co_await stream.send_file(as_bytes(head), fd, offset, length));
            CHECK(co_await stream.send_file(fd, offset, length));
            stream.shut_down_write();
        }
    };
    const std::string content = pattern(20'000);
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    REQUIRE(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    for (const std::size_t offset : {0UZ, 1UZ, 4095UZ, 4096UZ, 4097UZ, 8191UZ}) {
        for (const std::size_t length : {0UZ, 1UZ, 4095UZ, 4096UZ, 4097UZ, 9000UZ}) {
            CAPTURE(offset);
            CAPTURE(length);
            Pair pair;
            std::string received;
            Errc end{};
            pair.loop.spawn(Body::send(*pair.left, fd, offset, length));
            run_to_end(pair.loop, read_all(*pair.right, received, end));
            const std::string range = content.substr(offset, length);
            CHECK(received == "head:" + range + range);
        }
    }
    ::close(fd);
}

TEST_CASE("send_file to a peer that is gone is an error, not a signal") {
    struct Body {
        static Task<void> run(Pair& pair, int fd) {
            pair.right->close();
            const auto sent = co_await pair.left->send_file(fd, 0, 4);
            REQUIRE_FALSE(sent);
            CHECK(sent.error().code == Errc::Closed);
        }
    };
    const int fd = ::memfd_create("test", MFD_CLOEXEC);
    REQUIRE(::write(fd, "four", 4) == 4);
    Pair pair;
    run_to_end(pair.loop, Body::run(pair, fd));
    ::close(fd);
}

TEST_CASE("a deadline ends a read by the sweep; a later operation fails at once") {
    struct Body {
        static Task<void> run(Pair& pair, std::vector<Errc>& out) {
            pair.right->set_deadline(pair.loop.now());
            co_await read_code(*pair.right, out);
            co_await read_code(*pair.right, out);
            const auto written = co_await pair.right->write(as_bytes("x"));
            out.push_back(written ? Errc::Io : written.error().code);
            pair.right->set_deadline({});
            const auto late = co_await pair.right->write(as_bytes("x"));
            CHECK(late);
        }
    };
    Pair pair;
    std::vector<Errc> out;
    run_to_end(pair.loop, Body::run(pair, out));
    CHECK(out == std::vector(3, Errc::Timeout));
}

TEST_CASE("a deadline ends a write to a peer that does not read") {
    struct Body {
        static Task<void> run(Pair& pair, const std::string& much, Errc& out) {
            pair.left->set_deadline(pair.loop.now() + 1ms);
            const auto written = co_await pair.left->write(as_bytes(much));
            out = written ? Errc::Io : written.error().code;
        }
    };
    Pair pair;
    const std::string much = pattern(4'000'000);
    Errc out{};
    run_to_end(pair.loop, Body::run(pair, much, out));
    CHECK(out == Errc::Timeout);
}

TEST_CASE("close ends a pending read and all later operations with Closed") {
    struct Body {
        static Task<void> run(Pair& pair, std::vector<Errc>& out) {
            co_await pair.loop.yield();
            pair.right->close();
            co_await pair.loop.yield();
            co_await read_code(*pair.right, out);
            co_await read_code(*pair.left, out);
            const auto written = co_await pair.left->write(as_bytes("to nobody"));
            out.push_back(written ? Errc::Io : written.error().code);
        }
    };
    Pair pair;
    std::vector<Errc> out;
    pair.loop.spawn(read_code(*pair.right, out));
    run_to_end(pair.loop, Body::run(pair, out));
    CHECK(out == std::vector(4, Errc::Closed));
}

TEST_CASE("stopping the loop closes its streams under those who read") {
    struct Body {
        static Task<void> run(Loop& loop) { co_await loop.yield(); }
    };
    Pair pair;
    std::vector<Errc> out;
    pair.loop.spawn(read_code(*pair.right, out));
    run_to_end(pair.loop, Body::run(pair.loop));
    CHECK(out == std::vector{Errc::Closed});
}

TEST_CASE("limits count a peer by its address, IPv6 by its /64") {
    CHECK(limited_as("192.0.2.1:50312") == "192.0.2.1");
    CHECK(limited_as("[::ffff:192.0.2.1]:50312") == "192.0.2.1");
    CHECK(limited_as("[2001:db8:1:2::1]:50312") == limited_as("[2001:db8:1:2:ffff::9]:7"));
    CHECK(limited_as("[2001:db8:1:2::1]:50312") != limited_as("[2001:db8:1:3::1]:50312"));
    CHECK(limited_as("unix").empty());
}

TEST_CASE("host_of cuts the port off, and the brackets") {
    CHECK(host_of("127.0.0.1:50312") == "127.0.0.1");
    CHECK(host_of("[::1]:50312") == "::1");
    CHECK(host_of("unix") == "unix");
}
