#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "async/testing.hpp"
#include "base/text.hpp"
#include "http/server.hpp"
#include "net/stream.hpp"

/// For this module's tests: a raw client that shows exactly what went over the wire.
namespace shopcast::http {

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    std::string header(std::string_view name) const {
        for (const std::string_view line : split(head, '\n')) {
            const std::size_t colon = line.find(':');
            if (colon != std::string_view::npos && iequals(line.substr(0, colon), name)) {
                return std::string(trim(line.substr(colon + 1)));
            }
        }
        return {};
    }
    bool has(std::string_view name) const { return !header(name).empty(); }
};

class TestClient {
public:
    static async::Task<TestClient> open(async::Loop& loop, const Server& server) {
        const auto endpoint = net::Endpoint::parse(server.address()).value();
        auto stream = co_await net::connect(loop, endpoint, std::chrono::seconds(5));
        REQUIRE(stream);
        co_return TestClient(std::move(*stream));
    }

    async::Task<void> send(std::string text) {
        stream_->set_deadline(std::chrono::steady_clock::now() + async::test_patience);
        const auto sent = co_await stream_->write(as_bytes(text));
        CHECK(sent);
    }
    /// The next response; status 0 when the connection ended instead.
    async::Task<Answer> receive(bool has_body = true) {
        Answer out;
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
            const bool more = co_await read_more();
            if (!more) co_return out;
        }
        out.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        out.status = parse_int<int>(out.head.substr(9, 3)).value_or(-1);
        const std::size_t length =
            has_body ? parse_int<std::size_t>(out.header("Content-Length")).value_or(0) : 0;
        while (received_.size() < length) {
            const bool more = co_await read_more();
            if (!more) break;
        }
        out.body = received_.substr(0, length);
        received_.erase(0, length);
        co_return out;
    }
    async::Task<Answer> exchange(std::string text, bool has_body = true) {
        co_await send(std::move(text));
        co_return co_await receive(has_body);
    }
    async::Task<Answer> get(std::string path, std::string lines = {}) {
        co_return co_await exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
    }
    /// Whether the server ends the connection, with nothing more to read.
    async::Task<bool> at_end() {
        if (!received_.empty()) co_return false;
        const bool more = co_await read_more();
        co_return !more;
    }
    net::Stream& stream() { return *stream_; }

    explicit TestClient(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

private:
    async::Task<bool> read_more() {
        std::vector<std::byte> buffer(64 * 1024);
        stream_->set_deadline(std::chrono::steady_clock::now() + async::test_patience);
        const auto count = co_await stream_->read_some(buffer);
        if (!count) {
            // A server that neither answers nor hangs up.
            CHECK(count.error().code != Errc::Timeout);
            co_return false;
        }
        received_.append(as_text(buffer).substr(0, *count));
        co_return true;
    }

    std::unique_ptr<net::Stream> stream_;
    std::string received_;
};

/// A server on the loop of the test's own thread.
struct TestServer {
    explicit TestServer(Router router, ServerOptions options = {})
        : server({&loop}, std::move(router), std::move(options)) {
        REQUIRE(server.listen(net::Endpoint::parse("127.0.0.1:0").value()));
    }
    async::Task<TestClient> connect() { return TestClient::open(loop, server); }
    /// Waits until the server has that many.
    async::Task<void> until_connections(std::size_t count) {
        const auto has_them = [this, count] { return server.connections() == count; };
        co_await async::until(loop, has_them, "the server's connections");
    }

    async::Loop loop{"test"};
    Server server;
};

}  // namespace shopcast::http
