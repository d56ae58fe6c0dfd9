#include "shop/core/money.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "base/random.hpp"

using namespace shopcast;
using namespace shopcast::shop;

TEST_CASE("VAT within a Korean price is a tenth of eleven, half a won up") {
    CHECK(tax_within(11'000, 10) == 1'000);
    CHECK(tax_within(10'000, 10) == 909);  // 909.09
    CHECK(tax_within(5, 10) == 0);         // 0.4545
    CHECK(tax_within(6, 10) == 1);         // 0.5454
    CHECK(tax_within(11, 10) == 1);
    CHECK(tax_within(16, 10) == 1);  // 1.4545
    CHECK(tax_within(17, 10) == 2);  // 1.5454
    CHECK(tax_within(3, 100) == 2);  // 1.5, exactly half
    CHECK(tax_within(10'000, 0) == 0);
    CHECK(tax_within(0, 10) == 0);
}

TEST_CASE("a discount is split so that the lines add up to it") {
    const std::vector<std::int64_t> thirds{1, 1, 1};
    CHECK(split_by_largest_remainder(100, thirds) == std::vector<std::int64_t>{34, 33, 33});
    const std::vector<std::int64_t> uneven{5, 3, 1};
    CHECK(split_by_largest_remainder(10, uneven) == std::vector<std::int64_t>{6, 3, 1});
    const std::vector<std::int64_t> with_free{0, 7};
    CHECK(split_by_largest_remainder(3, with_free) == std::vector<std::int64_t>{0, 3});
    CHECK(split_by_largest_remainder(0, {}).empty());

    SeededRandom random(7);
    for (int round = 0; round < 500; ++round) {
        std::vector<std::int64_t> weights(1 + random.u64() % 9);
        for (auto& weight : weights)
            weight = static_cast<std::int64_t>(random.u64() % (1ULL << 50));
        weights[0] += 1;
        const auto total = static_cast<std::int64_t>(random.u64() % (1ULL << 50));
        const auto shares = split_by_largest_remainder(total, weights);
        CHECK(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == total);
    }
}

TEST_CASE("paying units back one by one pays the line back to the won") {
    std::int64_t sum = 0;
    for (std::int64_t unit = 0; unit < 7; ++unit) sum += share_of_units(9'999, 7, unit, 1);
    CHECK(sum == 9'999);
    CHECK(share_of_units(9'999, 7, 0, 7) == 9'999);
}

TEST_CASE("units are paid back by what the line has cost up to them, whatever its size") {
    CHECK(share_of_units(100, 3, 0, 1) == 33);
    CHECK(share_of_units(100, 3, 1, 1) == 33);
    CHECK(share_of_units(100, 3, 2, 1) == 34);
    CHECK(share_of_units(100, 3, 1, 2) == 67);
    CHECK(share_of_units(100, 3, 1, 0) == 0);
    CHECK(share_of_units(100, 3, 3, 0) == 0);
    CHECK(share_of_units(0, 3, 0, 3) == 0);
    CHECK(share_of_units(5'000'000'000'000'000, 999, 0, 999) == 5'000'000'000'000'000);
    CHECK(share_of_units(5'000'000'000'000'000, 999, 998, 1) == 5'005'005'005'006);
}

TEST_CASE("what is left of a split goes to the largest remainders, the first of equals") {
    const auto split = [](std::int64_t total, std::vector<std::int64_t> weights) {
        return split_by_largest_remainder(total, weights);
    };
    using Shares = std::vector<std::int64_t>;
    CHECK(split(5, {1, 1, 1}) == Shares{2, 2, 1});
    CHECK(split(1, {1, 2, 1}) == Shares{0, 1, 0});
    CHECK(split(2, {1, 2, 1}) == Shares{1, 1, 0});  // 0.5, 1, 0.5
    CHECK(split(4, {1, 2, 1}) == Shares{1, 2, 1});
    CHECK(split(0, {0, 0}) == Shares{0, 0});
    CHECK(split(7, {5}) == Shares{7});
}

TEST_CASE("currencies keep their codes and exponents") {
    CHECK(exponent_of(Currency::Krw) == 0);
    CHECK(exponent_of(Currency::Usd) == 2);
    for (const auto currency : {Currency::Krw, Currency::Usd, Currency::Jpy, Currency::Eur}) {
        CHECK(currency_from(to_string(currency)) == currency);
    }
    CHECK_FALSE(currency_from("krw"));
}
