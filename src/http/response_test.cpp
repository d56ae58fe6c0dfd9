#include "http/response.hpp"

#include <doctest/doctest.h>

#include "http/encoding.hpp"
#include "http/static_assets.hpp"
#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;

TEST_CASE("Accept-Encoding (RFC 9110, 12.5.3)") {
    constexpr EncodingChoice both{.gzip = true, .brotli = true};
    constexpr EncodingChoice gzip{.gzip = true, .brotli = false};
    const auto best = [](std::string_view header, EncodingChoice available) {
        return to_string(negotiate_encoding(header, available));
    };
    CHECK(best("gzip, deflate, br, zstd", both) == "br");
    CHECK(best("gzip, deflate, br, zstd", gzip) == "gzip");
    CHECK(best("gzip, deflate, br, zstd", {}) == "identity");
    CHECK(best("", both) == "identity");
    CHECK(best("identity", both) == "identity");
    CHECK(best("GZip;Q=0.5", both) == "gzip");
    CHECK(best("x-gzip", both) == "gzip");
    CHECK(best("br;q=0, gzip", both) == "gzip");
    CHECK(best("br;q=0.5, gzip;q=0.8", both) == "gzip");
    CHECK(best("br;q=0.500, gzip;q=0.5", both) == "br");
    CHECK(best("*", gzip) == "gzip");
    CHECK(best("*;q=0.5, br;q=0", both) == "gzip");
    CHECK(best("gzip;q=0.5, identity", both) == "identity");
    CHECK(best("gzip;q=1.5", both) == "gzip");
    for (const char* refused : {"gzip;q=0", "gzip;q=0.000", "gzip;q=", "gzip;q=x", "gzip;q=2",
                                "gzip;q=0.1234", "gzipped", ";gzip", ",,"}) {
        CAPTURE(refused);
        CHECK(best(refused, both) == "identity");
    }
}

TEST_CASE("a problem says what is wrong as RFC 9457 wants it") {
    const Response response =
        Response::problem(404, "channel_not_found", "There is no \"x\".", "Create it.");
    CHECK(response.status() == 404);
    CHECK(response.lines() == "Content-Type: application/problem+json\r\n");
    CHECK(std::get<Bytes>(response.body()).text() ==
          R"({"type":"about:blank","title":"Not Found","status":404,"code":"channel_not_found",)"
          R"("detail":"There is no \"x\".","help":"Create it."})");
}

TEST_CASE("an ETag is a property of the content") {
    CHECK(strong_etag(as_bytes("a")) == "\"ca978112ca1bbdcafac231b39a23dc4d\"");
    CHECK(strong_etag(as_bytes("a")) != strong_etag(as_bytes("b")));
}

namespace {

StaticAssets assets() {
    const auto bytes = [](const char* text) { return Bytes(std::string(text)); };
    return StaticAssets({{.path = "/assets/app-1.js",
                          .content_type = "text/javascript",
                          .identity = bytes("plain"),
                          .gzip = bytes("zipped"),
                          .brotli = bytes("brotli"),
                          .immutable = true},
                         {.path = "/index.html",
                          .content_type = "text/html",
                          .identity = bytes("<p>"),
                          .gzip = {},
                          .brotli = {}}},
                        {{"Content-Security-Policy", "default-src 'none'"}});
}

}  // namespace

TEST_CASE("assets go out in the form the client takes best, and not twice") {
    struct Body {
        static async::Task<void> run(TestServer& test) {
            auto client = co_await test.connect();
            Answer answer = co_await client.get("/assets/app-1.js");
            CHECK(answer.body == "plain");
            CHECK(answer.header("Vary") == "Accept-Encoding");
            CHECK(answer.header("Cache-Control") == "public, max-age=31536000, immutable");
            CHECK(answer.header("Content-Security-Policy") == "default-src 'none'");
            CHECK_FALSE(answer.has("Content-Encoding"));
            const std::string plain_etag = answer.header("ETag");
            answer = co_await client.get("/assets/app-1.js", "Accept-Encoding: gzip, br\r\n");
            CHECK(answer.body == "brotli");
            CHECK(answer.header("Content-Encoding") == "br");
            CHECK(answer.header("ETag") != plain_etag);
            answer = co_await client.get("/assets/app-1.js", "Accept-Encoding: gzip\r\n");
            CHECK(answer.body == "zipped");
            answer =
                co_await client.get("/assets/app-1.js", "If-None-Match: " + plain_etag + "\r\n");
            CHECK(answer.status == 304);
            CHECK(answer.header("Vary") == "Accept-Encoding");
            answer = co_await client.get("/watch/studio-1", "Accept-Encoding: gzip\r\n");
            CHECK(answer.body == "<p>");
            CHECK(answer.header("Cache-Control") == "no-cache");
            CHECK_FALSE(answer.has("Vary"));
            answer = co_await client.get("/assets/none.js");
            CHECK(answer.status == 404);
        }
    };
    const StaticAssets files = assets();
    CHECK(files.contains("/index.html"));
    Router router;
    router.get("/assets/*file", [&](Request& request) { return files.serve(request); });
    router.get("/watch/:channel",
               [&](Request& request) { return files.serve(request, "/index.html"); });
    TestServer test(std::move(router));
    async::run_to_end(test.loop, Body::run(test));
}
