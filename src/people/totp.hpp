#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

/// Time-based one-time passwords as authenticator apps make them (RFC 6238): HMAC-SHA-1, 30 s.
namespace shopcast::people::totp {

/// The time step that `time` is in.
std::int64_t step_of(WallTime time);
/// The code of one step, with leading zeros (RFC 4226, 5.3). `digits` 6 to 8.
std::string code_at(ByteSpan secret, std::int64_t step, int digits = 6);

/// The step whose code `code` is: now's or a neighbour (clocks of phones), and later than
/// `last_step`, so that a code works once. Spaces in `code` are ignored.
std::optional<std::int64_t> accept(ByteSpan secret, std::string_view code, WallTime now,
                                   std::int64_t last_step);

/// 160 random bits, as RFC 4226 recommends for SHA-1.
ByteVector new_secret(Random& random);
/// Upper case without padding, as apps want it typed.
std::string to_shown(ByteSpan secret);
/// "otpauth://totp/shop:login?secret=...&issuer=shop" for a QR code.
std::string otpauth_url(ByteSpan secret, std::string_view issuer, std::string_view login);

/// Ten codes "abcd-efgh" (40 bits each), each good once instead of a code.
std::vector<std::string> new_recovery_codes(Random& random);
/// As typed by hand: lower case, without spaces and hyphens.
std::string plain_recovery_code(std::string_view typed);

}  // namespace shopcast::people::totp
