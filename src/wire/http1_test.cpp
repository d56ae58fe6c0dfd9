#include "wire/http1.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "wire/limits.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

constexpr std::size_t head_max = 16 * limits::KiB;

HeadResult parse(std::string_view text, RequestHead& head) {
    return parse_request_head(text, 0, head_max, head);
}

HeadStatus status_of(std::string_view text) {
    RequestHead head;
    return parse(text, head).status;
}

/// A request with one header line besides Host.
std::string with(std::string_view line) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("a browser's request") {
    const std::string text =
        "GET /live/s/abc/src/index.m3u8?_HLS_msn=12&_HLS_part=3 HTTP/1.1\r\n"
        "Host: 127.0.0.1:8080\r\n"
        "Connection: keep-alive\r\n"
        "Accept-Encoding:gzip, deflate, br \t\r\n"
        "X-Empty:\r\n"
        "\r\n";
    RequestHead head;
    const std::string pipelined = text + "GET";
    const HeadResult result = parse(pipelined, head);
    REQUIRE(result.status == HeadStatus::Complete);
    CHECK(result.length == text.size());
    CHECK(head.method == Method::Get);
    CHECK(head.target == "/live/s/abc/src/index.m3u8?_HLS_msn=12&_HLS_part=3");
    CHECK(head.host == "127.0.0.1:8080");
    CHECK(head.keep_alive);
    CHECK_FALSE(head.has_body());
    CHECK(head.headers_count == 4);
    CHECK(head.header("accept-encoding") == "gzip, deflate, br");
    CHECK(head.header("x-empty").empty());
    CHECK(head.header("cookie").empty());
    CHECK(head.field(0).name == "Host");
}

TEST_CASE("every prefix of a request needs more, whatever the steps it arrives in") {
    const std::string text = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    for (std::size_t length = 0; length < text.size(); ++length) {
        for (std::size_t scanned = 0; scanned <= length; ++scanned) {
            RequestHead head;
            const auto part = std::string_view(text).substr(0, length);
            REQUIRE(parse_request_head(part, scanned, head_max, head).status ==
                    HeadStatus::NeedMore);
            const auto whole = parse_request_head(text, scanned, head_max, head);
            REQUIRE(whole.status == HeadStatus::Complete);
            REQUIRE(whole.length == text.size());
        }
    }
}

TEST_CASE("request lines") {
    const std::vector<std::pair<std::string, HeadStatus>> table = {
        {"GET / HTTP/1.1", HeadStatus::Complete},
        {"OPTIONS * HTTP/1.1", HeadStatus::Complete},
        {"GET http://example.com/a?b HTTP/1.1", HeadStatus::Complete},
        {"GET HTTPS://example.com:8080 HTTP/1.1", HeadStatus::Complete},
        {"PROPFIND /a HTTP/1.1", HeadStatus::Complete},
        {"GET / HTTP/1.2", HeadStatus::Complete},
        {"get / HTTP/1.1", HeadStatus::Complete},
        {"GET  / HTTP/1.1", HeadStatus::BadRequest},
        {"GET / HTTP/1.1 ", HeadStatus::BadRequest},
        {"GET\t/ HTTP/1.1", HeadStatus::BadRequest},
        {" GET / HTTP/1.1", HeadStatus::BadRequest},
        {"GET /", HeadStatus::BadRequest},
        {"GET / http/1.1", HeadStatus::BadRequest},
        {"GET / HTTP/1.1x", HeadStatus::BadRequest},
        {"GET / HTTP/11", HeadStatus::BadRequest},
        {"GET / HTTP/2.0", HeadStatus::VersionNotSupported},
        {"PRI * HTTP/2.0", HeadStatus::VersionNotSupported},
        {"GET * HTTP/1.1", HeadStatus::BadRequest},
        {"CONNECT example.com:443 HTTP/1.1", HeadStatus::BadRequest},
        {"GET index.html HTTP/1.1", HeadStatus::BadRequest},
        {"GET /a#b HTTP/1.1", HeadStatus::BadRequest},
        {"GET /a b HTTP/1.1", HeadStatus::BadRequest},
        {"GET /\x7f HTTP/1.1", HeadStatus::BadRequest},
        {"GET /\xc3\xa9 HTTP/1.1", HeadStatus::BadRequest},
        {"GET ftp://example.com/ HTTP/1.1", HeadStatus::BadRequest},
        {"GET http:///a HTTP/1.1", HeadStatus::BadRequest},
        {"GET http://a?b HTTP/1.1", HeadStatus::BadRequest},
        {"G@T / HTTP/1.1", HeadStatus::BadRequest},
        {"GET /\ra HTTP/1.1", HeadStatus::BadRequest},
        {"\x16\x03\x01", HeadStatus::BadRequest},
    };
    for (const auto& [line, expected] : table) {
        CAPTURE(line);
        CHECK(status_of(line + "\r\nHost: a\r\n\r\n") == expected);
    }
}

