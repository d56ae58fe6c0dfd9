#include "wire/gzip.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace shopcast;
using namespace shopcast::wire;

TEST_CASE("gzip gives back what went in") {
    for (const std::size_t size : {0U, 1U, 100U, 100'000U}) {
        std::string text;
        while (text.size() < size) text += "#EXT-X-PART:DURATION=0.50000,URI=\"0-17.3.m4s\"\n";
        text.resize(size);
        const ByteVector compressed = gzip(as_bytes(text));
        const auto back = gunzip(compressed, size);
        REQUIRE(back);
        CHECK(as_text(*back) == text);
    }
}

TEST_CASE("gzip writes the header of RFC 1952, 2.3.1, without a time") {
    const ByteVector compressed = gzip(as_bytes("x"));
    REQUIRE(compressed.size() > 18);
    CHECK(compressed[0] == std::byte{0x1f});
    CHECK(compressed[1] == std::byte{0x8b});
    CHECK(compressed[2] == std::byte{8});
    for (std::size_t i = 4; i < 8; ++i) CHECK(compressed[i] == std::byte{0});
}

TEST_CASE("gunzip refuses what is damaged, cut off or too large") {
    ByteVector compressed = gzip(as_bytes(std::string(1000, 'a')));
    CHECK(gunzip(compressed, 999).error().code == Errc::TooLarge);
    CHECK(gunzip(ByteSpan(compressed).first(compressed.size() - 1), 1000).error().code ==
          Errc::Malformed);
    compressed.back() = ~compressed.back();
    CHECK(gunzip(compressed, 1000).error().code == Errc::Malformed);
    CHECK(gunzip({}, 1000).error().code == Errc::Malformed);
}
