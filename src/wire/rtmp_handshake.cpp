#include "wire/rtmp_handshake.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/check.hpp"

namespace shopcast::wire {
namespace {

constexpr std::size_t digest_size = 32;
constexpr std::uint8_t rtmp_version = 3;

using Digest = std::array<std::byte, digest_size>;
using Part = std::span<std::byte, RtmpHandshake::part_size>;
using ConstPart = std::span<const std::byte, RtmpHandshake::part_size>;

// The text alone signs the first message of each side, text and bytes together the second.
constexpr std::string_view player_text = "Genuine Adobe Flash Player 001";
constexpr std::string_view server_text = "Genuine Adobe Flash Media Server 001";
constexpr std::array<std::uint8_t, 32> key_bytes = {
    0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8, 0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57,
    0x6e, 0xec, 0x5d, 0x2d, 0x29, 0x80, 0x6f, 0xab, 0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae};

/// HMAC-SHA256 of `a` followed by `b`.
Digest hmac_sha256(ByteSpan key, ByteSpan a, ByteSpan b = {}) {
    ByteVector message(a.begin(), a.end());
    message.insert(message.end(), b.begin(), b.end());
    Digest out{};
    unsigned int length = 0;
    const unsigned char* done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(),
             reinterpret_cast<unsigned char*>(out.data()), &length);
    ENSURE(done != nullptr && length == digest_size);
    return out;
}

/// Where the digest lies in C1 or S1: after the sum of four bytes at the start of its 764-byte
/// block, which stands at 8 (schema 1) or 772 (schema 0).
std::size_t digest_position(ConstPart part, RtmpHandshake::Kind schema) {
    const std::size_t block = schema == RtmpHandshake::Kind::DigestSchema0 ? 772 : 8;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += std::to_integer<std::size_t>(part[block + i]);
    return block + 4 + sum % 728;
}

/// The digest of everything but the place where it stands.
Digest digest_of(ConstPart part, std::size_t position, std::string_view key) {
    return hmac_sha256(as_bytes(key), part.first(position), part.subspan(position + digest_size));
}

std::optional<Digest> find_digest(ConstPart c1, RtmpHandshake::Kind schema) {
    const std::size_t position = digest_position(c1, schema);
    const Digest expected = digest_of(c1, position, player_text);
    if (!std::ranges::equal(expected, c1.subspan(position, digest_size))) return std::nullopt;
    return expected;
}

void sign_s1(Part s1, RtmpHandshake::Kind schema) {
    // A version that is not zero says "digest"; 4.5.0.1 is what Flash Media Server sends.
    constexpr std::array<std::uint8_t, 4> version = {4, 5, 0, 1};
    std::ranges::transform(version, s1.begin() + 4, [](std::uint8_t v) { return std::byte{v}; });
    const std::size_t position = digest_position(s1, schema);
    std::ranges::copy(digest_of(s1, position, server_text),
                      s1.begin() + static_cast<std::ptrdiff_t>(position));
}

void sign_s2(Part s2, const Digest& c1_digest) {
    ByteVector key(as_bytes(server_text).begin(), as_bytes(server_text).end());
    for (const std::uint8_t byte : key_bytes) key.push_back(std::byte{byte});
    const Digest s2_key = hmac_sha256(key, c1_digest);
    const Digest signature = hmac_sha256(s2_key, s2.first(s2.size() - digest_size));
    std::ranges::copy(signature, s2.end() - digest_size);
}

Result<void> check_version(std::byte c0) {
    const auto version = std::to_integer<std::uint8_t>(c0);
    if (version == rtmp_version) return {};
    if (version == 0x16) {
        return fail(Errc::Unsupported, "the peer speaks TLS (rtmps://) to the plain RTMP port");
    }
    if (version >= 'A' && version <= 'Z') {
        return fail(Errc::Unsupported, "the peer speaks HTTP or another text protocol, not RTMP");
    }
    if (version == 6 || version == 8) return fail(Errc::Unsupported, "RTMPE is not supported");
    return fail(Errc::Malformed, "the first byte is not RTMP version 3");
}

}  // namespace

Result<std::size_t> RtmpHandshake::feed(ByteSpan in) {
    std::size_t consumed = 0;
    if (c0c1_.size() < 1 + part_size) {
        if (c0c1_.empty() && !in.empty()) TRY_VOID(check_version(in[0]));
        consumed = std::min(in.size(), 1 + part_size - c0c1_.size());
        c0c1_.insert(c0c1_.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(consumed));
        if (c0c1_.size() < 1 + part_size) return consumed;
        answer();
    }
    const std::size_t rest = std::min(in.size() - consumed, part_size - c2_bytes_read_);
    c2_bytes_read_ += rest;
    done_ = c2_bytes_read_ == part_size;
    return consumed + rest;
}

void RtmpHandshake::answer() {
    const ConstPart c1(c0c1_.data() + 1, part_size);
    output_.resize(1 + 2 * part_size);
    output_[0] = std::byte{rtmp_version};
    const Part s1(output_.data() + 1, part_size);
    const Part s2(output_.data() + 1 + part_size, part_size);
    random_.fill(s1);
    std::ranges::fill(s1.first(8), std::byte{0});  // time 0: epochs start with the connection

    for (const Kind schema : {Kind::DigestSchema0, Kind::DigestSchema1}) {
        const auto digest = find_digest(c1, schema);
        if (!digest) continue;
        kind_ = schema;
        sign_s1(s1, schema);
        random_.fill(s2);
        sign_s2(s2, *digest);
        return;
    }
    kind_ = Kind::Simple;
    std::ranges::copy(c1, s2.begin());
}

}  // namespace shopcast::wire
