#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace shopcast::shop {

enum class Currency : std::uint8_t { Krw, Usd, Jpy, Eur };

/// "KRW" (ISO 4217).
std::string_view to_string(Currency currency);
std::optional<Currency> currency_from(std::string_view code);
/// Decimal places of the minor unit: 1 won is 1, 1 dollar is 100 (ISO 4217).
constexpr int exponent_of(Currency currency) {
    return currency == Currency::Krw || currency == Currency::Jpy ? 0 : 2;
}

/// An amount in minor units. Amounts never leave limits::money_minor_max, so sums fit.
struct Money {
    std::int64_t minor = 0;
    Currency currency = Currency::Krw;
    friend bool operator==(const Money&, const Money&) = default;
};

/// The tax contained in a price that includes it: round half up of gross * percent / (100 +
/// percent). Korea's VAT of 10 % is 10/110. REQUIRES: gross >= 0.
std::int64_t tax_within(std::int64_t gross_minor, int percent);

/// Splits `total` in proportion to `weights` so that the shares add up to it: each is rounded down,
/// and what is left goes, one each, to the largest remainders; among equals to the first.
/// REQUIRES: total >= 0, weights >= 0, and a weight above 0 when total is.
std::vector<std::int64_t> split_by_largest_remainder(std::int64_t total,
                                                     std::span<const std::int64_t> weights);

/// What the next `count` units of a line are worth, `already` of its `units` being paid back: the
/// parts of a line always add up to its total. REQUIRES: already + count <= units, units > 0.
std::int64_t share_of_units(std::int64_t total, std::int64_t units, std::int64_t already,
                            std::int64_t count);

}  // namespace shopcast::shop
