#include "wire/rtmp_handshake.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/text.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

constexpr std::size_t part = RtmpHandshake::part_size;

ByteVector hmac(ByteSpan key, ByteSpan message) {
    ByteVector out(32);
    unsigned int length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
         reinterpret_cast<unsigned char*>(out.data()), &length);
    return out;
}

ByteVector without(ByteSpan in, std::size_t at, std::size_t length) {
    ByteVector out(in.begin(), in.end());
    const auto from = out.begin() + static_cast<std::ptrdiff_t>(at);
    out.erase(from, from + static_cast<std::ptrdiff_t>(length));
    return out;
}

/// As a Flash-like client places its digest: `block` is 772 (schema 0) or 8 (schema 1).
std::size_t digest_at(ByteSpan c1, std::size_t block) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += std::to_integer<std::size_t>(c1[block + i]);
    return block + 4 + sum % 728;
}

ByteVector c0c1(std::uint64_t seed) {
    ByteVector out(1 + part);
    SeededRandom(seed).fill(out);
    out[0] = std::byte{3};
    return out;
}

ByteVector signed_c0c1(std::uint64_t seed, std::size_t block) {
    ByteVector out = c0c1(seed);
    const ByteSpan c1 = ByteSpan(out).subspan(1);
    const std::size_t at = digest_at(c1, block);
    const ByteVector digest = hmac(as_bytes("Genuine Adobe Flash Player 001"), without(c1, at, 32));
    std::ranges::copy(digest, out.begin() + 1 + static_cast<std::ptrdiff_t>(at));
    return out;
}

}  // namespace

TEST_CASE("item 1: a simple handshake echoes C1 in S2, and C2 is never verified") {
    SeededRandom random(1);
    RtmpHandshake handshake(random);
    const ByteVector c = c0c1(2);
    CHECK(*handshake.feed(c) == c.size());
    CHECK(handshake.kind() == RtmpHandshake::Kind::Simple);
    const ByteVector s = handshake.take_output();
    REQUIRE(s.size() == 1 + 2 * part);
    CHECK(s[0] == std::byte{3});
    CHECK(std::ranges::equal(ByteSpan(s).subspan(1 + part), ByteSpan(c).subspan(1)));
    CHECK_FALSE(handshake.done());

    ByteVector c2_and_more(part + 5, std::byte{0xAA});
    CHECK(*handshake.feed(c2_and_more) == part);
    CHECK(handshake.done());
    CHECK(handshake.take_output().empty());
}

TEST_CASE("item 1: the handshake takes its bytes in any portions") {
    SeededRandom random(1);
    RtmpHandshake handshake(random);
    ByteVector all = c0c1(3);
    all.resize(1 + 2 * part);
    std::size_t output_bytes = 0;
    for (const std::byte byte : all) {
        CHECK_FALSE(handshake.done());
        REQUIRE(*handshake.feed(ByteSpan(&byte, 1)) == 1);
        output_bytes += handshake.take_output().size();
    }
    CHECK(handshake.done());
    CHECK(output_bytes == 1 + 2 * part);
}

TEST_CASE("item 1: both digest schemas are found and answered with valid signatures") {
    using Kind = RtmpHandshake::Kind;
    for (const auto& [block, kind] : {std::pair{std::size_t{772}, Kind::DigestSchema0},
                                      std::pair{std::size_t{8}, Kind::DigestSchema1}}) {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            SeededRandom random(seed);
            RtmpHandshake handshake(random);
            const ByteVector c = signed_c0c1(100 + seed, block);
            REQUIRE(handshake.feed(c));
            REQUIRE(handshake.kind() == kind);
            const ByteVector s = handshake.take_output();

            const ByteSpan s1 = ByteSpan(s).subspan(1, part);
            const std::size_t at = digest_at(s1, block);
            const auto s1_digest =
                hmac(as_bytes("Genuine Adobe Flash Media Server 001"), without(s1, at, 32));
            CHECK(std::ranges::equal(s1_digest, s1.subspan(at, 32)));

            const ByteSpan c1 = ByteSpan(c).subspan(1);
            ByteVector key =
                *from_hex(to_hex(as_bytes("Genuine Adobe Flash Media Server 001")) +
                          "f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae");
            const auto s2_key = hmac(key, c1.subspan(digest_at(c1, block), 32));
            const ByteSpan s2 = ByteSpan(s).subspan(1 + part);
            CHECK(std::ranges::equal(hmac(s2_key, s2.first(part - 32)), s2.last(32)));
        }
    }
}

TEST_CASE("item 1: only version 3 is spoken, and others are told what they speak") {
    SeededRandom random(1);
    const auto error_of = [&](std::uint8_t first) {
        const std::byte byte{first};
        return RtmpHandshake(random).feed(ByteSpan(&byte, 1)).error();
    };
    CHECK(error_of(2).code == Errc::Malformed);
    CHECK(error_of(6).code == Errc::Unsupported);
    CHECK(error_of(0x16).message.find("TLS") != std::string::npos);
    CHECK(error_of('G').message.find("HTTP") != std::string::npos);
}
