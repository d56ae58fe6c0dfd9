#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

TEST_CASE("the last unit goes to one buyer, and the others hear that it may return") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided first = shop.hold("ann", sku);
    CHECK(first.verdict == Verdict::Accepted);
    CHECK(first.receipt.price == Money{10'000, Currency::Krw});
    CHECK(first.receipt.expires_at == opening + 300s);
    const Decided second = shop.hold("bob", sku);
    CHECK(second.verdict == Verdict::AllHeld);
    REQUIRE(second.shorts.size() == 1);
    CHECK(second.shorts[0].may_return);
    CHECK(shop.of(sku) == Counters{.on_hand = 1, .held = 1});
}

TEST_CASE("sold out is another word than all held") {
    Shop shop;
    const SkuId sku = shop.sku(2);
    CHECK(shop.say(shop.order("ann", {{sku, {}, 2}}), Said::Captured).is_accepted());
    const Decided refused = shop.hold("bob", sku);
    CHECK(refused.verdict == Verdict::SoldOut);
    CHECK_FALSE(refused.shorts[0].may_return);
    CHECK(shop.of(sku) == Counters{.on_hand = 2, .sold = 2});
    CHECK(shop.batch.asks.empty());
}

// medusajs/medusa#16502, vendurehq/vendure#2702: each line alone passes, both together do not.
TEST_CASE("the same sku on two lines wants both quantities") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    const SkuId other = shop.sku(5);
    const Decided refused = shop.order("ann", {{sku, {}, 3}, {other, {}, 1}, {sku, {}, 3}});
    CHECK(refused.verdict == Verdict::SoldOut);
    REQUIRE(refused.shorts.size() == 1);
    CHECK(refused.shorts[0].lines == std::vector<std::size_t>{0, 2});
    CHECK(refused.shorts[0].wanted == 6);
    CHECK(refused.shorts[0].available == 5);
    CHECK_FALSE(shop.batch.has_rows());
    CHECK(shop.of(other) == Counters{.on_hand = 5});
    CHECK(shop.order("ann", {{sku, {}, 3}, {sku, {}, 2}}).is_accepted());
}

TEST_CASE("a checkout is all or nothing and names every short line") {
    Shop shop;
    const SkuId full = shop.sku(9);
    const SkuId low = shop.sku(1);
    const SkuId none = shop.sku(0);
    const Decided refused = shop.order("ann", {{full, {}, 1}, {low, {}, 2}, {none, {}, 1}});
    CHECK(refused.verdict == Verdict::SoldOut);
    REQUIRE(refused.shorts.size() == 2);
    CHECK(refused.shorts[0].sku == low);
    CHECK(refused.shorts[1].sku == none);
    CHECK(shop.of(full).held == 0);
}

TEST_CASE("one open hold per account and sku") {
    Shop shop;
    const SkuId sku = shop.sku(10);
    const Decided first = shop.hold("ann", sku);
    const Decided second = shop.hold("ann", sku);
    CHECK(second.verdict == Verdict::AlreadyHeld);
    CHECK(second.receipt == first.receipt);
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());  // twice is once
    CHECK(shop.of(sku) == Counters{.on_hand = 10});
    const Decided order = shop.order("ann", {{sku, {}, 1}});
    const Decided again = shop.order("ann", {{sku, {}, 1}});
    CHECK(again.verdict == Verdict::AlreadyHeld);
    CHECK(again.receipt.number == order.receipt.number);
}

