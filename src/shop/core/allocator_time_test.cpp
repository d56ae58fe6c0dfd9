#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

DealId put_deal(Shop& shop, SkuId sku, std::int64_t quantity, Milliseconds from, Milliseconds to) {
    const Decided made = shop.ask(PutDeal{{.sku = sku,
                                           .price = {7'000, Currency::Krw},
                                           .quantity = quantity,
                                           .starts_at = opening + from,
                                           .ends_at = opening + to}});
    REQUIRE(made.is_accepted());
    return DealId(made.receipt.number);
}

DealState state_of_only_deal(const Shop& shop) {
    REQUIRE(shop.batch.deals.entries().size() == 1);
    return shop.batch.deals.entries()[0].row.state;
}

}  // namespace

TEST_CASE("a hold ends at its time, not before") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    CHECK(shop.hold("ann", sku).is_accepted());
    shop.pass(299'999ms);
    CHECK(shop.of(sku).held == 1);
    shop.pass(1ms);
    CHECK(shop.of(sku).held == 0);
    REQUIRE(shop.batch.reservations.entries().size() == 1);
    CHECK(shop.batch.reservations.entries()[0].row.state == ReservationState::Expired);
    CHECK(shop.batch.reservations.entries()[0].row.resolved_at == opening + 300s);
}

TEST_CASE("a deal starts and ends at its times, not before") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const DealId deal = put_deal(shop, sku, 4, 10s, 20s);
    shop.pass(9'999ms);
    CHECK(shop.of(deal) == Counters{});
    shop.pass(1ms);
    CHECK(state_of_only_deal(shop) == DealState::Running);
    CHECK(shop.of(deal) == Counters{.on_hand = 4});
    CHECK(shop.of(sku) == Counters{.on_hand = 5});
    shop.pass(9'999ms);
    CHECK(shop.of(deal) == Counters{.on_hand = 4});
    shop.pass(1ms);
    CHECK(state_of_only_deal(shop) == DealState::Ended);
    CHECK(shop.of(deal) == Counters{});
    CHECK(shop.of(sku) == Counters{.on_hand = 9});
}

TEST_CASE("a deal starts with the last unit, and without any it ends at once") {
    for (const std::int64_t units : {1, 0}) {
        Shop shop;
        const SkuId sku = shop.sku(units);
        const DealId deal = put_deal(shop, sku, 4, 10s, 20s);
        shop.pass(10s);
        CHECK(state_of_only_deal(shop) == (units == 1 ? DealState::Running : DealState::Ended));
        CHECK(shop.of(deal).on_hand == units);
        CHECK(shop.batch.deals.entries()[0].row.quantity == (units == 1 ? 1 : 4));
        const auto start = shop.ask(StartDeal{deal}).verdict;
        CHECK(start == (units == 1 ? Verdict::Accepted : Verdict::WrongState));
    }
}

// The server was down, or its clock jumped.
TEST_CASE("a deal whose time has passed does not start") {
    for (const auto& [at, state] :
         {std::pair{19'999ms, DealState::Running}, std::pair{20'000ms, DealState::Ended}}) {
        Shop shop;
        const SkuId sku = shop.sku(9);
        (void)put_deal(shop, sku, 4, 10s, 20s);
        shop.pass(at);
        CHECK(state_of_only_deal(shop) == state);
    }
}

TEST_CASE("a deal that was started or ended by hand is left alone by its timers") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const DealId early = put_deal(shop, sku, 2, 10s, 20s);
    const DealId over = put_deal(shop, sku, 3, 10s, 20s);
    CHECK(shop.ask(StartDeal{early}).is_accepted());
    CHECK(shop.ask(EndDeal{over}).is_accepted());
    shop.pass(10s);
    CHECK(shop.batch.deals.entries().empty());
    CHECK(shop.of(early) == Counters{.on_hand = 2});
    CHECK(shop.ask(EndDeal{early}).is_accepted());
    shop.pass(10s);
    CHECK(shop.batch.deals.entries().empty());
}

TEST_CASE("one tick does so much and no more, and says that more is due") {
    Shop shop;
    const auto count = static_cast<std::int64_t>(limits::allocator_due_max);
    const SkuId sku = shop.sku(count + 1);
    for (std::int64_t i = 0; i <= count; ++i) {
        REQUIRE(shop.hold("acc" + std::to_string(i), sku).is_accepted());
    }
    CHECK_FALSE(shop.allocator.is_behind());
    shop.pass(300s);
    CHECK(shop.of(sku).held == 1);
    CHECK(shop.allocator.is_behind());
    shop.pass(0s);
    CHECK(shop.of(sku).held == 0);
    CHECK_FALSE(shop.allocator.is_behind());
}

TEST_CASE("time is the latest that was told") {
    Shop shop;
    CHECK(shop.allocator.now() == opening);
    shop.pass(5s);
    CHECK(shop.allocator.now() == opening + 5s);
    shop.pass(-10s);
    CHECK(shop.allocator.now() == opening + 5s);
}
