#include "net/tls_stream.hpp"
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "async/testing.hpp"
#include "net/listener.hpp"
#include "net/tls_testing.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

constexpr const char* web = "\x02h2\x08http/1.1";

/// Two ends of one connection; the server's speaks TLS, the client's is still plain.
struct Ends {
    Loop loop{"test"};
    TestCertificateFolder folder{"test.example"};
    std::shared_ptr<const TlsIdentity> identity = TlsIdentity::load(folder.paths()).value();
    std::unique_ptr<TlsStream> server;
    std::unique_ptr<Stream> plain;

    explicit Ends(const char* protocols = web) {
        auto [left, right] = make_stream_pair(loop).value();
        server = TlsStream::serve(std::move(left), *identity, protocols);
        plain = std::move(right);
    }
    std::unique_ptr<TlsStream> client(const TestClientOptions& options = {}) {
        return tls_client(std::move(plain), options);
    }
};

Task<void> shake(TlsStream& stream, Result<void>& out) {
    out = co_await stream.handshake(5s);
}

Task<void> read_all(TlsStream& stream, std::string& out, Errc& end) {
    const auto ready = co_await stream.handshake(5s);
    REQUIRE(ready);
    std::vector<std::byte> buffer(4096);
    for (;;) {
        const auto count = co_await stream.read_some(buffer);
        if (!count) {
            end = count.error().code;
            co_return;
        }
        out.append(as_text(buffer).substr(0, *count));
    }
}

std::string pattern(std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i * 7 % 26);
    return out;
}

}  // namespace

TEST_CASE("ALPN gives the server's favourite among what the client offers") {
    struct Case {
        std::string offered;
        std::string chosen;
        bool accepted;
    };
    const std::vector<Case> table = {
        {"\x08http/1.1\x02h2", "h2", true},
        {"\x08http/1.1", "http/1.1", true},
        {"", "", true},
        {"\x04spdy", "", false},
    };
    for (const Case& each : table) {
        CAPTURE(each.offered);
        Ends ends;
        const auto client = ends.client({.protocols = each.offered});
        Result<void> theirs;
        Result<void> ours;
        ends.loop.spawn(shake(*client, theirs));
        run_to_end(ends.loop, shake(*ends.server, ours));
        CHECK(ours.has_value() == each.accepted);
        CHECK(ends.server->protocol() == each.chosen);
    }
}

TEST_CASE("a gather write and a slice of a file arrive whole, over TLS 1.2 and 1.3") {
    struct Body {
        static Task<void> send(TlsStream& stream, const std::vector<std::string>& texts, int fd,
                               std::uint64_t length) {
            const auto ready = co_await stream.handshake(5s);
            REQUIRE(ready);
            std::vector<ByteSpan> pieces;
            for (const std::string& text : texts) pieces.push_back(as_bytes(text));
            auto sent = co_await stream.write(pieces);
            CHECK(sent);
            const std::string head = "head:";
            sent = co_await stream.send_file(as_bytes(head), fd, 10, length);
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
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        std::vector<std::string> texts;
        std::string expected;
        for (std::size_t i = 0; i < 40; ++i) {
            texts.push_back(pattern(i % 3 == 0 ? 0 : i * 3'000));
            expected += texts.back();
        }
        Ends ends;
        const auto client = ends.client({.version_max = version});
        std::string received;
        Errc end{};
        const std::size_t length = content.size() - 10;
        ends.loop.spawn(Body::send(*ends.server, texts, fd, length));
        run_to_end(ends.loop, read_all(*client, received, end));
        expected += "head:" + content.substr(10, length);
        // What the file still had went before its end was noticed.
        CHECK(received.substr(0, expected.size()) == expected);
        CHECK(received.size() == expected.size() + 10);
        CHECK(end == Errc::Closed);
    }
    ::close(fd);
}

TEST_CASE("who connects and says nothing, or something else, gets no handshake") {
    struct Body {
        static Task<void> say(Stream& stream, std::string text) {
            if (!text.empty()) (void)co_await stream.write(as_bytes(text));
        }
        static Task<void> shake_soon(TlsStream& stream, Result<void>& out) {
            out = co_await stream.handshake(1ms);
        }
    };
    const std::vector<std::pair<std::string, Errc>> table = {
        {"", Errc::Timeout},
        {"\x16\x03\x01", Errc::Timeout},
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", Errc::Malformed},
    };
    for (const auto& [text, code] : table) {
        CAPTURE(text);
        Ends ends;
        Result<void> ours;
        ends.loop.spawn(Body::say(*ends.plain, text));
        run_to_end(ends.loop, Body::shake_soon(*ends.server, ours));
        REQUIRE_FALSE(ours);
        CHECK(ours.error().code == code);
    }
}

TEST_CASE("TLS 1.1 is refused") {
    Ends ends;
    const auto client = ends.client({.version_max = TLS1_1_VERSION});
    Result<void> theirs;
    Result<void> ours;
    ends.loop.spawn(shake(*client, theirs));
    run_to_end(ends.loop, shake(*ends.server, ours));
    CHECK_FALSE(ours);
}

TEST_CASE("after a deadline interrupted a write, nothing else is written") {
    struct Body {
        static Task<void> client(TlsStream& stream) { (void)co_await stream.handshake(5s); }
        static Task<void> server(Loop& loop, TlsStream& stream, const std::string& much) {
            const auto ready = co_await stream.handshake(5s);
            REQUIRE(ready);
            stream.set_deadline(loop.now() + 1ms);
            const auto late = co_await stream.write(as_bytes(much));
            REQUIRE_FALSE(late);
            CHECK(late.error().code == Errc::Timeout);
            stream.set_deadline({});
            const auto next = co_await stream.write(as_bytes("next"));
            REQUIRE_FALSE(next);
            CHECK(next.error().code == Errc::Closed);
        }
    };
    const std::string much = pattern(4'000'000);
    Ends ends;
    const auto client = ends.client();
    ends.loop.spawn(Body::client(*client));
    run_to_end(ends.loop, Body::server(ends.loop, *ends.server, much));
}

TEST_CASE("stopping the loop ends a read and a handshake") {
    struct Body {
        static Task<void> read(TlsStream& stream, bool& ready, std::vector<Errc>& out) {
            std::vector<std::byte> buffer(16);
            const auto shaken = co_await stream.handshake(5s);
            ready = shaken.has_value();
            const auto count = co_await stream.read_some(buffer);
            out.push_back(ready && !count ? count.error().code : Errc::Internal);
        }
        static Task<void> shake_for_ever(TlsStream& stream, std::vector<Errc>& out) {
            const auto ready = co_await stream.handshake(1h);
            out.push_back(ready ? Errc::Internal : ready.error().code);
        }
        static Task<void> stop(Loop& loop, TlsStream& client, const bool& ready) {
            (void)co_await client.handshake(5s);
            const auto is_shaken = [&ready] { return ready; };
            co_await until(loop, is_shaken, "the server's end of the handshake");
        }
    };
    Ends ends;
    auto [left, right] = make_stream_pair(ends.loop).value();
    const auto silent = TlsStream::serve(std::move(left), *ends.identity, nullptr);
    const auto client = ends.client();
    std::vector<Errc> out;
    bool ready = false;
    ends.loop.spawn(Body::read(*ends.server, ready, out));
    ends.loop.spawn(Body::shake_for_ever(*silent, out));
    run_to_end(ends.loop, Body::stop(ends.loop, *client, ready));
    CHECK(out == std::vector(2, Errc::Closed));
}