TEST_CASE("an order takes over the account's own hold, at the price of the hold") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const DealId deal = shop.deal(sku, 1, 7'000);
    CHECK(shop.hold("ann", sku, 1, deal).is_accepted());
    CHECK(shop.hold("bob", sku, 1, deal).verdict == Verdict::AllHeld);
    CHECK(shop.ask(EndDeal{deal}).is_accepted());
    CHECK(shop.of(deal) == Counters{.on_hand = 1, .held = 1});
    const Decided placed = shop.order("ann", {{sku, deal, 1}});
    CHECK(placed.verdict == Verdict::Accepted);
    CHECK(placed.receipt.price.minor == 7'000);
    CHECK(shop.of(deal) == Counters{.on_hand = 1, .held = 1});
    // Not paid: the unit goes back to the sku, for the deal is over.
    shop.pass(601s);
    CHECK(shop.of(deal) == Counters{});
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
}

TEST_CASE("a deal sets its quantity aside and gives the rest back") {
    Shop shop;
    const SkuId sku = shop.sku(10);
    const DealId deal = shop.deal(sku, 4, 7'000, 2);
    CHECK(shop.of(sku) == Counters{.on_hand = 6});
    CHECK(shop.hold("ann", sku, 3, deal).verdict == Verdict::LimitReached);
    CHECK(shop.say(shop.order("ann", {{sku, deal, 2}}), Said::Captured).is_accepted());
    CHECK(shop.hold("ann", sku, 1, deal).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{sku, deal, 1}}).verdict == Verdict::LimitReached);
    CHECK(shop.hold("bob", sku, 1, deal).is_accepted());
    shop.pass(600s);
    CHECK(shop.of(deal) == Counters{.on_hand = 2, .sold = 2});  // bob's hold expired on the way
    CHECK(shop.of(sku) == Counters{.on_hand = 8});
    CHECK(shop.hold("eve", sku, 1, deal).verdict == Verdict::NotOnSale);
}

TEST_CASE(
    "a deal by hand is refused when there is less, a scheduled one starts with what there is") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided made = shop.ask(PutDeal{{.sku = sku,
                                           .price = {1, Currency::Krw},
                                           .quantity = 5,
                                           .starts_at = opening + 10s,
                                           .ends_at = opening + 20s}});
    const DealId deal(made.receipt.number);
    CHECK(shop.ask(StartDeal{deal}).verdict == Verdict::SoldOut);
    shop.pass(10s);
    CHECK(shop.of(deal) == Counters{.on_hand = 3});
    shop.pass(10s);
    CHECK(shop.of(sku) == Counters{.on_hand = 3});
}

TEST_CASE("holds expire by ticks, and two of them bring a cool-down") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    CHECK(shop.hold("ann", sku).is_accepted());
    shop.pass(299s);
    CHECK(shop.of(sku).held == 1);
    shop.pass(1s);
    CHECK(shop.of(sku).held == 0);
    CHECK(shop.hold("ann", sku).is_accepted());
    shop.pass(300s);
    const Decided cooling = shop.hold("ann", sku);
    CHECK(cooling.verdict == Verdict::CoolingDown);
    CHECK(cooling.until == opening + 1200s);
    CHECK(shop.order("ann", {{sku, {}, 1}}).verdict == Verdict::CoolingDown);
    CHECK(shop.hold("bob", sku).is_accepted());
    shop.pass(600s);
    CHECK(shop.hold("ann", sku).is_accepted());
}

TEST_CASE("time that goes back does not lengthen a hold") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    shop.pass(100s);
    shop.now -= 3600s;
    CHECK(shop.hold("ann", sku).receipt.expires_at == opening + 400s);
    shop.now = opening + 400s;
    shop.pass(0s);
    CHECK(shop.of(sku).held == 0);
}

TEST_CASE("the same key gets the same receipt, another body is refused") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    Allocator& allocator = shop.allocator;
    const Command hold{HoldStock{sku, {}, 1}, AccountId("ann"), "key-1", opening};
    const Decided first = allocator.decide(hold, {});
    const Decided in_batch = allocator.decide(hold, {});
    CHECK(in_batch.verdict == Verdict::Replayed);
    CHECK(in_batch.receipt == first.receipt);
    const Batch batch = allocator.take_batch();
    CHECK(batch.reservations.entries().size() == 1);
    CHECK(batch.reservations.entries()[0].row.key == "key-1");

    // Sold out meanwhile, found in the database: the retry gets what the first one got.
    const Known known{.key = AcceptedKey{request_hash(hold), first.receipt}};
    CHECK(allocator.decide(hold, known).verdict == Verdict::Replayed);
    Command other = hold;
    other.what = HoldStock{sku, {}, 2};
    CHECK(allocator.decide(other, known).verdict == Verdict::KeyReused);
    other.key = std::string(limits::idempotency_key_bytes_max + 1, 'k');
    CHECK(allocator.decide(other, {}).verdict == Verdict::Malformed);
}

