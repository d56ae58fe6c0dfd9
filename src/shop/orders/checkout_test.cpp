#include "shop/orders/checkout.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/shop_for_tests.hpp"
#include "shop/orders/ordered_carts.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;

namespace {

using Lacks = Checkout::Lacks;

struct Till : DurableShop {
    void put(SkuId sku, std::int64_t quantity) {
        REQUIRE(put_cart_line(*database, {ann, {}}, sku, quantity, false));
    }
    std::int64_t version() { return read_cart(*database, ann, rules, now).value().version; }
    Checkout check_out(PlaceOrder wanted, const char* key = "one") {
        return read_checkout(*database, ann, key, std::move(wanted), rules, now).value();
    }
    Checkout check_out_cart(std::int64_t version, const char* key = "one") {
        return check_out({.ship_to = "here", .cart_version = version}, key);
    }

    CartOf ann{AccountId("ann"), "main"};
};

}  // namespace

TEST_CASE("an order of the cart is its lines, its coupon and the saved address") {
    Till till;
    const SkuId tea = till.sku(9);
    const SkuId cup = till.sku(9);
    const DealId deal = till.deal(cup, 5, 4'000);
    till.put(tea, 2);
    till.put(cup, 1);
    REQUIRE(put_cart_coupon(*till.database, {till.ann, {}}, "TEN"));
    REQUIRE(put_address(*till.database, till.ann.account, "home", till.now));

    const Checkout checkout = till.check_out({.cart_version = till.version()});
    CHECK(checkout.lacks == Lacks::Nothing);
    REQUIRE(checkout.order.lines.size() == 2);
    CHECK(checkout.order.lines[0].sku == tea);
    CHECK(checkout.order.lines[0].deal == DealId());
    CHECK(checkout.order.lines[0].quantity == 2);
    CHECK(checkout.order.lines[1].deal == deal);
    CHECK(checkout.order.coupon_code == "TEN");
    CHECK(checkout.order.ship_to == "home");
    CHECK(checkout.pages.size() == 2);
    CHECK(till.check_out_cart(till.version()).order.ship_to == "here");
}

TEST_CASE("what an order lacks is said") {
    Till till;
    const SkuId tea = till.sku(9);
    CHECK(till.check_out_cart(1).lacks == Lacks::CartAsSeen);
    CHECK(till.check_out_cart(0).lacks == Lacks::Lines);
    CHECK(till.check_out({.lines = {{tea, {}, 1}}}).lacks == Lacks::Address);
    till.put(tea, 1);
    CHECK(till.check_out({.cart_version = till.version()}).lacks == Lacks::Address);
    CHECK(till.check_out({.lines = {{tea, {}, 1}}, .ship_to = "here"}).lacks == Lacks::Nothing);
}

TEST_CASE("a key that has made an order has nothing looked up") {
    Till till;
    const SkuId tea = till.sku(9);
    CHECK(till.ask(PlaceOrder{.lines = {{tea, {}, 1}}}, "ann", "one").is_accepted());
    const Checkout again = till.check_out_cart(77);
    CHECK(again.lacks == Lacks::Nothing);
    CHECK(again.order.lines.empty());
    CHECK(again.order.cart_version == 77);
    CHECK(till.check_out_cart(77, "two").lacks == Lacks::CartAsSeen);
}

TEST_CASE("a placed order's page is the one that is kept") {
    Till till;
    const SkuId tea = till.sku(9);
    const PlaceOrder wanted{.lines = {{tea, {}, 2}}, .ship_to = "here"};
    const Checkout checkout = till.check_out(wanted);
    const Decided placed = till.ask(checkout.order, "ann", "one");
    REQUIRE(placed.placed);
    const OrderPage told = page_of_placed(*placed.placed, checkout);
    const OrderPage kept =
        find_order_page(*till.database, OrderId(placed.receipt.number)).value().value();
    CHECK(text_of(told.order) == text_of(kept.order));
    CHECK(told.coupon == kept.coupon);
    REQUIRE(told.history.size() == kept.history.size());
    CHECK(told.history[0].number == kept.history[0].number);
    CHECK(told.history[0].note == kept.history[0].note);
    CHECK(told.pages.size() == kept.pages.size());
    CHECK_FALSE(till.ask(checkout.order, "ann", "two").placed);
}

TEST_CASE("an order empties the cart that it was made of, and no other") {
    Till till;
    const SkuId tea = till.sku(9);
    till.put(tea, 2);
    const auto append = [&](std::optional<std::int64_t> version) {
        ChangedOrder made{.order = {.account = till.ann.account, .shop = "main"}, .is_new = true};
        made.cart_version = version;
        Batch batch;
        batch.orders.push_back(made);
        REQUIRE(OrderedCarts().append(*till.database, batch));
        return read_cart(*till.database, till.ann, till.rules, till.now).value().lines.size();
    };
    CHECK(append(std::nullopt) == 1);
    CHECK(append(till.version() - 1) == 1);
    CHECK(append(till.version()) == 0);
}
