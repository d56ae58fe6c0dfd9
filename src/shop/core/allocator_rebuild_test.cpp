#include <doctest/doctest.h>

#include "shop/core/testing.hpp"

/// An allocator that starts from records: what it takes over, and what it refuses.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// A sku with nine units, two of them held by ann.
Snapshot a_snapshot() {
    Snapshot snapshot;
    snapshot.epoch = 3;
    snapshot.last_number = 50;
    snapshot.skus.push_back(
        {.id = SkuId(1), .shop = "main", .name = "cream", .price = {500, Currency::Krw}});
    snapshot.counters = {{PoolId(1), {.on_hand = 9, .held = 2, .sold = 1}}};
    snapshot.moved = {{PoolId(1), {.on_hand = 9, .sold = 1}}};
    snapshot.held.push_back({.id = ReservationId(7),
                             .account = AccountId("ann"),
                             .sku = SkuId(1),
                             .pool = PoolId(1),
                             .quantity = 2,
                             .unit_price = {400, Currency::Krw},
                             .made_at = opening,
                             .expires_at = opening + 100s});
    return snapshot;
}

Shop a_shop(Snapshot snapshot, WallTime now = opening) {
    Shop shop;
    shop.now = now;
    shop.allocator = *Allocator::rebuild(std::move(snapshot), shop.rules, now);
    return shop;
}

/// What is said against records.
std::string complaint(Snapshot snapshot) {
    const auto built = Allocator::rebuild(std::move(snapshot), {}, opening);
    REQUIRE_FALSE(built);
    CHECK(built.error().code == Errc::Malformed);
    const std::string& message = built.error().message;
    CHECK(message.ends_with("; nothing is sold until that is repaired"));
    return message.substr(0, message.find(';'));
}

}  // namespace

TEST_CASE("records that agree are taken over, and the numbers go on") {
    Shop shop = a_shop(a_snapshot());
    CHECK(shop.allocator.to_text() ==
          "last 50\nheld 7 ann 1 2 400 1700000100000\npool 1 9 2 1\nsku 1 cream 500 0 true\n");
    CHECK(shop.of(SkuId(1)) == Counters{.on_hand = 9, .held = 2, .sold = 1});
    CHECK(shop.hold("bob", SkuId(1)).receipt.number == 51);
    CHECK(shop.batch.epoch == 3);
    CHECK(shop.batch.number_before == 50);
    CHECK(shop.batch.number_after == 51);
    CHECK(shop.ask(Tick{}).is_accepted());
    CHECK(shop.batch.epoch == 3);
    CHECK(shop.batch.number_before == 51);
    CHECK_FALSE(shop.batch.has_rows());
}

TEST_CASE("records that disagree are refused with both numbers") {
    Snapshot held = a_snapshot();
    held.held[0].quantity = 3;
    CHECK(complaint(held) ==
          "the stock's records disagree: what is held of 1 says 2, but its rows add up to 3");
    Snapshot on_hand = a_snapshot();
    on_hand.moved[0].second.on_hand = 10;
    CHECK(complaint(on_hand) ==
          "the stock's records disagree: what is on hand of 1 says 9, but its rows add up to 10");
    Snapshot sold = a_snapshot();
    sold.moved[0].second.sold = 2;
    CHECK(complaint(sold) ==
          "the stock's records disagree: what is sold of 1 says 1, but its rows add up to 2");
    Snapshot oversold = a_snapshot();
    oversold.counters[0].second.on_hand = 2;
    CHECK(complaint(oversold) ==
          "the stock's records disagree: the stock of 1 says 2, but its rows add up to 3");
    Snapshot unknown = a_snapshot();
    unknown.held.push_back(unknown.held[0]);
    unknown.held[1].pool = PoolId(77);
    CHECK(complaint(unknown) ==
          "the stock's records disagree: the stock of 77 says 0, but its rows add up to 2");
}

TEST_CASE("counters below zero are not sane, and nothing left over is") {
    CHECK(Counters{}.are_sane());
    CHECK(Counters{.on_hand = 3, .held = 1, .sold = 2}.are_sane());
    CHECK_FALSE(Counters{.on_hand = 2, .held = 1, .sold = 2}.are_sane());
    CHECK_FALSE(Counters{.on_hand = 2, .held = -1}.are_sane());
    CHECK_FALSE(Counters{.on_hand = 2, .sold = -1}.are_sane());
    CHECK(Counters{.on_hand = 9, .held = 2, .sold = 3}.available() == 4);
}

