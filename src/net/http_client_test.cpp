#include "net/http_client.hpp"

#include <doctest/doctest.h>

#include <array>
#include <future>

#include "async/testing.hpp"
#include "base/bytes.hpp"
#include "net/limits.hpp"
#include "net/listener.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

/// A server in a thread of its own: reads a request's head and body, and answers `text`; with an
/// empty one it never does.
class Server {
public:
    explicit Server(std::string text) : text_(std::move(text)) {
        listener_ = Listener::bind(loop_, Endpoint::parse("127.0.0.1:0").value()).value();
        loop_.spawn(serve());
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Server() {
        loop_.stop();
        thread_.join();
    }
    std::string url() const { return "http://" + listener_->address() + "/path"; }
    std::string request() { return value_of(request_.get_future(), "a request"); }

private:
    Task<void> serve() {
        for (;;) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            loop_.spawn(answer(std::move(*stream)));
        }
    }
    Task<void> answer(std::unique_ptr<Stream> stream) {
        std::string got;
        std::array<std::byte, 4096> buffer;
        while (!got.contains("\r\n\r\n") || (got.starts_with("POST") && !got.ends_with("end"))) {
            auto count = co_await stream->read_some(buffer);
            if (!count) co_return;
            got.append(as_text(ByteSpan(buffer).first(*count)));
        }
        if (!told_) request_.set_value(got);
        told_ = true;
        if (text_.empty()) {
            auto end = co_await stream->read_some(buffer);
            co_return;
        }
        auto sent = co_await stream->write(as_bytes(text_));
        (void)sent;
    }

    const std::string text_;
    Loop loop_{"server"};
    std::unique_ptr<Listener> listener_;
    std::promise<std::string> request_;
    bool told_ = false;
    std::thread thread_;
};

Result<HttpAnswer> ask(HttpClient& client, HttpRequest request) {
    // The client's as well: its answer may come when the test has given up.
    const auto answer = std::make_shared<std::promise<Result<HttpAnswer>>>();
    client.send(std::move(request),
                [answer](Result<HttpAnswer> result) { answer->set_value(std::move(result)); });
    return value_of(answer->get_future(), "the answer");
}

}  // namespace

TEST_CASE("a request goes out whole and its answer comes back, whatever its status") {
    Server server("HTTP/1.1 402 Payment Required\r\nContent-Length: 4\r\n\r\nbody");
    HttpClient client;
    const auto answer = ask(
        client,
        {.method = "POST", .url = server.url(), .headers = {"X-Key: value"}, .body = "the end"});
    REQUIRE(answer);
    CHECK(answer->status == 402);
    CHECK(answer->body == "body");
    const std::string request = server.request();
    CHECK(request.starts_with("POST /path HTTP/1.1\r\n"));
    CHECK(request.contains("\r\nX-Key: value\r\n"));
    CHECK(request.ends_with("\r\n\r\nthe end"));
}

TEST_CASE("a server that does not answer is a timeout, one that is not there an error") {
    Server server("");
    HttpClient client;
    CHECK(ask(client, {.url = server.url(), .timeout = 50ms}).error().code == Errc::Timeout);
    CHECK(ask(client, {.url = "http://127.0.0.1:1/"}).error().code == Errc::Io);
    CHECK(ask(client, {.url = "file:///etc/hostname"}).error().code == Errc::Io);
}

TEST_CASE("an answer without end is cut") {
    Server server("HTTP/1.1 200 OK\r\n\r\n" +
                  std::string(limits::outgoing_answer_bytes_max + 1, 'x'));
    HttpClient client;
    CHECK(ask(client, {.url = server.url()}).error().code == Errc::TooLarge);
}

TEST_CASE("what is under way, and what waits, ends when the client does") {
    Server server("");
    std::array<int, 2> heard{};
    const std::size_t count = limits::outgoing_at_once + 10;
    {
        HttpClient client;
        for (std::size_t i = 0; i < count; ++i) {
            client.send({.url = server.url()}, [&](const Result<HttpAnswer>& answer) {
                ++heard[!answer && answer.error().code == Errc::Closed ? 0 : 1];
            });
        }
        CHECK(server.request().starts_with("GET /path"));
    }
    CHECK(heard[0] == static_cast<int>(count));
    CHECK(heard[1] == 0);
}
