#include <doctest/doctest.h>

#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"
#include "shop/orders/cart.hpp"

/// What a cart tells of each of its lines and of its coupon.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

using Notes = std::vector<CartNote>;

struct Buying : DurableShop {
    Buying() : DurableShop({.shipping_minor = 3'000}) {}
    Result<void> put(SkuId sku, std::int64_t quantity, bool is_more = false) {
        return put_cart_line(*database, {ann, {}}, sku, quantity, is_more);
    }
    Cart cart() { return read_cart(*database, ann, rules, now).value(); }
    CartLine line() {
        const Cart all = cart();
        REQUIRE(all.lines.size() == 1);
        return all.lines[0];
    }
    void hold(const char* account, SkuId sku, std::int64_t quantity, DealId deal = {}) {
        CHECK(ask(HoldStock{sku, deal, quantity}, account, "hold " + std::to_string(++keys))
                  .is_accepted());
    }
    void change(SkuId sku, std::int64_t price, std::int64_t most = 0, bool on_sale = true) {
        CHECK(ask(PutSku{{.id = sku,
                          .shop = "main",
                          .name = "lip\nLip",
                          .price = {price, Currency::Krw},
                          .tax_percent = 5,
                          .per_order_max = most,
                          .on_sale = on_sale}})
                  .is_accepted());
    }
    CouponState coupon_state() { return cart().coupon_state; }

    CartOf ann{AccountId("ann"), "main"};
};

}  // namespace

TEST_CASE("a cart's words are those of the API") {
    CHECK(to_string(CartNote::PriceChanged) == "price_changed");
    CHECK(to_string(CartNote::OverLimit) == "over_limit");
    CHECK(to_string(CouponState::Applied) == "applied");
    CHECK(to_string(CouponState::UsedUp) == "used_up");
}

TEST_CASE("an empty cart costs nothing and cannot be ordered") {
    Buying shop;
    const Cart cart = shop.cart();
    CHECK(cart.shop == "main");
    CHECK(cart.version == 0);
    CHECK(cart.coupon.empty());
    CHECK(cart.lines.empty());
    CHECK(cart.priced.total_minor == 0);
    CHECK(cart.priced.shipping_minor == 0);
    CHECK(cart.priced.tax_minor == 0);
    CHECK_FALSE(cart.has_address);
    CHECK_FALSE(cart.can_be_ordered());
}

TEST_CASE("a line says what it costs now, what is left and what it is called") {
    Buying shop;
    const SkuId sku = shop.sku(limits::low_stock_units + 1, 10'000);
    shop.change(sku, 10'000);
    CHECK(shop.put(sku, 2));
    const Cart cart = shop.cart();
    CHECK(cart.version == 1);
    REQUIRE(cart.lines.size() == 1);
    const CartLine& line = cart.lines[0];
    CHECK(line.sku == sku);
    CHECK(line.quantity == 2);
    CHECK(line.seen_price_minor == 10'000);
    CHECK(line.list_price == Money{10'000, Currency::Krw});
    CHECK(line.name == "lip\nLip");
    CHECK(line.deal == DealId());
    CHECK(line.left == limits::low_stock_units + 1);
    CHECK(line.state == StockState::Available);
    CHECK(line.notes.empty());
    CHECK(cart.priced.lines.at(0).tax_percent == 5);
    CHECK(cart.priced.lines.at(0).name == "lip\nLip");
    CHECK(cart.priced.lines.at(0).pool == PoolId::of(sku));
    CHECK(cart.priced.currency == Currency::Krw);
    CHECK(cart.priced.total_minor == 23'000);
    CHECK(cart.can_be_ordered());
    shop.hold("bob", sku, 1);
    CHECK(shop.line().state == StockState::Low);
    shop.change(sku, 9'000);
    CHECK(shop.line().notes == Notes{CartNote::PriceChanged});
    CHECK(shop.cart().can_be_ordered());  // it is said, and the total is asked for again
}

TEST_CASE("a line is short from one unit less on") {
    Buying shop;
    const SkuId sku = shop.sku(4);
    CHECK(shop.put(sku, 3));
    shop.hold("bob", sku, 1);
    CHECK(shop.line().notes.empty());
    CHECK(shop.line().left == 3);
    CHECK(shop.ask(MoveStock{sku, -1, MoveReason::Corrected}).is_accepted());
    CHECK(shop.line().notes == Notes{CartNote::Short});
    CHECK(shop.line().left == 2);
    CHECK_FALSE(shop.cart().can_be_ordered());
    CHECK(shop.ask(MoveStock{sku, -2, MoveReason::Corrected}).is_accepted());
    CHECK(shop.line().notes == Notes{CartNote::AllHeld});
    CHECK(shop.line().state == StockState::AllHeld);
    CHECK(shop.ask(ReleaseHold{sku}, "bob").is_accepted());
    CHECK(shop.ask(MoveStock{sku, -1, MoveReason::Corrected}).is_accepted());
    CHECK(shop.line().notes == Notes{CartNote::SoldOut});
    CHECK(shop.line().state == StockState::SoldOut);
    CHECK(shop.line().left == 0);
}

TEST_CASE("a line over the limit of an order says so before anything else") {
    Buying shop;
    const SkuId sku = shop.sku(2);
    CHECK(shop.put(sku, 3));
    CHECK(shop.line().notes == Notes{CartNote::Short});
    shop.change(sku, 10'000, 3);
    CHECK(shop.line().notes == Notes{CartNote::Short});
    shop.change(sku, 10'000, 2);
    CHECK(shop.line().notes == Notes{CartNote::OverLimit});
    shop.change(sku, 10'000, 1);
    CHECK(shop.line().notes == Notes{CartNote::OverLimit});
    shop.change(sku, 10'000, 2, false);
    CHECK(shop.line().notes == Notes{CartNote::NotOnSale});
    CHECK(shop.line().state == StockState::Off);
}

TEST_CASE("what is held is the buyer's, withdrawn or not, at the price of the hold") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    shop.hold("ann", sku, 2);
    shop.change(sku, 12'000);
    CHECK(shop.put(sku, 2));
    CHECK(shop.line().seen_price_minor == 12'000);
    CHECK(shop.cart().priced.lines.at(0).unit_price.minor == 10'000);
    CHECK(shop.line().notes == Notes{CartNote::PriceChanged});
    CHECK(shop.line().left == 2);
    CHECK(shop.line().state == StockState::Low);
    shop.change(sku, 12'000, 0, false);
    CHECK(shop.line().notes == Notes{CartNote::PriceChanged});
    shop.change(sku, 12'000);
    CHECK(shop.put(sku, 3));  // one more than is held: the price of now for all of them
    CHECK(shop.cart().priced.lines.at(0).unit_price.minor == 12'000);
    CHECK(shop.line().left == 9);
    CHECK(shop.line().notes.empty());
    CHECK(shop.put(sku, 1));
    CHECK(shop.cart().priced.lines.at(0).unit_price.minor == 10'000);
}

TEST_CASE("a hold of many is available, and one of another sku is no hold of this") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    const SkuId other = shop.sku(9);
    shop.hold("ann", other, 9);
    shop.change(other, 12'000);
    CHECK(shop.put(sku, 1));
    CHECK(shop.cart().priced.lines.at(0).unit_price.minor == 10'000);
    CHECK(shop.line().left == 9);
    CHECK(shop.put(other, 9));
    CHECK(shop.cart().lines.at(1).state == StockState::Available);
    CHECK(shop.cart().lines.at(1).left == 9);
}

TEST_CASE("a line takes a running deal as long as all of it fits, one's own hold counted in") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    const DealId deal = shop.deal(sku, 3, 6'000);
    CHECK(shop.put(sku, 3));
    CHECK(shop.line().deal == deal);
    CHECK(shop.line().seen_price_minor == 6'000);
    CHECK(shop.line().left == 3);
    CHECK(shop.line().list_price.minor == 10'000);
    CHECK(shop.cart().priced.lines.at(0).pool == PoolId::of(deal));
    CHECK(shop.put(sku, 4));
    CHECK(shop.line().deal == DealId());
    CHECK(shop.line().seen_price_minor == 10'000);
    CHECK(shop.put(sku, 3));
    shop.hold("ann", sku, 1, deal);
    CHECK(shop.line().deal == deal);
    CHECK(shop.line().left == 3);
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    shop.hold("bob", sku, 1, deal);
    CHECK(shop.line().deal == DealId());
    CHECK(shop.ask(ReleaseHold{sku}, "bob").is_accepted());
    // A hold of the sku's own stock is none of the deal's.
    shop.hold("ann", sku, 1);
    CHECK(shop.line().deal == deal);
    CHECK(shop.line().left == 3);
    CHECK(shop.put(sku, 4));
    CHECK(shop.line().deal == DealId());
    CHECK(shop.line().left == 6);
    CHECK(shop.put(sku, 1));
    CHECK(shop.line().deal == DealId());  // it is held at the sku's price
    CHECK(shop.line().left == 1);
}

TEST_CASE("a line takes a deal as long as its buyer may have so many of it") {
    Buying shop;
    const SkuId sku = shop.sku(20);
    const DealId deal = shop.deal(sku, 9, 6'000, 3);
    shop.pay(shop.order("ann", {{sku, deal, 1}}));
    CHECK(shop.put(sku, 2));
    CHECK(shop.line().deal == deal);
    CHECK(shop.put(sku, 3));
    CHECK(shop.line().deal == DealId());
    CHECK(shop.line().left == 11);
}

TEST_CASE("what is another shop's or gone is not on sale") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    CHECK(shop.put(sku, 1));
    shop.execute("UPDATE sku SET shop = 'other'");
    CHECK(shop.line().notes == Notes{CartNote::NotOnSale});
    CHECK_FALSE(shop.cart().can_be_ordered());
}

TEST_CASE("a coupon applies, or says why it does not") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    const SkuId other = shop.sku(9);
    CHECK(shop.put(sku, 2));
    const auto put_coupon = [&](const std::string& code, std::int64_t most, std::int64_t quota) {
        CHECK(shop.ask(PutCoupon{{.shop = "main",
                                  .code = code,
                                  .minor_off = 1'000,
                                  .minimum_minor = 20'000,
                                  .per_account_max = most,
                                  .ends_at = opening + 1h},
                                 quota})
                  .is_accepted());
        CHECK(put_cart_coupon(*shop.database, {shop.ann, {}}, code));
    };
    CHECK(put_cart_coupon(*shop.database, {shop.ann, {}}, "NONE"));
    CHECK(shop.coupon_state() == CouponState::Unknown);
    CHECK_FALSE(shop.cart().can_be_ordered());
    CHECK(shop.cart().priced.total_minor == 23'000);
    put_coupon("ONE", 1, 9);
    CHECK(shop.coupon_state() == CouponState::Applied);
    CHECK(shop.cart().coupon == "ONE");
    CHECK(shop.cart().coupon_minimum_minor == 20'000);
    CHECK(shop.cart().priced.total_minor == 22'000);
    CHECK(shop.cart().can_be_ordered());
    CHECK(shop.put(sku, 1));
    CHECK(shop.coupon_state() == CouponState::BelowMinimum);
    CHECK(shop.cart().priced.total_minor == 13'000);
    CHECK(shop.put(sku, 2));
    shop.now = opening + 1h - 1ms;
    CHECK(shop.coupon_state() == CouponState::Applied);
    shop.now = opening + 1h;
    CHECK(shop.coupon_state() == CouponState::Ended);
    shop.now = opening;
    (void)shop.order("ann", {{other, {}, 2}}, "ONE");
    CHECK(shop.coupon_state() == CouponState::Used);
    put_coupon("ANY", 0, 2);
    (void)shop.order("bob", {{other, {}, 2}}, "ANY");
    CHECK(shop.coupon_state() == CouponState::Applied);
    shop.execute(
        "UPDATE stock SET held = 2 WHERE pool = (SELECT id FROM coupon WHERE code = 'ANY')");
    CHECK(shop.coupon_state() == CouponState::UsedUp);
    put_coupon("TWICE", 2, 9);
    (void)shop.order("ann", {{shop.sku(9), {}, 2}}, "TWICE");
    CHECK(shop.coupon_state() == CouponState::Applied);
    (void)shop.order("ann", {{shop.sku(9), {}, 2}}, "TWICE");
    CHECK(shop.coupon_state() == CouponState::Used);
}

TEST_CASE("a cart has so many lines of so many, and no more") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    CHECK(shop.put(sku, limits::order_line_quantity_max));
    CHECK(shop.line().quantity == limits::order_line_quantity_max);
    CHECK(shop.put(sku, limits::order_line_quantity_max + 1).error().code == Errc::TooLarge);
    CHECK(shop.put(sku, 1, true).error().code == Errc::TooLarge);
    CHECK(shop.put(sku, 2));
    CHECK(shop.put(sku, 3, true));
    CHECK(shop.line().quantity == 5);
    CHECK(shop.put(sku, -4, true));
    CHECK(shop.line().quantity == 1);
    CHECK(shop.put(sku, -1, true));
    CHECK(shop.cart().lines.empty());
    CHECK(shop.put(sku, -1));
    CHECK(shop.cart().lines.empty());

    std::vector<SkuId> skus;
    for (std::size_t i = 0; i < limits::order_lines_max; ++i) {
        skus.push_back(shop.sku(1));
        REQUIRE(shop.put(skus.back(), 1));
    }
    CHECK(shop.put(sku, 1).error().code == Errc::TooLarge);
    CHECK(shop.put(skus[7], 2));  // one that is there may change
    const Cart cart = shop.cart();
    REQUIRE(cart.lines.size() == limits::order_lines_max);
    for (std::size_t i = 0; i < skus.size(); ++i) CHECK(cart.lines[i].sku == skus[i]);
    CHECK(empty_cart(*shop.database, {shop.ann, {}}));
    CHECK(shop.cart().lines.empty());
}

TEST_CASE("a change names the version that it was made of") {
    Buying shop;
    const SkuId sku = shop.sku(9);
    const auto put = [&](std::optional<std::int64_t> version) {
        return put_cart_line(*shop.database, {shop.ann, version}, sku, 1, false);
    };
    CHECK(put(1).error().code == Errc::Conflict);
    CHECK(put(0));
    CHECK(put(0).error().message == "the cart was changed since it was read");
    CHECK(put(1));
    CHECK(put({}));
    CHECK(shop.cart().version == 3);
    CHECK(put_cart_coupon(*shop.database, {shop.ann, 2}, "X").error().code == Errc::Conflict);
    CHECK(empty_cart(*shop.database, {shop.ann, 2}).error().code == Errc::Conflict);
    CHECK(shop.cart().lines.size() == 1);
}

TEST_CASE("an address is kept until it is taken away") {
    Buying shop;
    CHECK_FALSE(read_address(*shop.database, AccountId("ann")).value());
    CHECK(put_address(*shop.database, AccountId("ann"), "here", opening));
    CHECK(put_address(*shop.database, AccountId("ann"), "there", opening));
    CHECK(read_address(*shop.database, AccountId("ann")).value() == "there");
    CHECK(shop.cart().has_address);
    CHECK(remove_address(*shop.database, AccountId("ann")));
    CHECK_FALSE(read_address(*shop.database, AccountId("ann")).value());
}
