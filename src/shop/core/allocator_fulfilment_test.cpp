#include <doctest/doctest.h>

#include "shop/core/testing.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// A paid order, which is brought back to the allocator whenever something is asked about it.
struct Paid {
    Shop shop;
    OrderId id;
    Order kept;

    explicit Paid(Rules rules = {}) : shop(rules) {}

    void place(std::vector<WantedLine> lines, std::string coupon = {}) {
        const Decided placed = shop.order("ann", std::move(lines), std::move(coupon));
        REQUIRE(placed.is_accepted());
        id = OrderId(placed.receipt.number);
        CHECK(shop.say(placed, Said::Captured).is_accepted());
        kept = shop.batch.orders.at(0).order;
    }
    Decided ask(What what, const std::string& account = "staff", const std::string& key = {}) {
        if (!shop.allocator.knows(id)) shop.allocator.adopt(kept);
        const Decided answer = shop.ask(std::move(what), account, key);
        if (!shop.batch.orders.empty()) kept = shop.batch.orders.at(0).order;
        return answer;
    }
    Verdict advance(Stage to) { return ask(AdvanceOrder{id, to}).verdict; }
    Verdict refund(std::vector<RefundLine> lines) {
        return ask(RefundOrder{id, std::move(lines)}).verdict;
    }
    void end_refund(Said said = Said::Refunded) {
        CHECK(
            ask(ReportPayment{.order = id, .said = said, .refund = kept.refund.id}).is_accepted());
    }
};

constexpr auto accepted = Verdict::Accepted;
constexpr auto malformed = Verdict::Malformed;
constexpr auto wrong_state = Verdict::WrongState;

}  // namespace

