#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "wire/http1.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

struct Decoded {
    std::string body;
    std::size_t used = 0;
    bool done = false;
    std::optional<Errc> error;
};

Decoded decode(std::string_view text, std::size_t step, std::size_t body_bytes_max = 1000) {
    ChunkedDecoder decoder(body_bytes_max);
    ByteVector body;
    Decoded out;
    while (out.used < text.size() && !decoder.done()) {
        const auto used = decoder.feed(as_bytes(text.substr(out.used, step)), body);
        if (!used) {
            out.error = used.error().code;
            break;
        }
        out.used += *used;
    }
    out.body = as_text(body);
    out.done = decoder.done();
    return out;
}

}  // namespace

TEST_CASE("a chunked body, in steps of any size") {
    const std::string text =
        "4\r\nWiki\r\n5;ext=\"v\"\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nX-Sum: 1\r\n\r\n";
    for (std::size_t step = 1; step <= text.size() + 3; ++step) {
        const Decoded out = decode(text + "GET", step);
        REQUIRE(out.done);
        CHECK(out.body == "Wikipedia in\r\n\r\nchunks.");
        CHECK(out.used == text.size());
    }
}

TEST_CASE("every prefix of a chunked body is unfinished, not wrong") {
    const std::string text = "1\r\na\r\n000\r\nA: b\r\nC:\r\n\r\n";
    for (std::size_t length = 0; length < text.size(); ++length) {
        const Decoded out = decode(text.substr(0, length), 100);
        CHECK_FALSE(out.done);
        CHECK_FALSE(out.error);
    }
    CHECK(decode(text, 100).done);
}

TEST_CASE("chunked bodies that other parsers read differently are refused") {
    for (const char* text : {"\r\n",
                             "g\r\n",
                             "-1\r\n",
                             "+1\r\na",
                             "0x1\r\na",
                             " 1\r\na",
                             "1 \r\na",
                             "1\na\r\n",
                             "1\r\nab\r\n",
                             "1\r\na\n0\r\n\r\n",
                             "1\ra",
                             "1\r\na0\r\n",
                             "1;a\nb\r\n",
                             "0\r\n\n",
                             "0\r\n folded\r\n",
                             "0\r\n: x\r\n",
                             "0\r\nX\r\n\r\n",
                             "0\r\nX : y\r\n\r\n",
                             "0\r\nX: \x01\r\n\r\n",
                             "0\r\n\rx"}) {
        CAPTURE(text);
        CHECK(decode(text, 100).error == Errc::Malformed);
    }
}

TEST_CASE("chunked bodies have limits") {
    CHECK(decode("3e8\r\n", 100).error == std::nullopt);
    CHECK(decode("3e9\r\n", 100).error == Errc::TooLarge);
    CHECK(decode("1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n", 100).error == Errc::TooLarge);
    CHECK(decode("00000000001\r\n", 100).error == Errc::TooLarge);
    CHECK(decode("ffffffff\r\n", 100).error == Errc::TooLarge);
    CHECK(decode("1;" + std::string(2000, 'x'), 100).error == Errc::Malformed);
    CHECK(decode("0\r\nX: " + std::string(10'000, 'x'), 100).error == Errc::TooLarge);
}
