#include <doctest/doctest.h>

#include "shop/core/testing.hpp"

/// What each report of a provider does to a payment, state by state.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

using Asks = std::vector<RequestKind>;
using enum PaymentState;

/// A report, as a webhook or as the answer to a question, and what follows from it.
struct Row {
    PaymentState from;
    Said said;
    bool is_answer;
    PaymentState to;
    Asks asks;
};

/// Brings a new order's payment into that state.
Decided place(Shop& shop, SkuId sku, PaymentState state) {
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    switch (state) {
        case RequiresAction: shop.say(placed, Said::RequiresAction); break;
        case Authorized: shop.say(placed, Said::Authorized); break;
        case Failed: shop.say(placed, Said::Failed); break;
        case Voided: shop.say(placed, Said::Voided); break;
        case Unknown: shop.say(placed, Said::Silent, true); break;
        default: CHECK(state == Created);
    }
    return placed;
}

void check(Shop& shop, const Decided& placed, const Row& row) {
    CAPTURE(to_string(row.from));
    CAPTURE(static_cast<int>(row.said));
    CAPTURE(row.is_answer);
    CHECK(shop.say(placed, row.said, row.is_answer).is_accepted());
    const bool is_changed = !shop.batch.orders.empty();
    CHECK(is_changed == (row.from != row.to));
    if (is_changed) CHECK(to_string(shop.payment()) == to_string(row.to));
    CHECK(shop.asks() == row.asks);
}

constexpr bool webhook = false;
constexpr bool answer = true;

}  // namespace

TEST_CASE("while the buyer may pay, good news is believed at once and bad news when asked for") {
    for (const Row& row : {
             Row{Created, Said::RequiresAction, webhook, RequiresAction, {}},
             Row{Created, Said::RequiresAction, answer, RequiresAction, {}},
             Row{Created, Said::Authorized, webhook, Authorized, {RequestKind::Capture}},
             Row{Created, Said::Failed, webhook, Failed, {}},
             Row{Created, Said::Voided, answer, Voided, {}},
             Row{Created, Said::NotFound, webhook, Created, {}},
             Row{Created, Said::NotFound, answer, Created, {RequestKind::CreateIntent}},
             Row{Created, Said::Silent, answer, Unknown, {RequestKind::Fetch}},
             Row{RequiresAction, Said::RequiresAction, webhook, RequiresAction, {}},
             Row{RequiresAction, Said::RequiresAction, answer, RequiresAction, {}},
             Row{RequiresAction, Said::Authorized, answer, Authorized, {RequestKind::Capture}},
             Row{RequiresAction, Said::Failed, webhook, Failed, {}},
             Row{RequiresAction, Said::Voided, webhook, Voided, {}},
             Row{RequiresAction, Said::NotFound, answer, RequiresAction, {}},
             Row{RequiresAction, Said::Silent, answer, RequiresAction, {}},
             Row{Authorized, Said::RequiresAction, answer, Authorized, {}},
             Row{Authorized, Said::Authorized, answer, Authorized, {}},
             Row{Authorized, Said::Failed, webhook, Authorized, {RequestKind::Fetch}},
             Row{Authorized, Said::Failed, answer, Failed, {}},
             Row{Authorized, Said::Voided, webhook, Authorized, {RequestKind::Fetch}},
             Row{Authorized, Said::Voided, answer, Voided, {}},
             Row{Authorized, Said::NotFound, answer, Authorized, {}},
             Row{Authorized, Said::Silent, answer, Unknown, {RequestKind::Fetch}},
             Row{Failed, Said::RequiresAction, webhook, Failed, {}},
             Row{Failed, Said::RequiresAction, answer, RequiresAction, {}},
             Row{Failed, Said::Authorized, webhook, Authorized, {RequestKind::Capture}},
             Row{Failed, Said::Failed, webhook, Failed, {}},
             Row{Failed, Said::Failed, answer, Failed, {}},
             Row{Failed, Said::Voided, webhook, Voided, {}},
             Row{Failed, Said::Silent, answer, Failed, {}},
             Row{Unknown, Said::RequiresAction, webhook, Unknown, {}},
             Row{Unknown, Said::RequiresAction, answer, RequiresAction, {}},
             Row{Unknown, Said::Authorized, webhook, Unknown, {RequestKind::Fetch}},
             Row{Unknown, Said::Authorized, answer, Authorized, {RequestKind::Capture}},
             Row{Unknown, Said::Failed, webhook, Unknown, {RequestKind::Fetch}},
             Row{Unknown, Said::Failed, answer, Failed, {}},
             Row{Unknown, Said::Voided, webhook, Unknown, {RequestKind::Fetch}},
             Row{Unknown, Said::Voided, answer, Voided, {}},
             Row{Unknown, Said::NotFound, webhook, Unknown, {}},
             Row{Unknown, Said::NotFound, answer, Created, {RequestKind::CreateIntent}},
             Row{Unknown, Said::Silent, answer, Unknown, {}},
             Row{Voided, Said::RequiresAction, webhook, Voided, {RequestKind::Fetch}},
             Row{Voided, Said::RequiresAction, answer, RequiresAction, {}},
             Row{Voided, Said::Authorized, webhook, Voided, {RequestKind::Fetch}},
             Row{Voided, Said::Authorized, answer, Authorized, {RequestKind::Capture}},
             Row{Voided, Said::Failed, answer, Voided, {}},
             Row{Voided, Said::Voided, answer, Voided, {}},
             Row{Voided, Said::Refused, answer, Voided, {}},
             Row{Voided, Said::Silent, answer, Voided, {}},
         }) {
        Shop shop;
        const SkuId sku = shop.sku(3);
        const Decided placed = place(shop, sku, row.from);
        check(shop, placed, row);
        CHECK(shop.of(sku).held == 1);
    }
}