TEST_CASE("cancelling before it is paid counts as a lost hold, however early") {
    for (const auto& [after, by_shop, state] :
         {std::tuple{0ms, false, ReservationState::Expired},
          std::tuple{300'001ms, false, ReservationState::Expired},
          std::tuple{0ms, true, ReservationState::Released},
          std::tuple{599'999ms, true, ReservationState::Released}}) {
        Shop shop;
        const SkuId sku = shop.sku(1);
        for (int times = 0; times < 2; ++times) {
            const Decided placed = shop.order("ann", {{sku, {}, 1}});
            shop.now += after;
            const Decided gone = shop.ask(CancelOrder{OrderId(placed.receipt.number), by_shop},
                                          by_shop ? "staff" : "ann");
            CHECK(gone.verdict == accepted);
            CHECK(gone.receipt.number == placed.receipt.number);
            CHECK(gone.receipt.price == placed.receipt.price);
            CHECK(shop.batch.reservations.entries().at(0).row.state == state);
            CHECK(shop.batch.order_events.at(0).note ==
                  (by_shop ? "cancelled by the shop" : "cancelled by the buyer"));
        }
        const bool counts = state == ReservationState::Expired;
        CHECK(shop.hold("ann", sku).verdict == (counts ? Verdict::CoolingDown : accepted));
    }
}

TEST_CASE("an order is cancelled by its buyer or by the shop, before it is sent") {
    Paid paid;
    const SkuId sku = paid.shop.sku(3);
    paid.place({{sku, {}, 2}});
    CHECK(paid.ask(CancelOrder{OrderId(999)}, "ann").verdict == Verdict::NotFound);
    CHECK(paid.ask(CancelOrder{paid.id}, "bob").verdict == Verdict::NotFound);
    CHECK(paid.advance(Stage::Preparing) == accepted);
    CHECK(paid.ask(CancelOrder{paid.id}, "ann").verdict == accepted);
    CHECK(paid.kept.state == OrderState::RefundPending);
    CHECK(paid.kept.refund.minor == 20'000);
    CHECK(paid.kept.refund.state == RefundState::Pending);
    CHECK(paid.kept.refund.made_at == opening);
    CHECK(paid.shop.batch.order_events.at(0).note == "cancelled before it was sent");
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 3});
    CHECK(paid.ask(CancelOrder{paid.id}, "ann").verdict == accepted);  // it is already
    CHECK(paid.shop.batch.orders.empty());
    paid.end_refund();
    CHECK(paid.kept.state == OrderState::Refunded);
    CHECK(paid.ask(CancelOrder{paid.id}, "ann").verdict == accepted);
}

TEST_CASE("what is on its way, or has run out, cannot be cancelled") {
    Paid paid;
    paid.place({{paid.shop.sku(3), {}, 2}});
    CHECK(paid.advance(Stage::Shipped) == accepted);
    CHECK(paid.ask(CancelOrder{paid.id, true}).verdict == wrong_state);
    CHECK(paid.advance(Stage::Delivered) == accepted);
    CHECK(paid.ask(CancelOrder{paid.id, true}).verdict == wrong_state);

    Shop shop;
    const Decided placed = shop.order("ann", {{shop.sku(1), {}, 1}});
    shop.pass(600s);
    CHECK(shop.ask(CancelOrder{OrderId(placed.receipt.number)}, "ann").verdict == wrong_state);
    CHECK(shop.ask(RefundOrder{OrderId(placed.receipt.number), {}}).verdict == wrong_state);
    CHECK(shop.ask(RefundOrder{OrderId(999), {}}).verdict == Verdict::NotFound);
    CHECK(shop.ask(AdvanceOrder{OrderId(999)}).verdict == Verdict::NotFound);
    CHECK(shop.ask(AdvanceOrder{OrderId(placed.receipt.number)}).verdict == wrong_state);
}

TEST_CASE("an order goes from stage to stage, forward only, and nothing unsent arrives") {
    using enum Stage;
    struct Row {
        std::vector<Stage> before;
        Stage to;
        Verdict verdict;
    };
    for (const Row& row :
         {Row{{}, Ordered, wrong_state}, Row{{}, Preparing, accepted}, Row{{}, Shipped, accepted},
          Row{{}, Delivered, wrong_state}, Row{{Preparing}, Preparing, wrong_state},
          Row{{Preparing}, Shipped, accepted}, Row{{Preparing}, Delivered, wrong_state},
          Row{{Shipped}, Preparing, wrong_state}, Row{{Shipped}, Shipped, wrong_state},
          Row{{Shipped}, Delivered, accepted}, Row{{Shipped, Delivered}, Shipped, wrong_state},
          Row{{Shipped, Delivered}, Delivered, wrong_state}}) {
        CAPTURE(static_cast<int>(row.to));
        Paid paid;
        const SkuId sku = paid.shop.sku(3);
        paid.place({{sku, {}, 2}});
        for (const Stage stage : row.before) CHECK(paid.advance(stage) == accepted);
        const OrderState before = paid.kept.state;
        CHECK(paid.advance(row.to) == row.verdict);
        if (row.verdict != accepted) {
            CHECK(paid.kept.state == before);
            continue;
        }
        CHECK(paid.kept.stage == row.to);
        CHECK(paid.kept.state == (row.to == Preparing ? OrderState::Preparing
                                  : row.to == Shipped ? OrderState::Shipped
                                                      : OrderState::Delivered));
        CHECK(paid.shop.batch.moves.size() == (row.to == Shipped ? 1 : 0));
        CHECK(paid.shop.of(sku).on_hand == (row.to == Preparing ? 3 : 1));
    }
}

TEST_CASE("only what was not paid back is sent") {
    Paid paid;
    const SkuId sku = paid.shop.sku(9);
    const SkuId other = paid.shop.sku(9);
    paid.place({{sku, {}, 3}, {other, {}, 2}});
    CHECK(paid.refund({{0, 1}, {1, 2}}) == accepted);
    paid.end_refund();
    CHECK(paid.kept.state == OrderState::PartRefunded);
    CHECK(paid.advance(Stage::Shipped) == accepted);
    REQUIRE(paid.shop.batch.moves.size() == 1);
    CHECK(paid.shop.batch.moves[0].on_hand == -2);
    CHECK(paid.shop.batch.moves[0].sold == -2);
    CHECK(paid.shop.batch.moves[0].reason == MoveReason::Shipped);
    CHECK(paid.shop.batch.moves[0].subject == paid.id.value);
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 7});
    CHECK(paid.shop.of(other) == Counters{.on_hand = 9});
}