TEST_CASE("an absolute target gives path and host (RFC 9112, 3.2.2)") {
    RequestHead head;
    const std::string text = "GET http://inner:81/a?b HTTP/1.1\r\nHost: outer\r\n\r\n";
    REQUIRE(parse(text, head).status == HeadStatus::Complete);
    CHECK(head.target == "/a?b");
    CHECK(head.host == "inner:81");
}

TEST_CASE("requests that two parsers could cut at different places are refused") {
    // Vectors after RFC 9112 11.2, "HTTP Desync Attacks" (Kettle) and llhttp's strictness tests.
    const std::vector<std::string> bad = {
        with("Content-Length: 3\r\nTransfer-Encoding: chunked"),
        with("Transfer-Encoding: chunked\r\nContent-Length: 3"),
        with("Content-Length: 3\r\nContent-Length: 4"),
        with("Content-Length: 3\r\nContent-Length: 3"),
        with("Content-Length: 3, 3"),
        with("Content-Length: +3"),
        with("Content-Length: -3"),
        with("Content-Length: 0x3"),
        with("Content-Length: 3 4"),
        with("Content-Length: "),
        with("Content-Length: 18446744073709551616"),
        with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        with("Transfer-Encoding : chunked"),
        with("Content-Length : 3"),
        with("Content-Length\t: 3"),
        with(" Content-Length: 3"),
        with("X: a\r\n folded: b"),
        with("X: a\r\n\tfolded"),
        with("X: a\nTransfer-Encoding: chunked"),
        with("X: a\rTransfer-Encoding: chunked"),
        with(std::string("X: a\0b", 6)),
        with("X: a\x01"),
        with("X\x80: a"),
        with("X(y): a"),
        with(": a"),
        with("no colon"),
        with("Host: b"),
        with("Host : b"),
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    };
    for (const std::string& text : bad) {
        CAPTURE(text);
        CHECK(status_of(text) == HeadStatus::BadRequest);
    }
    for (const char* coding : {"gzip", "gzip, chunked", "chunked, gzip", "xchunked", "identity",
                               "\x0b"
                               "chunked"}) {
        CAPTURE(coding);
        CHECK(status_of(with("Transfer-Encoding: " + std::string(coding))) != HeadStatus::Complete);
    }
    CHECK(status_of(with("Transfer-Encoding: gzip")) == HeadStatus::NotImplemented);
}

TEST_CASE("what is unusual and still well-formed is accepted") {
    for (const std::string& text : {
             with("Transfer-Encoding: CHUNKED"),
             with("tRANSFER-eNCODING:\tchunked\t "),
             with("Content-Length: 0"),
             with("X-Bytes: \xc3\xa9\x80"),
             with("X: a\tb"),
             std::string("\r\nGET / HTTP/1.1\r\nHost:\r\n\r\n"),
             std::string("GET / HTTP/1.0\r\n\r\n"),
             std::string("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
         }) {
        CAPTURE(text);
        CHECK(status_of(text) == HeadStatus::Complete);
    }
}

TEST_CASE("a line ending in LF alone is refused before the head is complete") {
    CHECK(status_of("GET / HTTP/1.1\n") == HeadStatus::BadRequest);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\n") == HeadStatus::BadRequest);
}

TEST_CASE("keep-alive by version and Connection (RFC 9112, 9.3)") {
    const auto keeps = [](std::string_view version, std::string_view connection) {
        RequestHead head;
        const std::string text = "GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" +
                                 std::string(connection) + "\r\n";
        REQUIRE(parse(text, head).status == HeadStatus::Complete);
        return head.keep_alive;
    };
    CHECK(keeps("1.1", ""));
    CHECK_FALSE(keeps("1.1", "Connection: close\r\n"));
    CHECK_FALSE(keeps("1.1", "Connection: keep-alive, Close\r\n"));
    CHECK_FALSE(keeps("1.1", "Connection: x\r\nConnection: close\r\n"));
    CHECK(keeps("1.1", "Connection: closed\r\n"));
    CHECK_FALSE(keeps("1.0", ""));
    CHECK(keeps("1.0", "Connection: Keep-Alive\r\n"));
}

TEST_CASE("Expect: 100-continue counts for HTTP/1.1") {
    RequestHead head;
    REQUIRE(parse(with("Expect: 100-Continue"), head).status == HeadStatus::Complete);
    CHECK(head.expects_continue);
    REQUIRE(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", head).status ==
            HeadStatus::Complete);
    CHECK_FALSE(head.expects_continue);
}

TEST_CASE("limits: 414, 431 and the count of fields") {
    RequestHead head;
    const std::string target(head_max, 'a');
    CHECK(parse("GET /" + target, head).status == HeadStatus::UriTooLong);
    CHECK(parse("GET /" + target + " HTTP/1.1\r\n", head).status == HeadStatus::UriTooLong);
    const std::string value(head_max, 'v');
    CHECK(parse("GET / HTTP/1.1\r\nX: " + value, head).status == HeadStatus::HeadersTooLarge);
    CHECK(parse(with("X: " + value), head).status == HeadStatus::HeadersTooLarge);
    CHECK(parse_request_head(with("A: b"), 0, 20, head).status == HeadStatus::HeadersTooLarge);

    std::string lines;
    for (std::size_t i = 1; i < limits::http_headers_max; ++i) lines += "A: b\r\n";
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n") == HeadStatus::Complete);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "A: b\r\n\r\n") ==
          HeadStatus::HeadersTooLarge);
}