TEST_CASE("of a cancelled order whatever turns up at the provider is called off") {
    for (const Row& row : {
             Row{Created, Said::RequiresAction, webhook, RequiresAction, {RequestKind::Cancel}},
             Row{Created, Said::Authorized, webhook, Authorized, {RequestKind::Cancel}},
             Row{Created, Said::Failed, webhook, Failed, {RequestKind::Cancel}},
             Row{Created, Said::Voided, webhook, Voided, {}},
             Row{Created, Said::Refused, answer, Voided, {}},
             Row{Created, Said::Refused, webhook, Created, {}},
             Row{Created, Said::NotFound, answer, Created, {}},
             Row{Created, Said::Silent, answer, Unknown, {RequestKind::Fetch}},
             Row{RequiresAction, Said::RequiresAction, answer, RequiresAction, {}},
             Row{RequiresAction, Said::Voided, answer, Voided, {}},
             Row{Failed, Said::RequiresAction, answer, RequiresAction, {RequestKind::Cancel}},
             Row{Failed, Said::Failed, answer, Failed, {}},
             Row{Authorized, Said::Voided, webhook, Authorized, {RequestKind::Fetch}},
             Row{Authorized, Said::Voided, answer, Voided, {}},
             Row{Unknown, Said::Authorized, answer, Authorized, {RequestKind::Cancel}},
             Row{Unknown, Said::NotFound, answer, Unknown, {}},
         }) {
        Shop shop;
        const SkuId sku = shop.sku(3);
        const Decided placed = place(shop, sku, row.from);
        CHECK(shop.ask(CancelOrder{OrderId(placed.receipt.number)}, "ann").is_accepted());
        check(shop, placed, row);
        CHECK(shop.of(sku) == Counters{.on_hand = 3});
        CHECK(shop.allocator.knows(OrderId(placed.receipt.number)) == (row.to != Voided));
    }
}

// Our own request to make it may still be under way.
TEST_CASE("a payment that the provider does not know is believed to be none after two minutes") {
    for (const auto& [at, is_over] : {std::pair{719'999ms, false}, std::pair{720'000ms, true}}) {
        Shop shop;
        const Decided placed = shop.order("ann", {{shop.sku(1), {}, 1}});
        const OrderId id(placed.receipt.number);
        CHECK(shop.ask(CancelOrder{id}, "ann").is_accepted());
        shop.now = opening + at;  // it would have waited for 600 seconds
        CHECK(shop.say(placed, Said::NotFound, true).is_accepted());
        CHECK(shop.allocator.knows(id) != is_over);
        if (is_over) CHECK(shop.payment() == Voided);
    }
}

TEST_CASE("an authorized payment gives its order five minutes more, once") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say(placed, Said::Authorized).is_accepted());
    CHECK(shop.batch.orders.at(0).order.extended);
    CHECK(shop.batch.orders.at(0).order.expires_at == opening + 900s);
    CHECK(shop.batch.orders.at(0).order.pay_by == opening + 600s);
    CHECK(shop.say(placed, Said::Failed, true).is_accepted());
    CHECK(shop.say(placed, Said::Authorized).is_accepted());
    CHECK(shop.batch.orders.at(0).order.expires_at == opening + 900s);
    shop.pass(899'999ms);
    CHECK(shop.of(sku).held == 1);
    shop.pass(1ms);
    CHECK(shop.of(sku).held == 0);
}

