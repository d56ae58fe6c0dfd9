#include <doctest/doctest.h>

#include "shop/core/testing.hpp"

/// When a provider is asked what, and orders that are paid after they had expired.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

using Asks = std::vector<RequestKind>;

/// The seconds from now on at which the provider is asked, as long as nobody answers.
std::vector<std::int64_t> asked_at(Shop& shop, Milliseconds until) {
    std::vector<std::int64_t> seconds;
    const WallTime from = shop.now;
    while (shop.now < from + until) {
        shop.pass(1s);
        if (!shop.asks().empty())
            seconds.push_back((to_unix_ms(shop.now) - to_unix_ms(from)) / 1000);
    }
    return seconds;
}

}  // namespace

TEST_CASE("a question without an answer is asked again, each time after twice as long") {
    Shop shop({.pay_within = 3'000s});
    const Decided placed = shop.order("ann", {{shop.sku(1), {}, 1}});
    CHECK(shop.asks() == Asks{RequestKind::CreateIntent});
    using Seconds = std::vector<std::int64_t>;
    // 5, 10, 20 ... seconds apart, 300 at the most.
    CHECK(asked_at(shop, 1'300s) == Seconds{5, 15, 35, 75, 155, 315, 615, 915, 1'215});
    // News begin the count anew.
    CHECK(shop.say(placed, Said::Authorized).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Capture});
    CHECK(asked_at(shop, 40s) == Seconds{5, 15, 35});
}

TEST_CASE("a question says what it is about") {
    Shop shop;
    shop.now += 7s;
    const Decided placed = shop.order("ann", {{shop.sku(2), {}, 2}});
    REQUIRE(shop.batch.asks.size() == 1);
    const ProviderRequest create = shop.batch.asks[0];
    CHECK(create.order == OrderId(placed.receipt.number));
    CHECK(create.payment == shop.batch.orders.at(0).order.payment.id);
    CHECK(create.amount == Money{20'000, Currency::Krw});
    CHECK(create.provider_ref.empty());
    CHECK(create.placed_at_ms == to_unix_ms(opening + 7s));
    CHECK(shop.ask(ReportPayment{.order = create.order,
                                 .said = Said::Captured,
                                 .amount = placed.receipt.price,
                                 .provider_ref = "pi_1"})
              .is_accepted());
    shop.allocator.adopt(shop.batch.orders.at(0).order);
    const Decided refund = shop.ask(RefundOrder{create.order, {{0, 1}}}, "staff");
    REQUIRE(shop.batch.asks.size() == 1);
    CHECK(shop.batch.asks[0].kind == RequestKind::Refund);
    CHECK(shop.batch.asks[0].amount == Money{10'000, Currency::Krw});
    CHECK(shop.batch.asks[0].refund == RefundId(refund.receipt.number));
    CHECK(shop.batch.asks[0].provider_ref == "pi_1");
}

TEST_CASE("of one order a batch asks once, and the latest") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const auto decide = [&](What what, const char* account) {
        return shop.allocator.decide({std::move(what), AccountId(account), {}, shop.now}, {});
    };
    const Decided ann = decide(PlaceOrder{.lines = {{sku, {}, 1}}}, "ann");
    CHECK(decide(PlaceOrder{.lines = {{sku, {}, 1}}}, "bob").is_accepted());
    CHECK(decide(CancelOrder{OrderId(ann.receipt.number)}, "ann").is_accepted());
    const Batch batch = shop.allocator.take_batch();
    REQUIRE(batch.asks.size() == 2);
    CHECK(batch.asks[0].kind == RequestKind::Cancel);
    CHECK(batch.asks[0].order == OrderId(ann.receipt.number));
    CHECK(batch.asks[1].kind == RequestKind::CreateIntent);
    REQUIRE(batch.orders.size() == 2);
    CHECK(batch.orders[0].is_new);
    CHECK(batch.orders[0].order.state == OrderState::Cancelled);
    // The next batch is a new one; what ann's order was asked before counts there.
    shop.pass(5s);
    CHECK(shop.asks() == Asks{RequestKind::CreateIntent});
    CHECK(shop.batch.orders.empty());
    shop.pass(5s);
    CHECK(shop.asks() == Asks{RequestKind::Cancel});
}

TEST_CASE("a payment is not made any more when its order is about to end") {
    for (const auto& [at, asks] :
         {std::pair{599'999ms, Asks{RequestKind::CreateIntent}}, std::pair{600'000ms, Asks{}}}) {
        Shop shop;
        const Decided placed = shop.order("ann", {{shop.sku(1), {}, 1}});
        shop.now = opening + at;
        CHECK(shop.say(placed, Said::NotFound, true).is_accepted());
        CHECK(shop.asks() == asks);
    }
}

TEST_CASE("an order ends at its time, not before") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    shop.pass(599'999ms);
    CHECK(shop.of(sku).held == 1);
    shop.pass(1ms);
    CHECK(shop.state() == OrderState::Expired);
    CHECK(shop.batch.order_events.at(0).note == "not paid in time");
    CHECK(shop.batch.order_events.at(0).order == OrderId(placed.receipt.number));
    CHECK(shop.asks() == Asks{RequestKind::Cancel});  // it was never heard of
    CHECK(shop.of(sku).held == 0);
}

TEST_CASE("an order that was authorized late waits five minutes for its capture") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 2}});
    shop.pass(700s);
    CHECK(shop.say(placed, Said::Authorized, true).is_accepted());
    CHECK(shop.state() == OrderState::PendingPayment);
    CHECK(shop.batch.orders.at(0).order.expires_at == opening + 1'000s);
    CHECK(shop.batch.orders.at(0).order.holds.size() == 1);
    CHECK(shop.batch.orders.at(0).lines_changed);
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .held = 2});
    shop.pass(299'999ms);
    CHECK(shop.of(sku).held == 2);
    shop.pass(1ms);
    CHECK(shop.state() == OrderState::Expired);
}

