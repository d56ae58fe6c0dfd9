#include "shop/core/pricing.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::shop;

namespace {

OrderLine a_line(std::int64_t price, std::int64_t quantity, int tax_percent = 10) {
    return {.sku = SkuId(1),
            .pool = PoolId(1),
            .name = "lipstick",
            .quantity = quantity,
            .unit_price = {price, Currency::Krw},
            .tax_percent = tax_percent};
}

Order an_order(std::vector<OrderLine> lines) {
    Order order;
    order.lines = std::move(lines);
    return order;
}

}  // namespace

TEST_CASE("shipping is free from its threshold on, and never where there is none") {
    const Rules rules{.shipping_minor = 3'000, .shipping_free_from_minor = 50'000};
    CHECK(shipping_of(0, rules) == 3'000);
    CHECK(shipping_of(49'999, rules) == 3'000);
    CHECK(shipping_of(50'000, rules) == 0);
    CHECK(shipping_of(50'001, rules) == 0);
    const Rules never{.shipping_minor = 3'000, .shipping_free_from_minor = 0};
    CHECK(shipping_of(0, never) == 3'000);
    CHECK(shipping_of(1'000'000, never) == 3'000);
    const Rules nearly_always{.shipping_minor = 3'000, .shipping_free_from_minor = 1};
    CHECK(shipping_of(0, nearly_always) == 3'000);
    CHECK(shipping_of(1, nearly_always) == 0);
}

TEST_CASE("an order costs its lines and the shipping, tax within both") {
    Order order = an_order({a_line(10'000, 2), a_line(5'500, 1, 0)});
    CHECK(price_order(order, nullptr, {.shipping_minor = 2'200}));
    CHECK(order.discount_minor == 0);
    CHECK(order.lines[0].tax_minor == 1'818);  // 20,000 / 11
    CHECK(order.lines[1].tax_minor == 0);
    CHECK(order.shipping_minor == 2'200);
    CHECK(order.tax_minor == 1'818 + 200);
    CHECK(order.total_minor == 25'500 + 2'200);

    // Priced again, as a late order is: nothing is added up twice.
    CHECK(price_order(order, nullptr, {}));
    CHECK(order.tax_minor == 1'818);
    CHECK(order.total_minor == 25'500);
}

TEST_CASE("free shipping is decided by what the goods cost after the discount") {
    const Rules rules{.shipping_minor = 3'000, .shipping_free_from_minor = 20'000};
    const Coupon coupon{.minor_off = 1};
    Order order = an_order({a_line(10'000, 2)});
    CHECK(price_order(order, nullptr, rules));
    CHECK(order.total_minor == 20'000);
    CHECK(price_order(order, &coupon, rules));
    CHECK(order.total_minor == 19'999 + 3'000);
}

TEST_CASE("a coupon wants its minimum, before the discount") {
    const Coupon coupon{.percent_off = 10, .minimum_minor = 20'000};
    Order order = an_order({a_line(19'999, 1)});
    CHECK_FALSE(price_order(order, &coupon, {}));
    order = an_order({a_line(20'000, 1)});
    CHECK(price_order(order, &coupon, {}));
    CHECK(order.discount_minor == 2'000);
    CHECK(order.total_minor == 18'000);
    order = an_order({a_line(20'001, 1)});
    CHECK(price_order(order, &coupon, {}));
    CHECK(order.discount_minor == 2'000);  // 2,000.1
}

TEST_CASE("what is free already takes no coupon") {
    const Coupon coupon{.minor_off = 100};
    Order order = an_order({a_line(0, 3)});
    CHECK_FALSE(price_order(order, &coupon, {}));
    order = an_order({a_line(0, 3), a_line(1, 1)});
    CHECK(price_order(order, &coupon, {}));
    CHECK(order.discount_minor == 1);
}

TEST_CASE("an amount is taken off to the last won, a percentage rounded down") {
    const auto off = [](const Coupon& coupon, std::int64_t price) {
        Order order = an_order({a_line(price, 1)});
        REQUIRE(price_order(order, &coupon, {}));
        CHECK(order.total_minor == price - order.discount_minor);
        return order.discount_minor;
    };
    CHECK(off({.minor_off = 5'000}, 5'001) == 5'000);
    CHECK(off({.minor_off = 5'000}, 5'000) == 5'000);
    CHECK(off({.minor_off = 5'000}, 4'999) == 4'999);
    CHECK(off({.percent_off = 1}, 99) == 0);
    CHECK(off({.percent_off = 1}, 100) == 1);
    CHECK(off({.percent_off = 15}, 1'999) == 299);  // 299.85
    CHECK(off({.percent_off = 100}, 1'999) == 1'999);
    // Two amounts of the largest kind multiply without overflow.
    CHECK(off({.percent_off = 99}, 5'000'000'000'000'099) == 4'950'000'000'000'098);
}

TEST_CASE("a discount falls on the lines by what they cost") {
    const Coupon coupon{.minor_off = 1'000};
    Order order = an_order({a_line(1'000, 3), a_line(1'000, 1), a_line(0, 1)});
    REQUIRE(price_order(order, &coupon, {}));
    CHECK(order.lines[0].discount_minor == 750);
    CHECK(order.lines[1].discount_minor == 250);
    CHECK(order.lines[2].discount_minor == 0);
    CHECK(order.lines[0].gross_minor() == 2'250);
    CHECK(order.lines[0].tax_minor == 205);  // 204.5: half a won up
    CHECK(order.tax_minor == 205 + 68);
}

TEST_CASE("demand is summed by pool, in the order of the lines") {
    std::vector<OrderLine> lines{a_line(1, 2), a_line(1, 3), a_line(1, 4)};
    lines[1].pool = PoolId(2);
    lines[1].sku = SkuId(2);
    const auto demands = sum_demand(lines);
    REQUIRE(demands.size() == 2);
    CHECK(demands[0].pool == PoolId(1));
    CHECK(demands[0].sku == SkuId(1));
    CHECK(demands[0].quantity == 6);
    CHECK(demands[0].lines == std::vector<std::size_t>{0, 2});
    CHECK(demands[1].pool == PoolId(2));
    CHECK(demands[1].sku == SkuId(2));
    CHECK(demands[1].quantity == 3);
    CHECK(demands[1].lines == std::vector<std::size_t>{1});
    CHECK(sum_demand({}).empty());
}
