#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

SkuId put(Shop& shop, Sku sku, std::int64_t units = 9) {
    const SkuId id(shop.ask(PutSku{std::move(sku)}).receipt.number);
    CHECK(shop.ask(MoveStock{id, units, MoveReason::Received}).is_accepted());
    return id;
}

void withdraw(Shop& shop, SkuId sku, std::int64_t price = 10'000) {
    CHECK(shop.ask(PutSku{{.id = sku,
                           .shop = "main",
                           .name = "lipstick",
                           .price = {price, Currency::Krw},
                           .on_sale = false}})
              .is_accepted());
}

Verdict put_coupon(Shop& shop, Coupon coupon, std::int64_t quota = 9) {
    coupon.shop = "main";
    coupon.code = "CODE";
    if (coupon.ends_at == WallTime{}) coupon.ends_at = opening + 1h;
    return shop.ask(PutCoupon{coupon, quota}).verdict;
}

}  // namespace

TEST_CASE("an order has at least one line and as many as fit, each of a quantity that does") {
    Shop shop;
    const SkuId sku = shop.sku(100'000);
    const auto lines = [&](std::size_t count) {
        return shop.order("acc" + std::to_string(count), {count, WantedLine{sku, {}, 1}}).verdict;
    };
    CHECK(lines(0) == Verdict::Malformed);
    CHECK(lines(1) == Verdict::Accepted);
    CHECK(lines(limits::order_lines_max) == Verdict::Accepted);
    CHECK(shop.batch.orders.at(0).order.lines.size() == limits::order_lines_max);
    CHECK(lines(limits::order_lines_max + 1) == Verdict::Malformed);
    const auto quantity = [&](std::int64_t units) {
        return shop.order("q" + std::to_string(units), {{sku, {}, 1}, {sku, {}, units}}).verdict;
    };
    CHECK(quantity(0) == Verdict::Malformed);
    CHECK(quantity(1) == Verdict::Accepted);
    CHECK(quantity(limits::order_line_quantity_max) == Verdict::Accepted);
    CHECK(quantity(limits::order_line_quantity_max + 1) == Verdict::Malformed);
}

TEST_CASE("an address and a code have limits") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const auto place = [&](std::size_t address, std::size_t code) {
        PlaceOrder wanted{.lines = {{sku, {}, 1}},
                          .coupon_code = std::string(code, 'c'),
                          .ship_to = std::string(address, 'a')};
        return shop.ask(std::move(wanted), "ann").verdict;
    };
    CHECK(place(limits::order_address_bytes_max + 1, 0) == Verdict::Malformed);
    CHECK(place(0, limits::coupon_code_bytes_max + 1) == Verdict::Malformed);
    CHECK(place(0, limits::coupon_code_bytes_max) == Verdict::CouponRefused);  // there is none
    CHECK(place(limits::order_address_bytes_max, 0) == Verdict::Accepted);
    CHECK(shop.batch.orders.at(0).order.ship_to.size() == limits::order_address_bytes_max);
}

