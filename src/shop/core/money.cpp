#include "shop/core/money.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/check.hpp"

namespace shopcast::shop {
namespace {

/// Products of two amounts need more than 64 bits.
__extension__ using Wide = __int128;

constexpr std::array<std::string_view, 4> codes{"KRW", "USD", "JPY", "EUR"};

}  // namespace

std::string_view to_string(Currency currency) {
    return codes[static_cast<std::size_t>(currency)];
}

std::optional<Currency> currency_from(std::string_view code) {
    const auto* const found = std::ranges::find(codes, code);
    if (found == codes.end()) return std::nullopt;
    return static_cast<Currency>(found - codes.begin());
}

std::int64_t tax_within(std::int64_t gross_minor, int percent) {
    ENSURE(gross_minor >= 0 && percent >= 0);
    const Wide divisor = 100 + percent;
    return static_cast<std::int64_t>((Wide{gross_minor} * percent * 2 + divisor) / (divisor * 2));
}

std::vector<std::int64_t> split_by_largest_remainder(std::int64_t total,
                                                     std::span<const std::int64_t> weights) {
    Wide sum = 0;
    for (const std::int64_t weight : weights) {
        ENSURE(weight >= 0);
        sum += weight;
    }
    ENSURE(total >= 0 && (total == 0 || sum > 0));
    std::vector<std::int64_t> shares(weights.size(), 0);
    if (total == 0) return shares;

    std::vector<Wide> remainders(weights.size());
    std::int64_t left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide product = Wide{total} * weights[i];
        shares[i] = static_cast<std::int64_t>(product / sum);
        remainders[i] = product % sum;
        left -= shares[i];
    }
    std::vector<std::size_t> by_remainder(weights.size());
    std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
    std::ranges::sort(by_remainder, [&](std::size_t a, std::size_t b) {
        return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
    });
    for (std::size_t i = 0; left > 0; ++i, --left) ++shares[by_remainder[i]];
    return shares;
}

std::int64_t share_of_units(std::int64_t total, std::int64_t units, std::int64_t already,
                            std::int64_t count) {
    ENSURE(units > 0 && already >= 0 && count >= 0 && already + count <= units);
    const auto paid_back = [&](std::int64_t n) {
        return static_cast<std::int64_t>(Wide{total} * n / units);
    };
    return paid_back(already + count) - paid_back(already);
}

}  // namespace shopcast::shop
