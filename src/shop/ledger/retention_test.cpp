#include "shop/ledger/retention.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

constexpr auto keep = 90 * 24h;
constexpr const char* order_tables[] = {"orders", "order_line", "order_event", "payment"};

/// A shop, and a process's sweeps of it.
struct SweptShop : DurableShop {
    /// How many orders and holds went.
    std::size_t sweep() {
        std::size_t removed = 0;
        for (store::Retention& each : retentions) {
            store::Removed piece;
            do {
                piece = each.step(*database, now).value();
                removed += piece.count;
            } while (piece.more);
        }
        return removed;
    }
    void call_off(const Decided& placed) {
        CHECK(ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                .said = Said::Voided,
                                .is_answer = true})
                  .is_accepted());
    }
    Decided cancelled(const std::string& account, SkuId sku) {
        const Decided placed = order(account, {{sku, {}, 1}});
        CHECK(ask(CancelOrder{OrderId(placed.receipt.number)}, account).is_accepted());
        return placed;
    }
    std::int64_t rows(const std::string& table) { return integer("SELECT COUNT(*) FROM " + table); }
    /// What another process makes of the rows: the same, or they disagree.
    void check_books() {
        auto rebuilt = Allocator::rebuild(
            sink->read(now - rules.cool_down_window - rules.cool_down).value(), rules, now);
        REQUIRE(rebuilt);
        CHECK(rebuilt->to_text(false) == allocator->to_text(false));
    }

    std::vector<store::Retention> retentions = ledger_retentions(keep);
};

}  // namespace

TEST_CASE("an order that came to nothing stays for its time, then goes with all that is its own") {
    SweptShop shop;
    const SkuId sku = shop.sku(9);
    shop.call_off(shop.cancelled("kim", sku));
    shop.sweep();
    shop.now += keep;
    CHECK(shop.sweep() == 0);
    for (const char* table : order_tables) CHECK_MESSAGE(shop.rows(table) > 0, table);
    CHECK(has_orders(*shop.database, AccountId("kim")).value());
    shop.now += 1ms;
    CHECK(shop.sweep() == 2);  // it, and its hold
    for (const char* table : order_tables) CHECK_MESSAGE(shop.rows(table) == 0, table);
    CHECK(shop.rows("reservation") == 0);
    CHECK_FALSE(has_orders(*shop.database, AccountId("kim")).value());
    shop.check_books();
}

TEST_CASE("what was paid for stays, whatever became of it") {
    SweptShop shop;
    const SkuId sku = shop.sku(9);
    shop.pay(shop.order("kim", {{sku, {}, 1}}));
    const Decided back = shop.order("lee", {{sku, {}, 2}});
    shop.pay(back);
    shop.refund(back);
    // Cancelled, and then the money came after all.
    const Decided late = shop.cancelled("park", sku);
    shop.pay(late);
    CHECK(shop.ask(ReportPayment{.order = OrderId(late.receipt.number),
                                 .said = Said::Refunded,
                                 .refund = RefundId(shop.integer("SELECT MAX(id) FROM refund"))})
              .is_accepted());
    shop.sweep();
    shop.now += 10 * keep;
    CHECK(shop.sweep() == 1);  // the hold of what was cancelled
    CHECK(shop.rows("orders") == 3);
    CHECK(shop.rows("refund") == 2);
    shop.check_books();
}

TEST_CASE("an order whose payment is not known to be off stays") {
    SweptShop shop;
    const SkuId sku = shop.sku(9);
    const Decided placed = shop.cancelled("kim", sku);
    shop.sweep();
    shop.now += keep + 1ms;
    shop.sweep();
    CHECK(shop.rows("orders") == 1);
    shop.call_off(placed);
    shop.sweep();
    CHECK(shop.rows("orders") == 0);
    shop.check_books();
}

TEST_CASE("nothing goes that was made since the sweep before, whatever the clock says") {
    SweptShop shop;
    const SkuId sku = shop.sku(9);
    shop.call_off(shop.cancelled("kim", sku));
    shop.now += 2 * keep;
    CHECK(shop.sweep() == 0);  // a process's first
    shop.call_off(shop.cancelled("lee", sku));
    shop.now += 2 * keep;
    CHECK(shop.sweep() == 2);
    CHECK(shop.integer("SELECT COUNT(*) FROM orders WHERE account = 'lee'") == 1);
    CHECK(shop.sweep() == 2);
    CHECK(shop.rows("orders") == 0);
    shop.check_books();
}

TEST_CASE("holds that were let go or ran out go, those that are held or were bought stay") {
    SweptShop shop;
    const SkuId sku = shop.sku(9);
    const auto hold = [&](const std::string& account) {
        CHECK(shop.ask(HoldStock{sku, {}, 1}, account, "hold of " + account).is_accepted());
    };
    hold("kim");
    CHECK(shop.ask(ReleaseHold{sku}, "kim").is_accepted());
    hold("lee");
    shop.now += shop.rules.hold_for;
    CHECK(shop.ask(Tick{}).is_accepted());
    shop.pay(shop.order("park", {{sku, {}, 1}}));
    CHECK(shop.integer("SELECT COUNT(*) FROM reservation WHERE state = 'EXPIRED'") == 1);
    shop.sweep();
    shop.now += keep;
    hold("choi");
    CHECK(shop.sweep() == 1);  // it was let go before the other ran out
    shop.now += 1ms;
    CHECK(shop.sweep() == 1);
    CHECK(shop.integer("SELECT COUNT(*) FROM reservation WHERE state IN ('HELD', 'COMMITTED')") ==
          2);
    CHECK(shop.rows("reservation") == 2);
    shop.check_books();
}

TEST_CASE("many go in pieces, and a coupon that was given back is not counted") {
    SweptShop shop;
    const SkuId sku = shop.sku(99);
    CHECK(shop.ask(PutCoupon{{.shop = "main",
                              .code = "TEN",
                              .percent_off = 10,
                              .per_account_max = 1,
                              .ends_at = shop.now + 24h},
                             99})
              .is_accepted());
    constexpr auto many = 2 * limits::orders_removed_at_once + 1;
    for (std::size_t i = 0; i < many; ++i) {
        const std::string account = "buyer " + std::to_string(i);
        const Decided placed = shop.order(account, {{sku, {}, 1}}, "TEN");
        CHECK(shop.ask(CancelOrder{OrderId(placed.receipt.number)}, account).is_accepted());
        shop.call_off(placed);
    }
    shop.sweep();
    shop.now += keep + 1ms;
    CHECK(shop.sweep() == 2 * many);
    shop.check_books();
}

TEST_CASE("the name of a webhook is remembered for as long as providers repeat one") {
    SweptShop shop;
    const Decided placed = shop.order("kim", {{shop.sku(9), {}, 1}});
    CHECK(shop.ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                 .said = Said::Captured,
                                 .amount = placed.receipt.price,
                                 .event_id = "evt_1"})
              .is_accepted());
    shop.now += limits::webhook_names_kept_for;
    shop.sweep();
    CHECK(shop.rows("webhook_event") == 1);
    shop.now += 1ms;
    shop.sweep();
    CHECK(shop.rows("webhook_event") == 0);
}