TEST_CASE("an order says what it costs and until when it waits, and keeps its request") {
    Shop shop({.shipping_minor = 2'500});
    const SkuId sku =
        put(shop,
            {.shop = "main", .name = "cream", .price = {10'000, Currency::Krw}, .tax_percent = 5});
    const Decided placed =
        shop.ask(PlaceOrder{.lines = {{sku, {}, 2}}, .ship_to = "here"}, "ann", "k");
    CHECK(placed.receipt.price == Money{22'500, Currency::Krw});
    CHECK(placed.receipt.expires_at == opening + 600s);
    REQUIRE(shop.batch.orders.size() == 1);
    CHECK(shop.batch.orders[0].is_new);
    const Order& order = shop.batch.orders[0].order;
    CHECK(order.id.value == placed.receipt.number);
    CHECK(order.payment.id.value > 0);
    CHECK(order.payment.id.value != order.id.value);
    CHECK(order.account == AccountId("ann"));
    CHECK(order.key == "k");
    CHECK(order.request_hash != 0);
    CHECK(order.shop == "main");
    CHECK(order.ship_to == "here");
    CHECK(order.placed_at == opening);
    CHECK(order.pay_by == opening + 600s);
    CHECK(order.expires_at == opening + 600s);
    CHECK_FALSE(order.coupon_taken);
    REQUIRE(order.lines.size() == 1);
    CHECK(order.lines[0].name == "cream");
    CHECK(order.lines[0].tax_percent == 5);
    CHECK(order.lines[0].pool == PoolId::of(sku));
    CHECK(order.holds.size() == 1);
    REQUIRE(shop.batch.order_events.size() == 1);
    CHECK(shop.batch.order_events[0].state == OrderState::PendingPayment);
    CHECK(shop.batch.order_events[0].note == "placed");
    REQUIRE(shop.batch.reservations.entries().size() == 1);
    const Reservation& held = shop.batch.reservations.entries()[0].row;
    CHECK(held.order == order.id);
    CHECK(held.expires_at == order.expires_at);
    CHECK(held.unit_price == Money{10'000, Currency::Krw});
    CHECK(held.key.empty());

    CHECK(shop.order("bob", {{sku, {}, 1}}).is_accepted());
    CHECK(shop.batch.orders.at(0).order.request_hash == 0);
}

TEST_CASE("what is withdrawn is not sold but to whom it is held for") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    CHECK(shop.hold("ann", sku, 2).is_accepted());
    withdraw(shop, sku);
    CHECK(shop.order("bob", {{sku, {}, 1}}).verdict == Verdict::NotOnSale);
    CHECK(shop.order("ann", {{sku, {}, 3}}).verdict == Verdict::NotOnSale);
    CHECK(shop.order("ann", {{sku, {}, 1}, {sku, {}, 2}}).verdict == Verdict::NotOnSale);
    CHECK(shop.order("ann", {{sku, {}, 1}, {sku, {}, 1}}).is_accepted());
    CHECK(shop.of(sku) == Counters{.on_hand = 9, .held = 2});
}

TEST_CASE("a hold keeps its price for what it holds, and not for one unit more") {
    for (const auto& [units, price] : {std::pair{1, 10'000}, {2, 20'000}, {3, 36'000}}) {
        Shop shop;
        const SkuId sku = shop.sku(9);
        CHECK(shop.hold("ann", sku, 2).is_accepted());
        CHECK(shop.ask(PutSku{{.id = sku,
                               .shop = "main",
                               .name = "lipstick",
                               .price = {12'000, Currency::Krw}}})
                  .is_accepted());
        const Decided placed = shop.order("ann", {{sku, {}, units}});
        CHECK(placed.receipt.price.minor == price);
        CHECK(shop.of(sku) == Counters{.on_hand = 9, .held = units});
    }
}

TEST_CASE("a hold of the sku is no hold of its deal") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const DealId deal = shop.deal(sku, 3, 7'000);
    CHECK(shop.hold("ann", sku, 2).is_accepted());
    const Decided placed = shop.order("ann", {{sku, deal, 2}});
    CHECK(placed.receipt.price.minor == 14'000);
    CHECK(shop.of(deal) == Counters{.on_hand = 3, .held = 2});
    CHECK(shop.of(sku) == Counters{.on_hand = 6});  // the hold went back
}

TEST_CASE("a deal that is over is sold to no one but who holds it") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const DealId deal = shop.deal(sku, 3, 7'000);
    CHECK(shop.ask(EndDeal{deal}).is_accepted());
    CHECK(shop.order("ann", {{sku, deal, 1}}).verdict == Verdict::NotOnSale);
    CHECK(shop.of(sku) == Counters{.on_hand = 9});
}

// The units that an order does not take of a hold go back where they came from.
TEST_CASE("what an order leaves of a hold of an ended deal returns to the sku") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const DealId deal = shop.deal(sku, 3, 7'000);
    CHECK(shop.hold("ann", sku, 3, deal).is_accepted());
    CHECK(shop.ask(EndDeal{deal}).is_accepted());
    CHECK(shop.order("ann", {{sku, deal, 1}}).is_accepted());
    CHECK(shop.of(deal) == Counters{.on_hand = 1, .held = 1});
    CHECK(shop.of(sku) == Counters{.on_hand = 8});
}

TEST_CASE("limits of orders and of deals are reached exactly") {
    Shop shop;
    const SkuId sku = shop.sku(20, 10'000, 3);
    CHECK(shop.order("ann", {{sku, {}, 4}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{sku, {}, 3}}).is_accepted());
    const SkuId single = shop.sku(20, 10'000, 1);
    CHECK(shop.order("ann", {{single, {}, 2}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{single, {}, 1}}).is_accepted());

    const SkuId other = shop.sku(20);
    const DealId deal = shop.deal(other, 10, 7'000, 2);
    CHECK(shop.order("ann", {{other, deal, 3}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{other, deal, 1}, {other, deal, 2}}).verdict == Verdict::LimitReached);
    CHECK(shop.hold("ann", other, 1, deal).is_accepted());
    CHECK(shop.order("ann", {{other, deal, 3}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{other, deal, 2}}).is_accepted());  // its own hold is among them
    CHECK(shop.of(deal) == Counters{.on_hand = 10, .held = 2});
    const SkuId third = shop.sku(20);
    CHECK(shop.order("ann", {{third, shop.deal(third, 10, 7'000, 1), 1}}).is_accepted());
}

TEST_CASE("the limit of one sku does not count the units of another") {
    Shop shop;
    const SkuId sku = shop.sku(20, 10'000, 2);
    const SkuId other = shop.sku(20);
    CHECK(shop.order("ann", {{other, {}, 5}, {sku, {}, 2}}).is_accepted());
}

TEST_CASE("a hold of a deal is enough for as many units at its price, whatever else is ordered") {
    Shop shop;
    const SkuId sku = shop.sku(20);
    const DealId deal = shop.deal(sku, 2, 7'000);
    CHECK(shop.hold("ann", sku, 2, deal).is_accepted());
    CHECK(shop.ask(EndDeal{deal}).is_accepted());
    // Two at the deal's price, which are held, and three at the sku's own.
    const Decided placed = shop.order("ann", {{sku, deal, 2}, {sku, {}, 3}});
    CHECK(placed.receipt.price.minor == 14'000 + 30'000);
}

TEST_CASE("an order is of one shop and one currency") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const SkuId dollars = put(shop, {.shop = "main", .name = "a", .price = {100, Currency::Usd}});
    const SkuId others = put(shop, {.shop = "other", .name = "b", .price = {100, Currency::Krw}});
    CHECK(shop.order("ann", {{sku, {}, 1}, {dollars, {}, 1}}).verdict == Verdict::Malformed);
    CHECK(shop.order("ann", {{sku, {}, 1}, {others, {}, 1}}).verdict == Verdict::SeveralShops);
    CHECK(shop.order("ann", {{SkuId(999), {}, 1}}).verdict == Verdict::NotFound);
    CHECK(shop.order("ann", {{sku, {}, 1}, {SkuId(999), {}, 1}}).verdict == Verdict::NotFound);
    const Decided placed = shop.order("ann", {{dollars, {}, 2}});
    CHECK(placed.receipt.price == Money{200, Currency::Usd});
    CHECK(shop.batch.orders.at(0).order.currency == Currency::Usd);
    CHECK(shop.order("ann", {{others, {}, 1}}).is_accepted());
    CHECK(shop.batch.orders.at(0).order.shop == "other");

    const auto in = [&](std::string name, SkuId wanted) {
        PlaceOrder order{.lines = {{wanted, {}, 1}}, .coupon_code = {}, .ship_to = {}};
        order.shop = std::move(name);
        return shop.ask(std::move(order), "bob").verdict;
    };
    CHECK(in("main", others) == Verdict::NotFound);
    CHECK(in("other", sku) == Verdict::NotFound);
    CHECK(in("other", others) == Verdict::Accepted);
}

TEST_CASE("the last unit is enough, and only what nobody holds is gone for good") {
    Shop shop;
    const SkuId held = shop.sku(3);
    const SkuId gone = shop.sku(2);
    CHECK(shop.hold("bob", held, 2).is_accepted());
    const Decided some = shop.order("ann", {{held, {}, 2}});
    CHECK(some.verdict == Verdict::AllHeld);
    REQUIRE(some.shorts.size() == 1);
    CHECK(some.shorts[0].wanted == 2);
    CHECK(some.shorts[0].available == 1);
    CHECK(some.shorts[0].may_return);
    const Decided both = shop.order("ann", {{held, {}, 2}, {gone, {}, 3}});
    CHECK(both.verdict == Verdict::SoldOut);
    REQUIRE(both.shorts.size() == 2);
    CHECK(both.shorts[1].sku == gone);
    CHECK(both.shorts[1].lines == std::vector<std::size_t>{1});
    CHECK_FALSE(both.shorts[1].may_return);
    CHECK(shop.order("ann", {{held, {}, 1}, {gone, {}, 2}}).is_accepted());
    CHECK(shop.of(gone) == Counters{.on_hand = 2, .held = 2});
}

TEST_CASE("one's own hold is there for one's own order, and for its own pool only") {
    Shop shop;
    const SkuId sku = shop.sku(4);
    const DealId deal = shop.deal(sku, 2, 7'000);
    CHECK(shop.hold("ann", sku, 2).is_accepted());
    CHECK(shop.order("ann", {{sku, deal, 3}}).verdict == Verdict::SoldOut);
    const Decided refused = shop.order("ann", {{sku, {}, 3}});
    CHECK(refused.verdict == Verdict::AllHeld);
    CHECK(refused.shorts.at(0).available == 2);
    CHECK(shop.order("ann", {{sku, {}, 2}}).is_accepted());
}

TEST_CASE("a buyer who saw another total or another currency is asked again") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const auto place = [&](Money seen) {
        return shop.ask(PlaceOrder{.lines = {{sku, {}, 1}}, .expected_total = seen}, "ann");
    };
    CHECK(place({9'999, Currency::Krw}).verdict == Verdict::PriceChanged);
    CHECK(place({10'000, Currency::Usd}).verdict == Verdict::PriceChanged);
    const Decided changed = place({10'001, Currency::Krw});
    CHECK(changed.verdict == Verdict::PriceChanged);
    CHECK(changed.receipt.price == Money{10'000, Currency::Krw});
    CHECK(changed.receipt.number == 0);
    CHECK(place({10'000, Currency::Krw}).verdict == Verdict::Accepted);
}

TEST_CASE("a coupon is good until its end, as often as it says") {
    for (const auto& [at, verdict] :
         {std::pair{59'999ms, Verdict::Accepted}, std::pair{60'000ms, Verdict::CouponRefused}}) {
        Shop shop;
        const SkuId sku = shop.sku(9);
        CHECK(put_coupon(shop, {.minor_off = 1, .ends_at = opening + 60s}) == Verdict::Accepted);
        shop.now += at;
        CHECK(shop.order("ann", {{sku, {}, 1}}, "CODE").verdict == verdict);
    }
    Shop shop;
    const SkuId a = shop.sku(9);
    const SkuId b = shop.sku(9);
    const SkuId c = shop.sku(9);
    CHECK(put_coupon(shop, {.minor_off = 1, .per_account_max = 2}) == Verdict::Accepted);
    CHECK(shop.order("ann", {{a, {}, 1}}, "CODE").is_accepted());
    CHECK(shop.batch.orders.at(0).order.coupon_taken);
    CHECK(shop.order("ann", {{b, {}, 1}}, "CODE").is_accepted());
    CHECK(shop.order("ann", {{c, {}, 1}}, "CODE").verdict == Verdict::CouponRefused);
    CHECK(shop.order("bob", {{c, {}, 1}}, "CODE").is_accepted());
}

TEST_CASE("a coupon without a limit for each buyer ends with its quota") {
    Shop shop;
    std::vector<SkuId> skus;
    for (int i = 0; i < 3; ++i) skus.push_back(shop.sku(9));
    CHECK(put_coupon(shop, {.minor_off = 1, .per_account_max = 0}, 2) == Verdict::Accepted);
    CHECK(shop.order("ann", {{skus[0], {}, 1}}, "CODE").is_accepted());
    CHECK(shop.order("ann", {{skus[1], {}, 1}}, "CODE").is_accepted());
    CHECK(shop.order("ann", {{skus[2], {}, 1}}, "CODE").verdict == Verdict::CouponUsedUp);
    CHECK(shop.order("ann", {{skus[2], {}, 1}}).is_accepted());
}

TEST_CASE("an account with an open order of a sku is told which, not sold another") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const Decided first = shop.order("ann", {{sku, {}, 2}});
    const Decided second = shop.order("ann", {{sku, {}, 1}});
    CHECK(second.verdict == Verdict::AlreadyHeld);
    CHECK(second.receipt == first.receipt);
    CHECK(shop.order("bob", {{sku, {}, 1}}).is_accepted());
    CHECK(shop.say(first, Said::Captured).is_accepted());
    CHECK(shop.order("ann", {{sku, {}, 1}}).is_accepted());
}

TEST_CASE("a sku without a limit of its own has the shop's, in an order and in a hold") {
    Shop shop(Rules{.units_per_order_max = 20});
    const SkuId usual = shop.sku(900);
    const SkuId own = shop.sku(900, 10'000, 30);
    CHECK(shop.order("ann", {{usual, {}, 21}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{usual, {}, 15}, {usual, {}, 6}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{usual, {}, 20}}).verdict == Verdict::Accepted);
    // One is open: that is all that ann keeps from the others.
    CHECK(shop.order("ann", {{usual, {}, 1}}).verdict == Verdict::AlreadyHeld);
    CHECK(shop.order("bob", {{own, {}, 30}}).verdict == Verdict::Accepted);
    CHECK(shop.order("cat", {{own, {}, 31}}).verdict == Verdict::LimitReached);
    CHECK(shop.hold("dan", usual, 21).verdict == Verdict::LimitReached);
    CHECK(shop.hold("dan", usual, 20).verdict == Verdict::Accepted);
}