TEST_CASE("a late payment takes exactly what is left, or nothing of it") {
    for (const std::int64_t left : {2, 1}) {
        Shop shop;
        const SkuId sku = shop.sku(3);
        const SkuId other = shop.sku(5);
        const Decided placed = shop.order("ann", {{other, {}, 1}, {sku, {}, 2}});
        shop.pass(600s);
        CHECK(shop.hold("bob", sku, 3 - left).is_accepted());
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        CHECK(shop.state() == (left == 2 ? OrderState::Paid : OrderState::RefundPending));
        CHECK(
            shop.batch.order_events.at(0).note ==
            (left == 2 ? "paid late, the stock was still there" : "paid late, the stock was gone"));
        CHECK(shop.of(other).sold == (left == 2 ? 1 : 0));
        CHECK(shop.of(sku).sold == (left == 2 ? 2 : 0));
    }
}

// One open hold of an account and sku: the order would be a second one.
TEST_CASE("a late authorization is called off when its buyer holds the sku again") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    shop.pass(600s);
    CHECK(shop.hold("ann", sku).is_accepted());
    CHECK(shop.say(placed, Said::Authorized, true).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Cancel});
    CHECK(shop.of(sku).held == 1);
}

TEST_CASE("a late payment takes the deal while it runs and the buyer may, else the sku's stock") {
    struct Row {
        std::int64_t limit;
        std::int64_t more;  ///< That the buyer has taken of the deal meanwhile.
        bool is_over;
        bool is_deals;
    };
    for (const Row& row :
         {Row{0, 0, false, true}, Row{2, 0, false, true}, Row{3, 1, false, true},
          Row{2, 1, false, false}, Row{0, 3, false, true}, Row{0, 0, true, false}}) {
        CAPTURE(row.limit);
        CAPTURE(row.more);
        Shop shop;
        const SkuId sku = shop.sku(30);
        const Decided made = shop.ask(PutDeal{{.sku = sku,
                                               .price = {7'000, Currency::Krw},
                                               .quantity = 10,
                                               .per_account_max = row.limit,
                                               .starts_at = opening,
                                               .ends_at = opening + 1h}});
        const DealId deal(made.receipt.number);
        CHECK(shop.ask(StartDeal{deal}).is_accepted());
        const Decided placed = shop.order("ann", {{sku, deal, 1}, {sku, deal, 1}});
        shop.pass(600s);
        if (row.more > 0) {
            const Decided other = shop.order("ann", {{sku, deal, row.more}});
            CHECK(shop.say(other, Said::Captured).is_accepted());
        }
        if (row.is_over) CHECK(shop.ask(EndDeal{deal}).is_accepted());
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        CHECK(shop.state() == OrderState::Paid);
        const Order& order = shop.batch.orders.at(0).order;
        for (const OrderLine& line : order.lines) {
            CHECK(line.pool == (row.is_deals ? PoolId::of(deal) : PoolId::of(sku)));
            CHECK(line.unit_price.minor == 7'000);
        }
        CHECK(shop.of(deal).sold == row.more + (row.is_deals ? 2 : 0));
        CHECK(shop.of(sku).sold == (row.is_deals ? 0 : 2));
    }
}

TEST_CASE("a late payment wants its coupon again, which others may have used up") {
    struct Row {
        std::int64_t quota;
        std::int64_t limit;
        const char* other;
        OrderState state;
    };
    for (const Row& row :
         {Row{1, 1, nullptr, OrderState::Paid}, Row{1, 1, "bob", OrderState::RefundPending},
          Row{2, 1, "bob", OrderState::Paid}, Row{2, 1, "ann", OrderState::RefundPending},
          Row{2, 2, "ann", OrderState::Paid}, Row{2, 0, "ann", OrderState::Paid}}) {
        Shop shop;
        const SkuId sku = shop.sku(9);
        const SkuId another = shop.sku(9);
        const Coupon coupon{.shop = "main",
                            .code = "ONE",
                            .minor_off = 1'000,
                            .per_account_max = row.limit,
                            .ends_at = opening + 1h};
        const PoolId pool(shop.ask(PutCoupon{coupon, row.quota}).receipt.number);
        const auto quota = [&] { return shop.allocator.counters().at(pool); };
        const Decided placed = shop.order("ann", {{sku, {}, 1}}, "ONE");
        CHECK(quota() == Counters{.on_hand = row.quota, .held = 1});
        shop.pass(600s);
        CHECK(quota() == Counters{.on_hand = row.quota});
        const std::int64_t others = row.other != nullptr ? 1 : 0;
        if (row.other != nullptr) {
            CHECK(shop.order(row.other, {{another, {}, 1}}, "ONE").is_accepted());
        }
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        CHECK(shop.state() == row.state);
        const std::int64_t sold = row.state == OrderState::Paid ? 1 : 0;
        CHECK(quota() == Counters{.on_hand = row.quota, .held = others, .sold = sold});
        CHECK(shop.batch.orders.at(0).order.coupon_taken == (sold == 1));
    }
}

TEST_CASE("what was captured is remembered as what the provider said") {
    Shop shop;
    const SkuId sku = shop.sku(2);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    CHECK(shop.batch.orders.at(0).order.payment.captured_minor == 10'000);
    CHECK(shop.batch.order_events.at(0).note == "paid");
    REQUIRE(shop.batch.moves.size() == 1);
    CHECK(shop.batch.moves[0].reason == MoveReason::Sold);
    CHECK(shop.batch.moves[0].sold == 1);
    CHECK(shop.batch.moves[0].subject == placed.receipt.number);
    const Decided other = shop.order("bob", {{sku, {}, 1}});
    CHECK(shop.say_amount(other, Said::Captured, {9'999, Currency::Krw}, true).is_accepted());
    CHECK(shop.batch.orders.at(0).order.payment.captured_minor == 9'999);
    CHECK(shop.batch.orders.at(0).order.refund.minor == 9'999);
    CHECK(shop.batch.order_events.at(0).note == "the provider took another amount");
}
