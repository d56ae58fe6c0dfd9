#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <thread>

#include "base/limits.hpp"
#include "http/test_server.hpp"

/// The server as another implementation of HTTP/1.1 sees it: Boost.Beast checks the framing of
/// every response by its own rules.
using namespace shopcast;
using namespace shopcast::http;
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

using BeastResponse = beast::http::response<beast::http::string_body>;

class BeastClient {
public:
    explicit BeastClient(std::uint16_t port) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    }
    BeastResponse ask(beast::http::verb verb, const std::string& target, std::string body = {},
                      bool chunked = false) {
        beast::http::request<beast::http::string_body> request{verb, target, 11};
        request.set(beast::http::field::host, "a");
        request.body() = std::move(body);
        request.prepare_payload();
        if (chunked) request.chunked(true);
        beast::http::write(socket_, request);
        beast::http::response_parser<beast::http::string_body> parser;
        parser.skip(verb == beast::http::verb::head);
        parser.body_limit(64 * limits::MiB);
        beast::http::read(socket_, buffer_, parser);
        return parser.release();
    }

private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    beast::flat_buffer buffer_;
};

}  // namespace

TEST_CASE("Beast reads what we write and we read what Beast writes, on one connection") {
    const Bytes large(std::string(3 * limits::MiB, 'x'));
    Router router;
    router.get("/small", [](Request&) { return Response::text("small"); });
    router.get("/empty", [](Request&) { return Response(204); });
    router.get("/large", [&](Request&) { return Response().body(large).etag("\"v\""); });
    router.post("/echo", [](Request& request) {
        return Response::text(std::string(as_text(request.body())));
    });
    async::Loop loop("server");
    Server server({&loop}, std::move(router));
    REQUIRE(server.listen(net::Endpoint::parse("127.0.0.1:0").value()));
    std::thread thread([&] { loop.run(); });
    {
        using enum beast::http::verb;
        BeastClient client(server.port());
        CHECK(client.ask(get, "/small").body() == "small");
        CHECK(client.ask(head, "/small")["Content-Length"] == "5");
        CHECK(client.ask(get, "/empty").result_int() == 204);
        CHECK(client.ask(get, "/large").body().size() == large.size());
        CHECK(client.ask(head, "/large").body().empty());
        CHECK(client.ask(post, "/echo", "sized").body() == "sized");
        CHECK(client.ask(post, "/echo", std::string(40'000, 'c'), true).body().size() == 40'000);
        CHECK(client.ask(delete_, "/small").result_int() == 405);
        CHECK(client.ask(options, "/small").result_int() == 204);
        CHECK(client.ask(get, "/none").result_int() == 404);
        CHECK(client.ask(get, "/small").keep_alive());
    }
    loop.stop();
    thread.join();
}