TEST_CASE("a refund names lines that there are, and units that are left of them") {
    Paid paid;
    const SkuId sku = paid.shop.sku(9);
    paid.place({{sku, {}, 3}, {sku, {}, 2}});
    CHECK(paid.refund({{2, 1}}) == malformed);
    CHECK(paid.refund({{0, 0}}) == malformed);
    CHECK(paid.refund({{0, -1}}) == malformed);
    CHECK(paid.refund({{0, 4}}) == malformed);
    CHECK(paid.refund({{1, 3}}) == malformed);
    CHECK(paid.refund({{0, 2}, {0, 2}}) == malformed);
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 9, .sold = 5});
    CHECK(paid.refund({{0, 1}, {0, 1}, {1, 2}}) == accepted);
    CHECK(paid.kept.refund.minor == 40'000);
    CHECK(paid.kept.lines[0].refunded_units == 2);
    CHECK(paid.kept.lines[1].refunded_units == 2);
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 9, .sold = 1});
    REQUIRE(paid.shop.batch.moves.size() == 2);
    CHECK(paid.shop.batch.moves[0].sold == -2);
    CHECK(paid.shop.batch.moves[0].on_hand == 0);
    CHECK(paid.shop.batch.moves[0].reason == MoveReason::Returned);
    paid.end_refund();
    CHECK(paid.refund({{0, 2}}) == malformed);
    CHECK(paid.refund({{1, 1}}) == malformed);
    CHECK(paid.refund({{0, 1}}) == accepted);
}

