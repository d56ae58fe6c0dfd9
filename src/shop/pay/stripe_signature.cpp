#include "shop/pay/stripe_signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>

#include "base/text.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

constexpr std::size_t mac_bytes = 32;  // SHA-256
using Mac = std::array<unsigned char, mac_bytes>;

Mac sign(std::string_view secret, std::string_view timestamp, std::string_view body) {
    std::string text(timestamp);
    text.append(".").append(body);
    Mac mac;
    ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
    return mac;
}

struct Signatures {
    std::string_view timestamp;
    std::vector<ByteVector> macs;
};

std::optional<Signatures> parse(std::string_view header) {
    Signatures out;
    for (const std::string_view item : split(header, ',')) {
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view name = trim(item.substr(0, equals));
        const std::string_view value = trim(item.substr(equals + 1));
        if (name == "t") out.timestamp = value;
        if (name != "v1") continue;
        const auto mac = from_hex(value);
        if (mac && mac->size() == mac_bytes) out.macs.push_back(*mac);
    }
    if (out.timestamp.empty() || out.macs.empty() ||
        out.macs.size() > limits::webhook_signatures_max) {
        return std::nullopt;
    }
    return out;
}

}  // namespace

Result<void> verify_stripe_signature(std::string_view header, std::string_view body,
                                     std::span<const std::string> secrets, WallTime now) {
    const auto signatures = parse(header);
    const auto seconds =
        signatures ? parse_int<std::uint32_t>(signatures->timestamp) : std::nullopt;
    if (!seconds) return fail(Errc::Malformed, "Stripe-Signature is not \"t=...,v1=...\"");
    bool is_signed = false;
    for (const std::string& secret : secrets) {
        const Mac wanted = sign(secret, signatures->timestamp, body);
        for (const ByteVector& mac : signatures->macs) {
            is_signed |= ::CRYPTO_memcmp(wanted.data(), mac.data(), mac_bytes) == 0;
        }
    }
    if (!is_signed) {
        return fail(Errc::Unauthorized,
                    "the signature is not ours: is payments.webhook_secret the one of this "
                    "endpoint, and does the body come through unchanged?");
    }
    const WallTime signed_at{std::chrono::seconds(*seconds)};
    if (signed_at < now - limits::webhook_tolerance ||
        signed_at > now + limits::webhook_tolerance) {
        return fail(Errc::Unauthorized, "signed too long ago, or this machine's clock is wrong");
    }
    return {};
}

}  // namespace shopcast::shop