TEST_CASE("a refused request leaves its key free") {
    Shop shop;
    const SkuId sku = shop.sku(0);
    CHECK(shop.ask(HoldStock{sku, {}, 1}, "ann", "k").verdict == Verdict::SoldOut);
    CHECK(shop.ask(MoveStock{sku, 1, MoveReason::Received}).is_accepted());
    CHECK(shop.ask(HoldStock{sku, {}, 1}, "ann", "k").verdict == Verdict::Accepted);
}

TEST_CASE("price is that of the decision, and a buyer who saw another is asked again") {
    Shop shop;
    const SkuId sku = shop.sku(9, 10'000);
    PlaceOrder wanted{.lines = {{sku, {}, 1}}, .expected_total = Money{10'000, Currency::Krw}};
    CHECK(shop.ask(PutSku{{.id = sku, .shop = "main", .name = "lipstick", .price = {12'000}}})
              .is_accepted());
    const Decided changed = shop.ask(wanted, "ann");
    CHECK(changed.verdict == Verdict::PriceChanged);
    CHECK(changed.receipt.price.minor == 12'000);
    CHECK(shop.of(sku).held == 0);
    wanted.expected_total->minor = 12'000;
    const Decided placed = shop.ask(wanted, "ann");
    CHECK(shop.ask(PutSku{{.id = sku, .shop = "main", .name = "gloss", .price = {99}}})
              .is_accepted());
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    CHECK(shop.state() == OrderState::Paid);
    CHECK(shop.batch.orders[0].order.lines[0].name == "lipstick");
}

TEST_CASE("coupons have a quota, a limit per buyer, and split to the won") {
    Shop shop({.shipping_minor = 3'000, .shipping_free_from_minor = 50'000});
    const SkuId a = shop.sku(99, 9'990);
    const SkuId b = shop.sku(99, 5'000);
    CHECK(shop.ask(PutCoupon{{.shop = "main",
                              .code = "TEN",
                              .percent_off = 10,
                              .minimum_minor = 10'000,
                              .ends_at = opening + 3600s},
                             2})
              .is_accepted());
    CHECK(shop.order("ann", {{b, {}, 1}}, "TEN").verdict == Verdict::CouponRefused);  // minimum
    CHECK(shop.order("ann", {{b, {}, 1}}, "NINE").verdict == Verdict::CouponRefused);
    const Decided placed = shop.order("ann", {{a, {}, 2}, {b, {}, 1}}, "TEN");
    REQUIRE(placed.is_accepted());
    const Order& order = shop.batch.orders[0].order;
    CHECK(order.discount_minor == 2'498);
    CHECK(order.lines[0].discount_minor + order.lines[1].discount_minor == 2'498);
    CHECK(order.total_minor == 24'980 - 2'498 + 3'000);
    CHECK(order.lines[0].tax_minor == tax_within(order.lines[0].gross_minor(), 10));
    CHECK(order.tax_minor == order.lines[0].tax_minor + order.lines[1].tax_minor + 273);
    CHECK(shop.say(placed, Said::Captured).is_accepted());

    CHECK(shop.order("ann", {{a, {}, 2}}, "TEN").verdict == Verdict::CouponRefused);
    CHECK(shop.order("bob", {{a, {}, 6}}, "TEN").is_accepted());
    CHECK(shop.batch.orders[0].order.shipping_minor == 0);
    CHECK(shop.order("eve", {{a, {}, 2}}, "TEN").verdict == Verdict::CouponUsedUp);
    shop.pass(600s);  // bob did not pay
    CHECK(shop.order("eve", {{a, {}, 2}}, "TEN").is_accepted());
}

TEST_CASE("what cannot be is refused in words") {
    Shop shop;
    const SkuId sku = shop.sku(5, 10'000, 2);
    CHECK(shop.hold("ann", SkuId(99)).verdict == Verdict::NotFound);
    CHECK(shop.hold("ann", sku, 0).verdict == Verdict::Malformed);
    CHECK(shop.hold("ann", sku, 3).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{sku, {}, 1}, {sku, {}, 2}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {}).verdict == Verdict::Malformed);
    CHECK(shop.ask(MoveStock{sku, -6, MoveReason::Corrected}).verdict == Verdict::SoldOut);
    CHECK(shop.ask(MoveStock{sku, -1, MoveReason::Received}).verdict == Verdict::Malformed);
    CHECK(shop.ask(MoveStock{sku, 1, MoveReason::Sold}).verdict == Verdict::Malformed);
    CHECK(shop.of(sku) == Counters{.on_hand = 5});
}

TEST_CASE("a sku's own number is no deal, also for who holds that sku") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const SkuId other = shop.sku(3);
    const DealId deal = shop.deal(other, 2);
    CHECK(shop.hold("ann", sku).is_accepted());
    CHECK(shop.order("ann", {{sku, DealId(sku.value), 1}}).verdict == Verdict::NotOnSale);
    CHECK(shop.order("ann", {{sku, deal, 1}}).verdict == Verdict::NotOnSale);
    CHECK(shop.order("bob", {{sku, DealId(999'999), 1}}).verdict == Verdict::NotOnSale);
    CHECK(shop.hold("bob", sku, 1, DealId(sku.value)).verdict == Verdict::NotOnSale);
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .held = 1});
}

TEST_CASE("the limit of an order counts a sku's units at all its prices") {
    Shop shop;
    const SkuId sku = shop.sku(10, 10'000, 2);
    const DealId deal = shop.deal(sku, 5);
    CHECK(shop.order("ann", {{sku, {}, 1}, {sku, deal, 2}}).verdict == Verdict::LimitReached);
    CHECK(shop.order("ann", {{sku, {}, 1}, {sku, deal, 1}}).is_accepted());
}

TEST_CASE("who lets go just before the end has kept the units as long, and it counts") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    for (int times = 0; times < 2; ++times) {
        CHECK(shop.hold("ann", sku).is_accepted());
        shop.pass(299s);
        CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    }
    CHECK(shop.hold("ann", sku).verdict == Verdict::CoolingDown);
    for (int times = 0; times < 5; ++times) {  // who thinks again soon is free to
        CHECK(shop.hold("bob", sku).is_accepted());
        shop.pass(20s);
        CHECK(shop.ask(ReleaseHold{sku}, "bob").is_accepted());
    }
    CHECK(shop.hold("bob", sku).is_accepted());
}

TEST_CASE("one shop does not take up the room of the others") {
    Shop shop;
    const auto put = [&shop](std::string owner) {
        Sku sku{.shop = std::move(owner), .name = "a", .price = {1, Currency::Krw}};
        return shop.ask(PutSku{std::move(sku)}).verdict;
    };
    const SkuId sku = shop.sku(1);
    shop.deal(sku, 1);
    for (std::size_t pools = 2; pools < limits::stock_pools_of_shop_max; ++pools) put("main");
    CHECK(put("main") == Verdict::CatalogueFull);
    const Coupon coupon{.shop = "main", .code = "TEN", .percent_off = 10, .ends_at = opening + 1h};
    CHECK(shop.ask(PutCoupon{coupon, 5}).verdict == Verdict::CatalogueFull);
    const Deal deal{.sku = sku,
                    .price = {1, Currency::Krw},
                    .quantity = 1,
                    .starts_at = opening,
                    .ends_at = opening + 1h};
    CHECK(shop.ask(PutDeal{deal}).verdict == Verdict::CatalogueFull);
    CHECK(put("other") == Verdict::Accepted);
}

TEST_CASE("a restart knows how much room a shop has taken") {
    Snapshot snapshot;
    for (std::size_t pools = 1; pools < limits::stock_pools_of_shop_max; ++pools) {
        const SkuId id(++snapshot.last_number);
        snapshot.skus.push_back({.id = id, .shop = "main", .name = "a"});
        snapshot.counters.emplace_back(PoolId::of(id), Counters{});
    }
    Shop shop;
    shop.allocator = *Allocator::rebuild(std::move(snapshot), shop.rules, opening);
    shop.sku(0);
    const Sku one_more{.shop = "main", .name = "b", .price = {1, Currency::Krw}};
    CHECK(shop.ask(PutSku{one_more}).verdict == Verdict::CatalogueFull);
}