TEST_CASE("a refund says how much, for whom, and keeps its request") {
    Paid paid({.shipping_minor = 2'500});
    paid.place({{paid.shop.sku(9, 3'333), {}, 3}});
    const Decided some = paid.ask(RefundOrder{paid.id, {{0, 1}}}, "staff", "k");
    CHECK(some.receipt.price == Money{3'333, Currency::Krw});
    CHECK(some.receipt.number == paid.kept.refund.id.value);
    CHECK(paid.kept.refund.account == AccountId("staff"));
    CHECK(paid.kept.refund.key == "k");
    CHECK(paid.kept.refund.request_hash != 0);
    CHECK(paid.shop.batch.orders.at(0).refund_is_new);
    CHECK(paid.shop.batch.orders.at(0).lines_changed);
    CHECK(paid.shop.batch.order_events.at(0).note == "refunded by the shop");
    paid.end_refund();
    CHECK_FALSE(paid.shop.batch.orders.at(0).refund_is_new);
    CHECK_FALSE(paid.shop.batch.orders.at(0).lines_changed);
    CHECK(paid.shop.batch.order_events.at(0).note == "money sent back");
    // With the last unit everything that is left: the shipping too.
    const Decided rest = paid.ask(RefundOrder{paid.id, {}}, "staff");
    CHECK(rest.receipt.price.minor == 2 * 3'333 + 2'500);
    CHECK(paid.kept.refund.request_hash == 0);
}

TEST_CASE("what was sent does not come back to the stock by a refund") {
    Paid paid;
    const SkuId sku = paid.shop.sku(9);
    paid.place({{sku, {}, 3}});
    CHECK(paid.advance(Stage::Shipped) == accepted);
    CHECK(paid.refund({{0, 1}}) == accepted);
    CHECK(paid.shop.batch.moves.empty());
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 6});
    paid.end_refund();
    CHECK(paid.kept.state == OrderState::PartRefunded);
    CHECK(paid.advance(Stage::Delivered) == accepted);
    CHECK(paid.kept.state == OrderState::Delivered);
}

TEST_CASE("units of a deal that is over return to the sku by a refund") {
    Paid paid;
    const SkuId sku = paid.shop.sku(9);
    const DealId deal = paid.shop.deal(sku, 4, 7'000);
    paid.place({{sku, deal, 2}});
    CHECK(paid.shop.ask(EndDeal{deal}).is_accepted());
    CHECK(paid.shop.of(deal) == Counters{.on_hand = 2, .sold = 2});
    CHECK(paid.refund({{0, 1}}) == accepted);
    CHECK(paid.shop.of(deal) == Counters{.on_hand = 1, .sold = 1});
    CHECK(paid.shop.of(sku) == Counters{.on_hand = 8});
}

TEST_CASE("a gift is given back without asking the provider for nothing") {
    Paid paid;
    const SkuId gift = paid.shop.sku(5, 0);
    paid.place({{paid.shop.sku(5), {}, 1}, {gift, {}, 1}});
    CHECK(paid.refund({{1, 1}}) == accepted);
    CHECK(paid.shop.batch.asks.empty());
    CHECK(paid.kept.state == OrderState::PartRefunded);
    CHECK(paid.kept.payment.refunded_minor == 0);
    CHECK(paid.kept.payment.state == PaymentState::PartRefunded);
    CHECK(paid.kept.refund.state == RefundState::Done);
    CHECK(paid.refund({{0, 1}}) == accepted);
    CHECK(paid.shop.asks() == std::vector{RequestKind::Refund});
    paid.end_refund();
    CHECK(paid.kept.state == OrderState::Refunded);
}

TEST_CASE("a refund that is refused leaves the units back and the money to be tried again") {
    Paid paid;
    const SkuId sku = paid.shop.sku(5);
    paid.place({{sku, {}, 2}});
    CHECK(paid.refund({{0, 1}}) == accepted);
    paid.end_refund(Said::RefundRefused);
    CHECK(paid.kept.state == OrderState::PartRefunded);
    CHECK(paid.kept.refund.state == RefundState::Failed);
    CHECK(paid.kept.lines[0].refunded_units == 1);
    CHECK_FALSE(paid.shop.batch.orders.at(0).lines_changed);
    CHECK(paid.kept.payment.state == PaymentState::Captured);
    // With the rest everything goes back.
    CHECK(paid.refund({}) == accepted);
    CHECK(paid.kept.refund.minor == 20'000);
}

// Captured, but never sold: there are no units that another refund could return.
TEST_CASE("a refused refund of what was never sold leaves nothing to be sent") {
    Shop shop;
    const SkuId sku = shop.sku(1);
    const Decided placed = shop.order("ann", {{sku, {}, 1}});
    const OrderId id(placed.receipt.number);
    CHECK(shop.ask(CancelOrder{id}, "ann").is_accepted());
    CHECK(shop.say(placed, Said::Captured).is_accepted());
    const RefundId refund = shop.batch.orders.at(0).order.refund.id;
    CHECK(shop.batch.order_events.at(0).note == "paid after it had been cancelled");
    CHECK(shop.ask(ReportPayment{.order = id, .said = Said::RefundRefused, .refund = refund})
              .is_accepted());
    CHECK(shop.state() == OrderState::PartRefunded);
    CHECK(shop.batch.orders.at(0).lines_changed);
    CHECK(shop.batch.orders.at(0).order.lines.at(0).refunded_units == 1);
    const Order kept = shop.batch.orders.at(0).order;
    for (const Stage stage : {Stage::Preparing, Stage::Shipped}) {
        shop.allocator.adopt(kept);
        CHECK(shop.ask(AdvanceOrder{id, stage}).verdict == Verdict::WrongState);
    }
    shop.allocator.adopt(kept);
    CHECK(shop.ask(RefundOrder{id, {}}, "staff").receipt.price == placed.receipt.price);
    CHECK(shop.batch.moves.empty());
    CHECK(shop.of(sku) == Counters{.on_hand = 1});
}
