#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// Holds a unit at `from` behind the opening, and lets it go so late that it counts as expired.
void lose_a_hold(Shop& shop, const std::string& account, SkuId sku, Milliseconds from) {
    shop.now = opening + from;
    CHECK(shop.hold(account, sku).is_accepted());
    shop.now += 299s;
    CHECK(shop.ask(ReleaseHold{sku}, account).is_accepted());
}

ReservationState resolved_as(const Shop& shop) {
    REQUIRE(shop.batch.reservations.entries().size() == 1);
    return shop.batch.reservations.entries()[0].row.state;
}

}  // namespace

TEST_CASE("a hold has at least one unit, at most what a page shows, and no more than is left") {
    Shop shop;
    const SkuId sku = shop.sku(limits::order_line_quantity_max + 1);
    CHECK(shop.hold("ann", sku, 0).verdict == Verdict::Malformed);
    CHECK(shop.hold("ann", sku, limits::order_line_quantity_max + 1).verdict == Verdict::Malformed);
    CHECK(shop.hold("ann", sku, limits::order_line_quantity_max).is_accepted());
    const Decided refused = shop.hold("bob", sku, 2);
    CHECK(refused.verdict == Verdict::AllHeld);
    REQUIRE(refused.shorts.size() == 1);
    CHECK(refused.shorts[0].sku == sku);
    CHECK(refused.shorts[0].lines == std::vector<std::size_t>{0});
    CHECK(refused.shorts[0].wanted == 2);
    CHECK(refused.shorts[0].available == 1);
    CHECK(shop.hold("bob", sku, 1).is_accepted());
}

