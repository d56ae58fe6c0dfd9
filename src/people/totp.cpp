#include "people/totp.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/url.hpp"

namespace shopcast::people::totp {
namespace {

constexpr std::int64_t step_ms = 30'000;
constexpr std::size_t secret_bytes = 20;

}  // namespace

std::int64_t step_of(WallTime time) {
    return to_unix_ms(time) / step_ms;
}

std::string code_at(ByteSpan secret, std::int64_t step, int digits) {
    std::array<unsigned char, 8> counter;
    for (std::size_t i = 0; i < counter.size(); ++i) {
        counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
    unsigned length = 0;
    ::HMAC(::EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
           counter.size(), mac.data(), &length);
    // RFC 4226, 5.3: the last nibble says where the four bytes lie; the top bit is left out.
    const std::size_t at = mac[length - 1] & 0xFU;
    const std::uint32_t number = (mac[at] & 0x7FU) << 24 |
                                 static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                                 static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
    std::uint32_t modulus = 1;
    for (int i = 0; i < digits; ++i) modulus *= 10;
    const std::string shown = std::to_string(number % modulus);
    return std::string(static_cast<std::size_t>(digits) - shown.size(), '0') + shown;
}

std::optional<std::int64_t> accept(ByteSpan secret, std::string_view code, WallTime now,
                                   std::int64_t last_step) {
    std::string typed(code);
    std::erase(typed, ' ');
    std::optional<std::int64_t> accepted;
    for (std::int64_t step = step_of(now) - 1; step <= step_of(now) + 1; ++step) {
        const std::string right = code_at(secret, step);
        const bool same = typed.size() == right.size() &&
                          ::CRYPTO_memcmp(typed.data(), right.data(), right.size()) == 0;
        if (same && step > last_step) accepted = step;
    }
    return accepted;
}

ByteVector new_secret(Random& random) {
    ByteVector secret(secret_bytes);
    random.fill(secret);
    return secret;
}

std::string to_shown(ByteSpan secret) {
    std::string text = to_base32(secret);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

std::string otpauth_url(ByteSpan secret, std::string_view issuer, std::string_view login) {
    const std::string name = wire::percent_encode(issuer);
    return "otpauth://totp/" + name + ":" + wire::percent_encode(login) +
           "?secret=" + to_shown(secret) + "&issuer=" + name;
}

std::vector<std::string> new_recovery_codes(Random& random) {
    std::vector<std::string> codes;
    for (int i = 0; i < 10; ++i) {
        const std::string token = random_token(random, 5);
        codes.push_back(token.substr(0, 4) + "-" + token.substr(4));
    }
    return codes;
}

std::string plain_recovery_code(std::string_view typed) {
    std::string plain = to_lower(typed);
    std::erase_if(plain, [](char c) { return c == ' ' || c == '-'; });
    return plain;
}

}  // namespace shopcast::people::totp
