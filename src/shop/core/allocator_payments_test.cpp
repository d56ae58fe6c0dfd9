#include <doctest/doctest.h>

#include "shop/core/testing.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

using Asks = std::vector<RequestKind>;

}  // namespace

TEST_CASE("an order is held, authorized, captured and only then sold") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 2}});
    CHECK(shop.asks() == Asks{RequestKind::CreateIntent});
    CHECK(shop.state() == OrderState::PendingPayment);
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .held = 2});
    CHECK(shop.say(placed, Said::RequiresAction).is_accepted());
    CHECK(shop.asks().empty());
    CHECK(shop.say(placed, Said::Authorized).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Capture});
    CHECK(shop.of(sku).sold == 0);
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    CHECK(shop.state() == OrderState::Paid);
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .sold = 2});
}

// Pinelab-studio/pinelab-vendure-plugins#620: settled three times.
TEST_CASE("a webhook that comes three times is applied once") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    ReportPayment paid{.order = OrderId(placed.receipt.number),
                       .said = Said::Captured,
                       .amount = placed.receipt.price,
                       .event_id = "evt_1"};
    const Command command{paid, {}, {}, shop.now};
    CHECK(shop.allocator.decide(command, {}).verdict == Verdict::Accepted);
    CHECK(shop.allocator.decide(command, {}).verdict == Verdict::Replayed);
    CHECK(shop.allocator.take_batch().applied_events.size() == 1);
    CHECK(shop.allocator.decide(command, {.event_applied = true}).verdict == Verdict::Replayed);
    CHECK_FALSE(shop.allocator.take_batch().has_rows());
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .sold = 1});
}

TEST_CASE("reports that come late and out of order change nothing that money has settled") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    shop.allocator.adopt(shop.batch.orders[0].order);
    for (const Said late : {Said::RequiresAction, Said::Authorized, Said::Failed, Said::Voided,
                            Said::NotFound, Said::Silent, Said::Captured}) {
        for (const bool is_answer : {false, true}) {
            (void)shop.allocator.decide({ReportPayment{.order = id,
                                                       .said = late,
                                                       .amount = placed.receipt.price,
                                                       .is_answer = is_answer},
                                         {},
                                         {},
                                         shop.now},
                                        {});
        }
    }
    CHECK_FALSE(shop.allocator.take_batch().has_rows());
    CHECK(shop.of(sku) == Counters{.on_hand = 3, .sold = 1});
}

TEST_CASE("silence makes a payment unknown, and only the provider's answer settles it") {
    Shop shop;
    const SkuId sku = shop.sku(3);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::Authorized).is_accepted());
    CHECK(shop.say(placed, Said::Silent).is_accepted());
    CHECK(shop.payment() == PaymentState::Unknown);
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    CHECK(shop.say(placed, Said::Failed).is_accepted());  // a webhook may be old: ask
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    shop.pass(20s);
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    SUBCASE("it had happened") {
        CHECK(shop.say(placed, Said::Captured, true).is_accepted());
        CHECK(shop.state() == OrderState::Paid);
    }
    SUBCASE("it had not") {
        CHECK(shop.say(placed, Said::Authorized, true).is_accepted());
        CHECK(shop.asks() == Asks{RequestKind::Capture});
    }
    SUBCASE("the provider has never heard of it") {
        CHECK(shop.say(placed, Said::NotFound, true).is_accepted());
        CHECK(shop.payment() == PaymentState::Created);
        CHECK(shop.asks() == Asks{RequestKind::CreateIntent});
    }
    SUBCASE("the order expires meanwhile, and the question stays") {
        shop.pass(1000s);
        CHECK(shop.state() == OrderState::Expired);
        CHECK(shop.of(sku).held == 0);
        CHECK(shop.asks() == Asks{RequestKind::Fetch});
        CHECK(shop.say(placed, Said::Authorized, true).is_accepted());
        CHECK(shop.asks() == Asks{RequestKind::Capture});  // the stock was still there
        CHECK(shop.of(sku).held == 1);
    }
}

TEST_CASE("paid after expiry: the stock is taken again while there is any") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::RequiresAction).is_accepted());
    shop.pass(600s);
    CHECK(shop.state() == OrderState::Expired);
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    SUBCASE("it is there") {
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        CHECK(shop.state() == OrderState::Paid);
        CHECK(shop.of(sku) == Counters{.on_hand = 1, .sold = 1});
    }
    SUBCASE("somebody else has it: the money goes back, once") {
        CHECK(shop.hold("bob", sku).is_accepted());
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        CHECK(shop.state() == OrderState::RefundPending);
        CHECK(shop.asks() == Asks{RequestKind::Refund});
        const RefundId refund = shop.batch.orders[0].order.refund.id;
        ReportPayment done{.order = OrderId(placed.receipt.number),
                           .said = Said::Refunded,
                           .amount = placed.receipt.price,
                           .is_answer = true,
                           .refund = refund};
        CHECK(shop.ask(done).is_accepted());
        CHECK(shop.state() == OrderState::Refunded);
        CHECK(shop.payment() == PaymentState::Refunded);
        CHECK(shop.ask(done).verdict == Verdict::NotFound);  // settled, not in memory any more
        CHECK(shop.of(sku) == Counters{.on_hand = 1, .held = 1});
    }
    SUBCASE("only authorized, and gone: nothing is charged") {
        CHECK(shop.hold("bob", sku).is_accepted());
        CHECK(shop.say(placed, Said::Authorized).is_accepted());
        CHECK(shop.asks() == Asks{RequestKind::Cancel});
        CHECK(shop.say(placed, Said::Voided, true).is_accepted());
        CHECK(shop.payment() == PaymentState::Voided);
    }
}