TEST_CASE("a coupon that an open order has taken is held") {
    Snapshot snapshot = a_snapshot();
    snapshot.coupons.push_back({.id = CouponId(5), .shop = "main", .code = "TEN", .minor_off = 1});
    snapshot.counters.push_back({PoolId(5), {.on_hand = 2, .held = 1}});
    snapshot.moved.push_back({PoolId(5), {.on_hand = 2}});
    Order order{.id = OrderId(9), .coupon = CouponId(5), .coupon_taken = true};
    snapshot.open_orders.push_back(order);
    CHECK(Allocator::rebuild(snapshot, {}, opening).has_value());
    Snapshot paid = snapshot;
    paid.open_orders[0].state = OrderState::RefundPending;
    CHECK(complaint(paid).find("what is held of 5 says 1, but its rows add up to 0") !=
          std::string::npos);
    Snapshot free = snapshot;
    free.open_orders[0].coupon_taken = false;
    CHECK(complaint(free).find("what is held of 5") != std::string::npos);
}

TEST_CASE("a hold that was taken over ends at its time, and is its account's") {
    Shop shop = a_shop(a_snapshot());
    const Decided again = shop.hold("ann", SkuId(1));
    CHECK(again.verdict == Verdict::AlreadyHeld);
    CHECK(again.receipt == Receipt{7, {400, Currency::Krw}, opening + 100s});
    shop.pass(99'999ms);
    CHECK(shop.of(SkuId(1)).held == 2);
    shop.pass(1ms);
    CHECK(shop.of(SkuId(1)).held == 0);
}

// The clock was set back while the server was down: holds would be kept for days.
TEST_CASE("what would last longer than a new one is cut to that") {
    Snapshot snapshot = a_snapshot();
    snapshot.held[0].expires_at = opening + 24h;
    Order order{.id = OrderId(9),
                .account = AccountId("bob"),
                .total_minor = 500,
                .placed_at = opening,
                .expires_at = opening + 24h,
                .holds = {ReservationId(8)}};
    snapshot.held.push_back({.id = ReservationId(8),
                             .account = AccountId("bob"),
                             .order = order.id,
                             .sku = SkuId(1),
                             .pool = PoolId(1),
                             .quantity = 1,
                             .unit_price = {500, Currency::Krw},
                             .expires_at = opening + 24h});
    snapshot.counters[0].second.held = 3;
    snapshot.open_orders.push_back(order);
    Shop shop = a_shop(snapshot);
    CHECK(shop.allocator.to_text().find("held 7 ann 1 2 400 1700000300000\n") != std::string::npos);
    CHECK(shop.allocator.to_text().find("held 8 bob 1 1 500 1700000900000\n") != std::string::npos);
    CHECK(shop.allocator.to_text().find(
              "order 9 PENDING_PAYMENT CREATED 500 0 0 1 1700000900000") != std::string::npos);
    CHECK(shop.ask(Tick{}).is_accepted());
    CHECK(shop.asks() == std::vector{RequestKind::CreateIntent});
    shop.pass(300s);
    CHECK(shop.of(SkuId(1)).held == 1);
    shop.pass(599'999ms);
    CHECK(shop.of(SkuId(1)).held == 1);
    shop.pass(1ms);
    CHECK(shop.of(SkuId(1)).held == 0);
    CHECK(shop.state() == OrderState::Expired);
}

// A request of the process before may still be under way.
TEST_CASE("a payment nobody knows is believed to be none two minutes after a start") {
    for (const auto& [after, is_over] : {std::pair{119'999ms, false}, std::pair{120'000ms, true}}) {
        Snapshot snapshot = a_snapshot();
        snapshot.open_orders.push_back({.id = OrderId(9),
                                        .state = OrderState::Cancelled,
                                        .total_minor = 500,
                                        .placed_at = opening,
                                        .expires_at = opening + 60s});
        Shop shop = a_shop(snapshot, opening + 1h);
        shop.now += after;
        CHECK(
            shop.ask(ReportPayment{.order = OrderId(9), .said = Said::NotFound, .is_answer = true})
                .is_accepted());
        CHECK(shop.allocator.knows(OrderId(9)) != is_over);
    }
}

TEST_CASE("deals that were taken over start and end at their times, with what was taken of them") {
    Snapshot snapshot = a_snapshot();
    const auto add = [&](std::int64_t id, DealState state, std::int64_t on_hand) {
        snapshot.deals.push_back({.id = DealId(id),
                                  .sku = SkuId(1),
                                  .price = {100, Currency::Krw},
                                  .quantity = 2,
                                  .per_account_max = 1,
                                  .starts_at = opening + 10s,
                                  .ends_at = opening + 20s,
                                  .state = state});
        snapshot.counters.push_back({PoolId(id), {.on_hand = on_hand}});
        snapshot.moved.push_back({PoolId(id), {.on_hand = on_hand}});
    };
    add(20, DealState::Scheduled, 0);
    add(21, DealState::Running, 2);
    add(22, DealState::Ended, 0);
    snapshot.taken = {{PoolId(21), AccountId("bob"), 1}, {PoolId(22), AccountId("bob"), 1}};
    Shop shop = a_shop(snapshot);
    const std::string text = shop.allocator.to_text();
    CHECK(text.find("deal 20 100 2 SCHEDULED\n") != std::string::npos);
    CHECK(text.find("taken 21 bob 1\n") != std::string::npos);
    CHECK(text.find("taken 22") == std::string::npos);  // over: nobody asks any more
    CHECK(shop.hold("bob", SkuId(1), 1, DealId(21)).verdict == Verdict::LimitReached);
    CHECK(shop.hold("eve", SkuId(1), 1, DealId(21)).is_accepted());
    CHECK(shop.ask(ReleaseHold{SkuId(1)}, "eve").is_accepted());
    CHECK(shop.hold("eve", SkuId(1), 1, DealId(22)).verdict == Verdict::NotOnSale);
    shop.pass(10s);
    CHECK(shop.of(DealId(20)) == Counters{.on_hand = 2});
    CHECK(shop.hold("eve", SkuId(1), 1, DealId(20)).is_accepted());
    CHECK(shop.ask(ReleaseHold{SkuId(1)}, "eve").is_accepted());
    shop.pass(10s);
    CHECK(shop.of(DealId(20)) == Counters{});
    CHECK(shop.of(DealId(21)) == Counters{});
}

TEST_CASE("coupons that were taken over are known by their codes, with who used them") {
    Snapshot snapshot = a_snapshot();
    snapshot.coupons.push_back({.id = CouponId(5),
                                .shop = "main",
                                .code = "TEN",
                                .minor_off = 10,
                                .ends_at = opening + 1h});
    snapshot.counters.push_back({PoolId(5), {.on_hand = 2, .sold = 1}});
    snapshot.moved.push_back({PoolId(5), {.on_hand = 2, .sold = 1}});
    snapshot.taken = {{PoolId(5), AccountId("bob"), 1}};
    Shop shop = a_shop(snapshot);
    CHECK(shop.allocator.to_text().find("coupon 5 main/TEN\n") != std::string::npos);
    CHECK(shop.order("bob", {{SkuId(1), {}, 1}}, "TEN").verdict == Verdict::CouponRefused);
    CHECK(shop.order("eve", {{SkuId(1), {}, 1}}, "TEN").receipt.price.minor == 490);
}

TEST_CASE("lost holds still count after a start, those of a later clock as of now") {
    Snapshot snapshot = a_snapshot();
    snapshot.expired = {{AccountId("bob"), opening - 100s}, {AccountId("bob"), opening + 24h}};
    Shop shop = a_shop(snapshot);
    CHECK(shop.allocator.to_text().find("cooling bob 1700000600000") != std::string::npos);
    const Decided cooling = shop.hold("bob", SkuId(1));
    CHECK(cooling.verdict == Verdict::CoolingDown);
    CHECK(cooling.until == opening + 600s);
    CHECK(shop.hold("eve", SkuId(1)).is_accepted());
}
