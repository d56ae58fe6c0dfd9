#include "shop/orders/order_pages.hpp"

#include <doctest/doctest.h>

#include "shop/catalogue/product.hpp"
#include "shop/ledger/books_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// A product of "main" with two pictures, and the sku as its option.
ProductId tell_of(Folder& folder, SkuId sku) {
    store::Database& database = *folder.database;
    REQUIRE(put_category(database, "main", {"lips", {"a", "b"}, 1}));
    for (const char* id : {"second", "first"}) {
        REQUIRE(put_picture(database, "main", {id, 10, 20}, opening));
    }
    const ProductId product = put_product(database,
                                          {.shop = "main",
                                           .category = "lips",
                                           .name = {"a", "b"},
                                           .pictures = {{.id = "first"}, {.id = "second"}}},
                                          opening)
                                  .value();
    REQUIRE(put_option(database, product, sku, {}));
    return product;
}

}  // namespace

TEST_CASE("a summary of an order has its buyer, its money, its units and its first line") {
    DurableShop shop;
    shop.now += 5s;
    const SkuId sku = shop.sku(9, 4'000);
    const SkuId other = shop.sku(9, 2'500);
    const ProductId product = tell_of(shop, sku);
    const Decided placed = shop.order("ann", {{sku, {}, 2}, {other, {}, 3}});
    shop.pay(placed);
    shop.refund(placed, {{1, 1}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.ask(AdvanceOrder{id, Stage::Shipped}).is_accepted());
    const auto orders = list_orders(*shop.database, {.count_max = 9}).value();
    REQUIRE(orders.size() == 1);
    const OrderSummary& one = orders[0];
    CHECK(one.id == id);
    CHECK(one.shop == "main");
    CHECK(one.account == AccountId("ann"));
    CHECK(one.state == OrderState::Shipped);
    CHECK(one.stage == Stage::Shipped);
    CHECK(one.total == Money{15'500, Currency::Krw});
    CHECK(one.refunded_minor == 2'500);
    CHECK(one.placed_at == opening + 5s);
    CHECK(one.pay_by == opening + 605s);
    CHECK(one.units == 5);
    CHECK(one.first_name == "lip\nLip");
    CHECK(one.first_page.product == product);
    CHECK(one.first_page.picture == "first");
}

TEST_CASE("orders are listed newest first, by buyer, shop and state, page by page") {
    DurableShop shop;
    std::vector<std::int64_t> ids;
    const SkuId sku = shop.sku(9);
    const SkuId foreign = shop.sku(9, 10'000, "other");
    for (const auto& [account, of] : {std::pair{"ann", sku}, {"bob", sku}, {"ann", foreign}}) {
        ids.push_back(shop.order(account, {{of, {}, 1}}).receipt.number);
    }
    shop.pay({.receipt = {.number = ids[1], .price = {10'000, Currency::Krw}}});
    const auto list = [&](OrderFilter filter) {
        if (filter.count_max == 0) filter.count_max = 9;
        std::vector<std::int64_t> found;
        for (const auto& one : list_orders(*shop.database, filter).value()) {
            found.push_back(one.id.value);
        }
        return found;
    };
    using Ids = std::vector<std::int64_t>;
    CHECK(list({}) == Ids{ids[2], ids[1], ids[0]});
    CHECK(list({.count_max = 2}) == Ids{ids[2], ids[1]});
    CHECK(list({.behind = OrderId(ids[1])}) == Ids{ids[0]});
    CHECK(list({.account = AccountId("ann")}) == Ids{ids[2], ids[0]});
    CHECK(list({.shop = "other"}) == Ids{ids[2]});
    CHECK(list({.state = OrderState::Paid}) == Ids{ids[1]});
    CHECK(list({.account = AccountId("ann"), .shop = "main", .state = OrderState::Paid}).empty());
    CHECK(list({.account = AccountId("bob"),
                .shop = "main",
                .state = OrderState::Paid,
                .behind = OrderId(ids[2])}) == Ids{ids[1]});
}

TEST_CASE("an order's page has its history, its refunds, its coupon and what is told of it") {
    DurableShop shop;
    const SkuId sku = shop.sku(9, 4'000);
    const ProductId product = tell_of(shop, sku);
    const SkuId plain = shop.sku(9, 2'000);
    CHECK(shop
              .ask(PutCoupon{
                  {.shop = "main", .code = "TEN", .minor_off = 1'000, .ends_at = opening + 1h}, 5})
              .is_accepted());
    const Decided placed = shop.order("ann", {{sku, {}, 1}, {plain, {}, 1}, {sku, {}, 1}}, "TEN");
    shop.now += 1s;
    shop.pay(placed);
    shop.now += 1s;
    shop.refund(placed, {{0, 1}});
    shop.now += 1s;
    shop.refund(placed);
    const OrderPage page =
        find_order_page(*shop.database, OrderId(placed.receipt.number)).value().value();
    CHECK(text_of(page.order) ==
          text_of(shop.sink->find_order(OrderId(placed.receipt.number)).value().value()));
    CHECK(page.order.lines.size() == 3);
    CHECK(page.order.account == AccountId("ann"));
    CHECK(page.coupon == "TEN");
    REQUIRE(page.history.size() == 6);
    CHECK(page.history[0].state == OrderState::PendingPayment);
    CHECK(page.history[0].note == "placed");
    CHECK(page.history[0].at == opening);
    CHECK(page.history[1].state == OrderState::Paid);
    CHECK(page.history[1].note == "paid");
    CHECK(page.history[1].at == opening + 1s);
    CHECK(page.history[1].number > page.history[0].number);
    CHECK(page.history[1].order == page.order.id);
    CHECK(page.history[5].state == OrderState::Refunded);
    REQUIRE(page.refunds.size() == 2);
    CHECK(page.refunds[0].account == AccountId("staff"));
    CHECK(page.refunds[0].minor == 3'600);  // 4,000 less its share of the coupon
    CHECK(page.refunds[0].state == RefundState::Done);
    CHECK(page.refunds[0].made_at == opening + 2s);
    CHECK(page.refunds[1].minor == 5'400);
    CHECK(page.refunds[1].id.value > page.refunds[0].id.value);
    CHECK(page.refunds[1].id == page.order.refund.id);
    REQUIRE(page.pages.size() == 2);
    CHECK(page.pages.at(sku).product == product);
    CHECK(page.pages.at(sku).picture == "first");
    CHECK(page.pages.at(plain).product == ProductId());
    CHECK(page.pages.at(plain).picture.empty());
    CHECK_FALSE(find_order_page(*shop.database, OrderId(1)).value());
}

TEST_CASE("an order without coupon, refunds and products has none of them") {
    DurableShop shop;
    const SkuId sku = shop.sku(9);
    const Decided placed = shop.order("gone", {{sku, {}, 1}});
    const OrderPage page =
        find_order_page(*shop.database, OrderId(placed.receipt.number)).value().value();
    CHECK(page.coupon.empty());
    CHECK(page.refunds.empty());
}