TEST_CASE("paid after the deal ended: from the sku's own stock, at the deal's price") {
    Shop shop;
    const SkuId sku = shop.sku(2);
    const DealId deal = shop.deal(sku, 1, 7'000);
    const Decided placed = shop.order("ann", {{sku, deal, 1}});
    shop.pass(600s);
    CHECK(shop.of(deal) == Counters{});
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    CHECK(shop.state() == OrderState::Paid);
    CHECK(shop.of(sku) == Counters{.on_hand = 2, .sold = 1});
    CHECK(shop.batch.orders[0].lines_changed);
}

TEST_CASE("another amount than ours is asked about, then sent back") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say_amount(placed, Said::Captured, {1}).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    CHECK(shop.of(sku).sold == 0);
    CHECK(shop.say_amount(placed, Said::Captured, {1}, true).is_accepted());
    CHECK(shop.state() == OrderState::RefundPending);
    CHECK(shop.batch.asks[0].amount == Money{1});
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
}

TEST_CASE("a cancelled order stays cancelled, whatever the provider did meanwhile") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.ask(CancelOrder{id}, "bob").verdict == Verdict::NotFound);  // not his
    CHECK(shop.ask(CancelOrder{id}, "ann").is_accepted());
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
    CHECK(shop.asks() == Asks{RequestKind::Cancel});
    CHECK(shop.ask(CancelOrder{id}, "ann").is_accepted());
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    CHECK(shop.state() == OrderState::RefundPending);
}

TEST_CASE("refunds by units pay back to the won, return what was not sent, and end the order") {
    Shop shop({.shipping_minor = 2'500});
    const SkuId sku = shop.sku(5, 3'333);
    const Decided placed = shop.order("ann", {{sku, {}, 3}});
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    const OrderId id(placed.receipt.number);
    // A settled order is not in memory; the database has it.
    Order kept = shop.batch.orders[0].order;
    const auto ask = [&](What what) {
        if (!shop.allocator.knows(id)) shop.allocator.adopt(kept);
        const Decided answer = shop.ask(std::move(what), "shop");
        if (!shop.batch.orders.empty()) kept = shop.batch.orders[0].order;
        return answer;
    };
    const auto confirm = [&] {
        return ask(ReportPayment{.order = id, .said = Said::Refunded, .refund = kept.refund.id});
    };
    CHECK(ask(RefundOrder{id, {{0, 4}}}).verdict == Verdict::Malformed);
    CHECK(ask(RefundOrder{id, {{0, 1}}}).receipt.price.minor == 3'333);
    CHECK(ask(RefundOrder{id, {{0, 1}}}).verdict == Verdict::WrongState);  // one at a time
    CHECK(confirm().is_accepted());
    CHECK(kept.state == OrderState::PartRefunded);
    CHECK(shop.of(sku) == Counters{.on_hand = 5, .sold = 2});
    CHECK(ask(AdvanceOrder{id, Stage::Delivered}).verdict == Verdict::WrongState);
    CHECK(ask(AdvanceOrder{id, Stage::Shipped}).is_accepted());
    CHECK(shop.of(sku) == Counters{.on_hand = 3});
    CHECK(ask(AdvanceOrder{id, Stage::Preparing}).verdict == Verdict::WrongState);
    CHECK(ask(CancelOrder{id, true}).verdict == Verdict::WrongState);  // it is on its way
    CHECK(ask(RefundOrder{id, {}}).receipt.price.minor == 12'499 - 3'333);
    CHECK(confirm().is_accepted());
    CHECK(kept.state == OrderState::Refunded);
    CHECK(kept.payment.refunded_minor == 12'499);
    CHECK(shop.of(sku) == Counters{.on_hand = 3});
}

TEST_CASE("a free order needs no provider") {
    Shop shop;
    const SkuId sku = shop.sku(1, 0);
    CHECK(shop.order("ann", {{sku, {}, 1}}).is_accepted());
    CHECK(shop.asks().empty());
    CHECK(shop.state() == OrderState::Paid);
    CHECK(shop.of(sku) == Counters{.on_hand = 1, .sold = 1});
}

TEST_CASE("a payment that the provider will never make ends its order at once") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::Refused).is_accepted());  // no answer of ours: not believed
    CHECK(shop.of(sku).held == 1);
    CHECK(shop.say(placed, Said::Refused, true).is_accepted());
    CHECK(shop.state() == OrderState::Cancelled);
    CHECK(shop.payment() == PaymentState::Voided);
    CHECK(shop.asks().empty());
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
    CHECK_FALSE(shop.allocator.knows(OrderId(placed.receipt.number)));
}

TEST_CASE("what is said of another payment, or of another order of this number, is not believed") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    const auto report = [&](std::string ref, WallTime placed_at) {
        return shop.ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                      .said = Said::Captured,
                                      .amount = placed.receipt.price,
                                      .provider_ref = std::move(ref),
                                      .placed_at_ms = to_unix_ms(placed_at)});
    };
    CHECK(report("pi_1", opening - 24h).verdict == Verdict::NotFound);
    CHECK(shop.ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                 .said = Said::RequiresAction,
                                 .provider_ref = "pi_1"})
              .is_accepted());
    CHECK(report("pi_2", opening).verdict == Verdict::NotFound);
    CHECK(shop.of(sku).held == 1);
    CHECK(report("pi_1", opening).is_accepted());
    CHECK(shop.state() == OrderState::Paid);
}