TEST_CASE("a head parsed into a used one forgets the old") {
    RequestHead head;
    REQUIRE(parse(with("Content-Length: 5\r\nConnection: close\r\nExpect: 100-continue"), head)
                .status == HeadStatus::Complete);
    REQUIRE(parse("GET / HTTP/1.1\r\nHost: b\r\n\r\n", head).status == HeadStatus::Complete);
    CHECK_FALSE(head.has_body());
    CHECK(head.keep_alive);
    CHECK_FALSE(head.expects_continue);
    CHECK(head.host == "b");
    CHECK(head.headers_count == 1);
}

TEST_CASE("ranges (RFC 9110, 14.1.2)") {
    const auto range = [](std::string_view text, std::uint64_t size) {
        const RangeResult result = parse_range(text, size);
        switch (result.status) {
            case RangeStatus::Whole: return std::string("whole");
            case RangeStatus::NotSatisfiable: return std::string("none");
            case RangeStatus::Partial: break;
        }
        return std::to_string(result.range.first) + "+" + std::to_string(result.range.length);
    };
    CHECK(range("bytes=0-499", 10000) == "0+500");
    CHECK(range("bytes=500-999", 10000) == "500+500");
    CHECK(range("bytes=-500", 10000) == "9500+500");
    CHECK(range("bytes=9500-", 10000) == "9500+500");
    CHECK(range("BYTES=0-0", 10000) == "0+1");
    CHECK(range("bytes=9999-20000", 10000) == "9999+1");
    CHECK(range("bytes=-20000", 10000) == "0+10000");
    CHECK(range("bytes=0-18446744073709551615", 10) == "0+10");
    CHECK(range("bytes=10000-", 10000) == "none");
    CHECK(range("bytes=-0", 10000) == "none");
    CHECK(range("bytes=0-", 0) == "none");
    for (const char* ignored :
         {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,3-4", "items=0-1",
          "bytes=+1-2", "bytes=1-2-3", "bytes=0-18446744073709551616"}) {
        CAPTURE(ignored);
        CHECK(range(ignored, 10000) == "whole");
    }
}

TEST_CASE("If-None-Match compares weakly (RFC 9110, 13.1.2)") {
    CHECK(etag_matches("\"a\"", "\"a\""));
    CHECK(etag_matches("W/\"a\"", "\"a\""));
    CHECK(etag_matches("\"a\"", "W/\"a\""));
    CHECK(etag_matches("\"x\", W/\"a\"", "\"a\""));
    CHECK(etag_matches(" * ", "\"a\""));
    CHECK(etag_matches("\"b,\", \"a\"", "\"a\""));
    CHECK_FALSE(etag_matches("\"b\"", "\"a\""));
    CHECK_FALSE(etag_matches("a", "\"a\""));
    CHECK_FALSE(etag_matches("\"a", "\"a\""));
    CHECK_FALSE(etag_matches("*", ""));
}

TEST_CASE("tokens in a list") {
    CHECK(has_token("a, Close ,b", "close"));
    CHECK(has_token(",,close", "close"));
    CHECK_FALSE(has_token("closed, clos", "close"));
    CHECK_FALSE(has_token("", "close"));
}

TEST_CASE("dates (RFC 9110, 5.6.7)") {
    CHECK(to_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(to_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(to_http_date(1'709'164'800) == "Thu, 29 Feb 2024 00:00:00 GMT");
}
