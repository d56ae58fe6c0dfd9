#pragma once

#include <doctest/doctest.h>

#include <string>

#include "shop/core/allocator.hpp"

/// A shop in memory for tests: an allocator, a clock that the test turns, and short words for the
/// commands.
namespace shopcast::shop::test {

inline constexpr WallTime opening{Milliseconds(1'700'000'000'000)};

/// Time that passes when the test says so; the wall's can also be set.
class ManualClock final : public Clock {
public:
    SteadyTime steady() const override { return steady_; }
    WallTime wall() const override { return wall_; }
    void pass(Milliseconds time) {
        steady_ += time;
        wall_ += time;
    }
    void set_wall(WallTime wall) { wall_ = wall; }

private:
    SteadyTime steady_{};
    WallTime wall_ = opening;
};

struct Shop {
    Rules rules;
    WallTime now = opening;
    Allocator allocator = *Allocator::rebuild(Snapshot{}, rules, opening);
    Batch batch;  ///< Of the latest command.

    explicit Shop(Rules with = {}) : rules(with) {
        allocator = *Allocator::rebuild(Snapshot{}, rules, opening);
    }

    Decided ask(What what, std::string account = {}, std::string key = {}, Known known = {}) {
        Decided answer = allocator.decide({.what = std::move(what),
                                           .account = AccountId(std::move(account)),
                                           .key = std::move(key),
                                           .at = now},
                                          known);
        batch = allocator.take_batch();
        return answer;
    }

    SkuId sku(std::int64_t units, std::int64_t price = 10'000, std::int64_t per_order_max = 0) {
        const SkuId id(ask(PutSku{{.shop = "main",
                                   .name = "lipstick",
                                   .price = {price, Currency::Krw},
                                   .per_order_max = per_order_max}})
                           .receipt.number);
        if (units > 0) CHECK(ask(MoveStock{id, units, MoveReason::Received}).is_accepted());
        return id;
    }
    DealId deal(SkuId sku, std::int64_t quantity, std::int64_t price = 7'000,
                std::int64_t per_account_max = 0) {
        const Decided made = ask(PutDeal{{.sku = sku,
                                          .price = {price, Currency::Krw},
                                          .quantity = quantity,
                                          .per_account_max = per_account_max,
                                          .starts_at = now,
                                          .ends_at = now + Milliseconds(600'000)}});
        CHECK(ask(StartDeal{DealId(made.receipt.number)}).is_accepted());
        return DealId(made.receipt.number);
    }
    Decided hold(const std::string& account, SkuId sku, std::int64_t quantity = 1,
                 DealId deal = {}) {
        return ask(HoldStock{sku, deal, quantity}, account);
    }
    Decided order(const std::string& account, std::vector<WantedLine> lines,
                  std::string coupon = {}) {
        return ask(PlaceOrder{.lines = std::move(lines), .coupon_code = std::move(coupon)},
                   account);
    }
    /// A webhook, or with `is_answer` the provider's word.
    Decided say(const Decided& placed, Said said, bool is_answer = false) {
        return say_amount(placed, said, placed.receipt.price, is_answer);
    }
    Decided say_amount(const Decided& placed, Said said, Money amount, bool is_answer = false) {
        return ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                 .said = said,
                                 .amount = amount,
                                 .is_answer = is_answer});
    }
    void pass(Milliseconds time) {
        now += time;
        CHECK(ask(Tick{}).is_accepted());
    }
    Counters of(SkuId id) const { return allocator.counters().at(PoolId::of(id)); }
    Counters of(DealId id) const { return allocator.counters().at(PoolId::of(id)); }
    /// Of the only order that the latest command changed.
    OrderState state() const {
        REQUIRE(batch.orders.size() == 1);
        return batch.orders[0].order.state;
    }
    PaymentState payment() const {
        REQUIRE(batch.orders.size() == 1);
        return batch.orders[0].order.payment.state;
    }
    std::vector<RequestKind> asks() const {
        std::vector<RequestKind> kinds;
        for (const ProviderRequest& ask : batch.asks) kinds.push_back(ask.kind);
        return kinds;
    }
};

}  // namespace shopcast::shop::test