TEST_CASE("as long as the buyer pays, the provider is looked at every 30 seconds") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::RequiresAction, true).is_accepted());
    for (const Said said : {Said::RequiresAction, Said::RequiresAction, Said::Failed, Said::Failed,
                            Said::Failed, Said::RequiresAction}) {
        shop.pass(29s);
        CHECK(shop.asks().empty());
        shop.pass(1s);
        CHECK(shop.asks() == Asks{RequestKind::Fetch});
        CHECK(shop.say(placed, said, true).is_accepted());
        CHECK(shop.asks().empty());
    }
}

TEST_CASE("an order that runs out is looked at once more before its payment is called off") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided late = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(late, Said::RequiresAction, true).is_accepted());
    shop.pass(600s);
    CHECK(shop.state() == OrderState::Expired);
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    SUBCASE("it was paid just now, and nobody had said so") {
        CHECK(shop.say(late, Said::Authorized, true).is_accepted());
        CHECK(shop.state() == OrderState::PendingPayment);
        CHECK(shop.asks() == Asks{RequestKind::Capture});
    }
    SUBCASE("it was not") {
        CHECK(shop.say(late, Said::RequiresAction, true).is_accepted());
        CHECK(shop.asks() == Asks{RequestKind::Cancel});
        // A provider that does not call it off is asked again later, not at once.
        CHECK(shop.say(late, Said::RequiresAction, true).is_accepted());
        CHECK(shop.asks().empty());
    }
    SUBCASE("nobody answered") {
        shop.pass(10s);
        CHECK(shop.asks() == Asks{RequestKind::Cancel});
    }
}

TEST_CASE("a refund that the provider refuses leaves the order open for another") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    shop.allocator.adopt(shop.batch.orders[0].order);
    CHECK(shop.ask(CancelOrder{id}, "ann").is_accepted());
    const RefundId first = shop.batch.orders[0].order.refund.id;
    CHECK(shop.ask(ReportPayment{.order = id, .said = Said::RefundRefused, .refund = first})
              .is_accepted());
    CHECK(shop.state() == OrderState::PartRefunded);
    Order kept = shop.batch.orders[0].order;
    CHECK(kept.refund.state == RefundState::Failed);
    CHECK(kept.payment.refunded_minor == 0);
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
    CHECK_FALSE(shop.allocator.knows(id));
    shop.allocator.adopt(kept);
    CHECK(shop.ask(RefundOrder{id, {}}, "shop").receipt.price == placed.receipt.price);
    CHECK(shop.asks() == Asks{RequestKind::Refund});
    const RefundId second = shop.batch.orders[0].order.refund.id;
    CHECK(second != first);
    CHECK(shop.ask(ReportPayment{.order = id, .said = Said::Refunded, .refund = second})
              .is_accepted());
    CHECK(shop.state() == OrderState::Refunded);
}

TEST_CASE("a gift stays with an order whose money is back, and comes back by itself") {
    Shop shop;
    const SkuId sku = shop.sku(1, 40'000);
    const SkuId gift = shop.sku(5, 0);
    const Decided placed = shop.order("ann", {{sku, {}, 1}, {gift, {}, 2}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    Order kept = shop.batch.orders[0].order;
    const auto ask = [&](What what) {
        if (!shop.allocator.knows(id)) shop.allocator.adopt(kept);
        CHECK(shop.ask(std::move(what), "shop").is_accepted());
        kept = shop.batch.orders[0].order;
    };
    ask(RefundOrder{id, {{0, 1}}});
    ask(ReportPayment{.order = id, .said = Said::Refunded, .refund = kept.refund.id});
    CHECK(kept.state == OrderState::PartRefunded);
    CHECK(kept.payment.state == PaymentState::Refunded);
    ask(RefundOrder{id, {{1, 1}}});
    CHECK(kept.state == OrderState::PartRefunded);
    CHECK(shop.of(gift) == Counters{.on_hand = 5, .sold = 1});
    ask(RefundOrder{id, {}});
    CHECK(kept.state == OrderState::Refunded);
    CHECK(shop.of(gift) == Counters{.on_hand = 5});
}