TEST_CASE("an authorized amount that is not ours is asked about, then called off") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    CHECK(shop.say_amount(placed, Said::Authorized, {9'999, Currency::Krw}).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Fetch});
    CHECK(shop.of(sku).held == 1);
    CHECK(shop.say_amount(placed, Said::Authorized, {10'000, Currency::Usd}, true).is_accepted());
    CHECK(shop.state() == OrderState::Cancelled);
    CHECK(shop.payment() == Authorized);
    CHECK(shop.asks() == Asks{RequestKind::Cancel});
    CHECK(shop.batch.order_events.at(0).note == "the provider authorized another amount");
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
}

TEST_CASE("a late authorization of another amount takes nothing again") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    shop.pass(600s);
    CHECK(shop.say_amount(placed, Said::Authorized, {1, Currency::Krw}, true).is_accepted());
    CHECK(shop.asks() == Asks{RequestKind::Cancel});
    CHECK(shop.of(sku).held == 0);
}

TEST_CASE("the name of a payment is the first that the provider gave") {
    Shop shop;
    const Decided placed = shop.order("ann", {{shop.sku(1), {}, 1}});
    const auto say = [&](std::string ref, std::int64_t placed_at_ms) {
        return shop
            .ask(ReportPayment{.order = OrderId(placed.receipt.number),
                               .said = Said::NotFound,
                               .provider_ref = std::move(ref),
                               .placed_at_ms = placed_at_ms})
            .verdict;
    };
    CHECK(say("", 0) == Verdict::Accepted);
    CHECK(shop.batch.orders.empty());
    CHECK(say("pi_1", to_unix_ms(opening)) == Verdict::Accepted);
    CHECK(shop.batch.orders.at(0).order.payment.provider_ref == "pi_1");
    CHECK(say("pi_1", 0) == Verdict::Accepted);
    CHECK(shop.batch.orders.empty());
    CHECK(say("", to_unix_ms(opening)) == Verdict::Accepted);
    CHECK(say("pi_2", 0) == Verdict::NotFound);
    CHECK(say("pi_1", to_unix_ms(opening) + 1) == Verdict::NotFound);
    CHECK(say("", to_unix_ms(opening) - 1) == Verdict::NotFound);
}

TEST_CASE("an event of an unknown order is kept, so that it is not looked at again") {
    Shop shop;
    const ReportPayment report{.order = OrderId(99), .said = Said::Captured, .event_id = "evt"};
    CHECK(shop.ask(report).verdict == Verdict::NotFound);
    REQUIRE(shop.batch.applied_events.size() == 1);
    CHECK(shop.batch.applied_events[0].id == "evt");
    CHECK(shop.batch.applied_events[0].at == opening);
    CHECK(shop.batch.has_rows());
    CHECK(shop.ask(report, {}, {}, {.event_applied = true}).verdict == Verdict::Replayed);
    CHECK(shop.batch.applied_events.empty());
    const ReportPayment nameless{.order = OrderId(99), .said = Said::Captured};
    CHECK(shop.ask(nameless, {}, {}, {.event_applied = true}).verdict == Verdict::NotFound);
    CHECK(shop.batch.applied_events.empty());
}

TEST_CASE("a refund is settled by the report that names it, and by no other") {
    Shop shop;
    const Decided placed = shop.order("ann", {{shop.sku(2), {}, 2}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    shop.allocator.adopt(shop.batch.orders.at(0).order);
    const Decided refund = shop.ask(RefundOrder{id, {{0, 1}}}, "staff");
    for (const Said said : {Said::Refunded, Said::RefundRefused}) {
        CHECK(
            shop.ask(ReportPayment{
                         .order = id, .said = said, .refund = RefundId(refund.receipt.number + 1)})
                .is_accepted());
        CHECK(shop.batch.orders.empty());
    }
    CHECK(shop
              .ask(ReportPayment{
                  .order = id, .said = Said::Refunded, .refund = RefundId(refund.receipt.number)})
              .is_accepted());
    Order kept = shop.batch.orders.at(0).order;
    CHECK(kept.payment.refunded_minor == 10'000);
    CHECK(kept.payment.state == PartRefunded);
    shop.allocator.adopt(kept);
    CHECK(shop
              .ask(ReportPayment{
                  .order = id, .said = Said::Refunded, .refund = RefundId(refund.receipt.number)})
              .is_accepted());
    CHECK(shop.batch.orders.empty());  // told twice, sent back once
}
