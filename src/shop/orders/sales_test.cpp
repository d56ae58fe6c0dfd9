#include "shop/orders/sales.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// A whole hour.
constexpr WallTime hour{Milliseconds(1'699'999'200'000)};

}  // namespace

TEST_CASE("sales are counted by the hour in which their orders were placed") {
    DurableShop shop({.shipping_minor = 500});
    const SkuId sku = shop.sku(99, 4'000);
    const SkuId other = shop.sku(99, 1'000, "main", "tint\nTint");
    shop.now = hour + 1h;  // the first moment that counts
    const Decided first = shop.order("ann", {{sku, {}, 2}, {other, {}, 1}});
    shop.pay(first);
    const Decided second = shop.order("bob", {{sku, {}, 1}});
    shop.pay(second);
    shop.refund(first, {{0, 1}});
    (void)shop.order("eve", {{sku, {}, 7}});  // not paid: no sale
    shop.now = hour + 4h - 1ms;               // the last moment
    shop.pay(shop.order("cat", {{other, {}, 5}}));
    shop.now = hour + 4h;  // too late
    shop.pay(shop.order("dan", {{other, {}, 50}}));

    const Sales sales =
        read_sales(*shop.database, {.shop = "main", .from = hour + 1h, .to = hour + 4h, .step = 1h})
            .value();
    REQUIRE(sales.rows.size() == 3);
    CHECK(sales.rows[0].at == hour + 1h);
    CHECK(sales.rows[0].orders == 2);
    CHECK(sales.rows[0].units == 4);
    CHECK(sales.rows[0].gross_minor == 9'500 + 4'500);
    CHECK(sales.rows[0].refunded_minor == 4'000);
    CHECK(sales.rows[1].at == hour + 2h);
    CHECK(sales.rows[1].orders == 0);
    CHECK(sales.rows[2].at == hour + 3h);
    CHECK(sales.rows[2].units == 5);
    CHECK(sales.total.at == hour + 1h);
    CHECK(sales.total.orders == 3);
    CHECK(sales.total.units == 9);
    CHECK(sales.total.gross_minor == 14'000 + 5'500);
    CHECK(sales.total.refunded_minor == 4'000);
    REQUIRE(sales.top.size() == 2);
    CHECK(sales.top[0].sku == other);
    CHECK(sales.top[0].name == "tint\nTint");
    CHECK(sales.top[0].units == 6);
    CHECK(sales.top[0].gross_minor == 6'000);
    CHECK(sales.top[1].sku == sku);
    CHECK(sales.top[1].units == 3);
    CHECK(sales.top[1].gross_minor == 12'000);

    const Sales none =
        read_sales(*shop.database, {.shop = "other", .from = hour, .to = hour + 2h, .step = 1h})
            .value();
    CHECK(none.rows.size() == 2);
    CHECK(none.total.orders == 0);
    CHECK(none.top.empty());
}

TEST_CASE("a summary begins with the step that its time lies in") {
    DurableShop shop;
    const auto rows = [&](Milliseconds from, Milliseconds to) {
        return read_sales(*shop.database,
                          {.shop = "main", .from = hour + from, .to = hour + to, .step = 1h})
            .value()
            .rows;
    };
    CHECK(rows(0ms, 1ms).size() == 1);
    CHECK(rows(0ms, 1h).size() == 1);
    CHECK(rows(0ms, 1h + 1ms).size() == 2);
    CHECK(rows(59min, 61min).size() == 2);
    CHECK(rows(59min, 61min)[0].at == hour);
    CHECK(rows(59min, 61min)[1].at == hour + 1h);
}

TEST_CASE("a summary has so many rows and not one more") {
    DurableShop shop;
    const auto read = [&](std::int64_t steps) {
        return read_sales(*shop.database, {.shop = "main",
                                           .from = hour,
                                           .to = hour + Milliseconds(3'600'000) * steps,
                                           .step = 1h});
    };
    CHECK(read(limits::sales_rows_max).value().rows.size() ==
          static_cast<std::size_t>(limits::sales_rows_max));
    const auto refused = read(limits::sales_rows_max + 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::TooLarge);
    CHECK(refused.error().message == "a summary has at most 2,200 hours or days");
}
