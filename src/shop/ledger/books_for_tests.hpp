#pragma once

#include "shop/ledger/shop_for_tests.hpp"

/// A database that a test writes batches of its own to, and records whose every field has a value
/// that no other has: a column taken for another shows.
namespace shopcast::shop::test {

struct Books : Folder {
    Books() {
        sink = SqliteSink::create(*database).value();
        epoch = sink->take_over({}).value().epoch;
    }
    ~Books() { sink.reset(); }
    Result<void> commit(Batch batch) {
        batch.epoch = epoch;
        batch.number_before = number;
        batch.number_after = number = number + 100;
        return sink->commit(batch);
    }
    Snapshot read(WallTime expired_since = {}) { return sink->read(expired_since).value(); }

    std::unique_ptr<SqliteSink> sink;
    std::int64_t epoch = 0;
    std::int64_t number = 0;
};

inline Sku a_sku(std::int64_t id) {
    return {.id = SkuId(id),
            .shop = "shop",
            .name = "name",
            .price = {1'200, Currency::Usd},
            .tax_percent = 7,
            .per_order_max = 3,
            .on_sale = false};
}

inline Order an_order() {
    return {.id = OrderId(40),
            .account = AccountId("ann"),
            .shop = "shop",
            .key = "key",
            .request_hash = 0xFFFF'FFFF'FFFF'FF01,
            .state = OrderState::PendingPayment,
            .stage = Stage::Shipped,
            .currency = Currency::Eur,
            .coupon = CouponId(3),
            .coupon_taken = true,
            .discount_minor = 101,
            .shipping_minor = 102,
            .tax_minor = 103,
            .total_minor = 104,
            .ship_to = "there",
            .placed_at = opening + Milliseconds(1'000),
            .pay_by = opening + Milliseconds(2'000),
            .expires_at = opening + Milliseconds(3'000),
            .extended = false,
            .lines = {{.sku = SkuId(51),
                       .pool = PoolId(52),
                       .name = "line",
                       .quantity = 53,
                       .unit_price = {54, Currency::Eur},
                       .discount_minor = 55,
                       .tax_percent = 56,
                       .tax_minor = 57,
                       .refunded_units = 8},
                      {.sku = SkuId(61),
                       .pool = PoolId(62),
                       .name = "other",
                       .quantity = 63,
                       .unit_price = {64, Currency::Eur},
                       .discount_minor = 65,
                       .tax_percent = 66,
                       .tax_minor = 67,
                       .refunded_units = 0}},
            .holds = {},
            .payment = {.id = PaymentId(41),
                        .provider_ref = "ref",
                        .state = PaymentState::Authorized,
                        .captured_minor = 31,
                        .refunded_minor = 30},
            .refund = {.id = RefundId(71),
                       .account = AccountId("staff"),
                       .key = "refund key",
                       .request_hash = 72,
                       .minor = 73,
                       .state = RefundState::Failed,
                       .made_at = opening + Milliseconds(4'000)}};
}

}  // namespace shopcast::shop::test