TEST_CASE("a hold says which, at what price and until when, and keeps its request") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    const DealId deal = shop.deal(sku, 2, 7'000);
    const Decided own = shop.ask(HoldStock{sku, {}, 2}, "ann", "k");
    CHECK(own.receipt.price == Money{10'000, Currency::Krw});
    CHECK(own.receipt.expires_at == opening + 300s);
    REQUIRE(shop.batch.reservations.entries().size() == 1);
    const Reservation& held = shop.batch.reservations.entries()[0].row;
    CHECK(held.id.value == own.receipt.number);
    CHECK(held.key == "k");
    CHECK(held.request_hash != 0);
    CHECK(held.quantity == 2);
    CHECK(held.pool == PoolId::of(sku));
    CHECK(held.made_at == opening);
    CHECK(held.order == OrderId());
    CHECK(shop.hold("bob", sku, 1, deal).receipt.price == Money{7'000, Currency::Krw});
    REQUIRE(shop.batch.reservations.entries().size() == 1);
    CHECK(shop.batch.reservations.entries()[0].row.request_hash == 0);
    CHECK(shop.batch.reservations.entries()[0].row.pool == PoolId::of(deal));
    CHECK(shop.of(deal) == Counters{.on_hand = 2, .held = 1});
}

TEST_CASE("the limit of an order is the limit of a hold, and 0 is none") {
    Shop shop;
    const SkuId sku = shop.sku(9, 10'000, 2);
    CHECK(shop.hold("ann", sku, 3).verdict == Verdict::LimitReached);
    CHECK(shop.hold("ann", sku, 2).is_accepted());
    CHECK(shop.hold("bob", shop.sku(9, 10'000, 0), 9).is_accepted());
    CHECK(shop.hold("bob", shop.sku(9, 10'000, 1), 1).is_accepted());
}

TEST_CASE("a buyer may have of a deal what its limit says, holds and orders together") {
    Shop shop;
    const SkuId sku = shop.sku(20);
    const DealId deal = shop.deal(sku, 10, 7'000, 3);
    CHECK(shop.order("ann", {{sku, deal, 1}}).is_accepted());
    shop.say(Decided{.receipt = {.number = shop.batch.orders.at(0).order.id.value,
                                 .price = {7'000, Currency::Krw}}},
             Said::Captured);
    CHECK(shop.hold("ann", sku, 3, deal).verdict == Verdict::LimitReached);
    CHECK(shop.hold("ann", sku, 2, deal).is_accepted());
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK(shop.hold("ann", sku, 2, deal).is_accepted());
    CHECK(shop.hold("bob", sku, 3, deal).is_accepted());  // each for himself
    const SkuId other = shop.sku(20);
    const DealId free = shop.deal(other, 10, 7'000, 0);
    CHECK(shop.hold("ann", other, 10, free).is_accepted());
}

TEST_CASE("what is withdrawn or is no running deal of that sku cannot be held") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    const SkuId other = shop.sku(5);
    const DealId deal = shop.deal(other, 2);
    const DealId later(shop.ask(PutDeal{{.sku = sku,
                                         .price = {1, Currency::Krw},
                                         .quantity = 1,
                                         .starts_at = opening + 10s,
                                         .ends_at = opening + 20s}})
                           .receipt.number);
    CHECK(shop.hold("ann", sku, 1, deal).verdict == Verdict::NotOnSale);
    CHECK(shop.hold("ann", sku, 1, later).verdict == Verdict::NotOnSale);
    CHECK(shop.hold("ann", sku, 1, DealId(99)).verdict == Verdict::NotOnSale);
    CHECK(shop.ask(PutSku{{.id = other,
                           .shop = "main",
                           .name = "x",
                           .price = {1, Currency::Krw},
                           .on_sale = false}})
              .is_accepted());
    CHECK(shop.hold("ann", other).verdict == Verdict::NotOnSale);
    CHECK(shop.hold("ann", other, 1, deal).verdict == Verdict::NotOnSale);
    CHECK(shop.hold("ann", sku).is_accepted());
}

TEST_CASE("letting go of a hold counts only behind the middle of its time") {
    for (const auto& [after, state] : {std::pair{150'000ms, ReservationState::Released},
                                       std::pair{150'001ms, ReservationState::Expired}}) {
        Shop shop;
        const SkuId sku = shop.sku(1);
        const Decided held = shop.hold("ann", sku);
        shop.now += after;
        const Decided gone = shop.ask(ReleaseHold{sku}, "ann");
        CHECK(gone.verdict == Verdict::Accepted);
        CHECK(gone.receipt.number == held.receipt.number);
        CHECK(resolved_as(shop) == state);
        CHECK(shop.batch.reservations.entries()[0].row.resolved_at == opening + after);
        CHECK(shop.of(sku).held == 0);
    }
}

TEST_CASE("who holds and lets go again and again loses holds, and cools down") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    // At once each time, which counts as half a minute: five are free, the sixth is a lost hold.
    for (int round = 1; round <= 12; ++round) {
        CHECK(shop.hold("ann", sku).is_accepted());
        CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
        CHECK(resolved_as(shop) ==
              (round % 6 == 0 ? ReservationState::Expired : ReservationState::Released));
    }
    const Decided refused = shop.hold("ann", sku);
    CHECK(refused.verdict == Verdict::CoolingDown);
    CHECK(refused.until == opening + 600s);
    CHECK(shop.hold("bob", sku).is_accepted());
}

TEST_CASE("holds that are let go count for as long as they were held") {
    for (const auto& [each, lost_at] : {std::pair{20s, 6}, std::pair{50s, 4}, std::pair{76s, 2}}) {
        Shop shop;
        const SkuId sku = shop.sku(1);
        for (int round = 1; round <= lost_at; ++round) {
            CHECK(shop.hold("ann", sku).is_accepted());
            shop.now += each;
            CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
            CHECK(resolved_as(shop) ==
                  (round == lost_at ? ReservationState::Expired : ReservationState::Released));
        }
    }
}

TEST_CASE("changing one's mind is forgotten after half an hour, and buying is none") {
    Shop shop;
    const SkuId sku = shop.sku(20);
    const auto change_mind = [&] {
        CHECK(shop.hold("ann", sku).is_accepted());
        CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
        return resolved_as(shop);
    };
    for (int round = 0; round < 5; ++round) CHECK(change_mind() == ReservationState::Released);
    shop.pass(1'800s);
    for (int round = 0; round < 5; ++round) CHECK(change_mind() == ReservationState::Released);
    shop.pass(1'799'999ms);
    CHECK(change_mind() == ReservationState::Expired);
    // A hold that becomes an order was not let go.
    for (int round = 0; round < 8; ++round) {
        CHECK(shop.hold("bob", sku).is_accepted());
        const Decided placed = shop.order("bob", {{sku, {}, 1}});
        REQUIRE(placed.is_accepted());
        CHECK(shop.say(placed, Said::Captured, true).is_accepted());
    }
    CHECK(shop.hold("bob", sku).is_accepted());
}

TEST_CASE("what is not held is let go without a word, and an order's hold only with the order") {
    Shop shop;
    const SkuId sku = shop.sku(2);
    CHECK(shop.ask(ReleaseHold{sku}, "ann").verdict == Verdict::Accepted);
    CHECK(shop.ask(ReleaseHold{sku}, "ann").receipt.number == 0);
    CHECK(shop.order("ann", {{sku, {}, 1}}).is_accepted());
    CHECK(shop.ask(ReleaseHold{sku}, "ann").verdict == Verdict::WrongState);
    CHECK(shop.of(sku).held == 1);
    CHECK(shop.ask(ReleaseHold{sku}, "bob").is_accepted());
    CHECK(shop.of(sku).held == 1);
}

TEST_CASE("two lost holds within half an hour bring a cool-down of ten minutes") {
    for (const auto& [apart, cools] :
         {std::pair{1'800'000ms, true}, std::pair{1'800'001ms, false}}) {
        Shop shop;
        const SkuId sku = shop.sku(5);
        lose_a_hold(shop, "ann", sku, 0s);
        lose_a_hold(shop, "ann", sku, apart);
        const WallTime until = opening + apart + 299s + 600s;
        const Decided next = shop.hold("ann", sku);
        CHECK(next.verdict == (cools ? Verdict::CoolingDown : Verdict::Accepted));
        if (!cools) continue;
        CHECK(next.until == until);
        const Decided order = shop.order("ann", {{sku, {}, 1}});
        CHECK(order.verdict == Verdict::CoolingDown);
        CHECK(order.until == until);
        CHECK(shop.hold("bob", sku).is_accepted());
        shop.now = until - 1ms;
        CHECK(shop.hold("ann", sku).verdict == Verdict::CoolingDown);
        shop.now = until;
        CHECK(shop.hold("ann", sku).is_accepted());
    }
}

TEST_CASE("a lost hold is remembered as long as it can count, also by who holds nothing") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    lose_a_hold(shop, "ann", sku, 0s);
    shop.now = opening + 1'000s;
    CHECK(shop.ask(Tick{}).is_accepted());
    CHECK(shop.hold("ann", sku).is_accepted());
    shop.now += 1s;
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());  // soon enough not to count
    lose_a_hold(shop, "ann", sku, 1'200s);
    CHECK(shop.hold("ann", sku).verdict == Verdict::CoolingDown);
    // The older of the two is forgotten first; the newer still counts with the next.
    shop.now = opening + 299s + 2'400s;
    CHECK(shop.ask(Tick{}).is_accepted());
    CHECK(shop.hold("ann", sku).is_accepted());
    shop.now += 299s;
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK(shop.hold("ann", sku).verdict == Verdict::CoolingDown);
}

TEST_CASE("the key of a request has a limit") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    const std::string longest(limits::idempotency_key_bytes_max, 'k');
    CHECK(shop.ask(HoldStock{sku, {}, 1}, "ann", longest).is_accepted());
    CHECK(shop.ask(HoldStock{sku, {}, 1}, "bob", longest + 'k').verdict == Verdict::Malformed);
    // What makes nothing needs no key and does not mind one.
    CHECK(shop.ask(ReleaseHold{sku}, "ann", longest + 'k').is_accepted());
}

TEST_CASE("a key is one account's, and a request's words are told apart") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    Allocator& allocator = shop.allocator;
    const auto decide = [&](const char* account, What what) {
        return allocator.decide({std::move(what), AccountId(account), "k", shop.now}, {}).verdict;
    };
    CHECK(decide("ann", HoldStock{sku, {}, 1}) == Verdict::Accepted);
    CHECK(decide("bob", HoldStock{sku, {}, 2}) == Verdict::Accepted);
    CHECK(decide("ann", HoldStock{sku, {}, 1}) == Verdict::Replayed);
    CHECK(decide("ann", HoldStock{sku, {}, 2}) == Verdict::KeyReused);
    CHECK(decide("ann", HoldStock{sku, DealId(5), 1}) == Verdict::KeyReused);
    CHECK(decide("ann", HoldStock{SkuId(77), {}, 1}) == Verdict::KeyReused);
    CHECK(decide("ann", PlaceOrder{.lines = {{sku, {}, 1}}}) == Verdict::KeyReused);
    (void)allocator.take_batch();
    // A batch that is durable is the database's to remember.
    CHECK(decide("ann", HoldStock{sku, {}, 1}) == Verdict::AlreadyHeld);
}
