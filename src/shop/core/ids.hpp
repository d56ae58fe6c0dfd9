#pragma once

#include <cstdint>
#include <string>

#include "audit/actor.hpp"
#include "base/strong_id.hpp"

/// Every row that the allocator makes takes the next number of one sequence, so that a number is
/// an identity, an order in time and a proof that nothing is missing.
namespace shopcast::shop {

/// This module only compares it.
using audit::AccountId;
/// What pages tell of a sku or several; not of the allocator's sequence.
struct ProductId : StrongId<ProductId, std::int64_t> {
    using StrongId::StrongId;
};
struct SkuId : StrongId<SkuId, std::int64_t> {
    using StrongId::StrongId;
};
struct DealId : StrongId<DealId, std::int64_t> {
    using StrongId::StrongId;
};
struct CouponId : StrongId<CouponId, std::int64_t> {
    using StrongId::StrongId;
};
struct ReservationId : StrongId<ReservationId, std::int64_t> {
    using StrongId::StrongId;
};
struct OrderId : StrongId<OrderId, std::int64_t> {
    using StrongId::StrongId;
};
struct PaymentId : StrongId<PaymentId, std::int64_t> {
    using StrongId::StrongId;
};
struct RefundId : StrongId<RefundId, std::int64_t> {
    using StrongId::StrongId;
};

/// Counters that something can be taken from: a sku's, a deal's or a coupon's. Its number is its
/// owner's, which is unique because all of them come from one sequence.
struct PoolId : StrongId<PoolId, std::int64_t> {
    using StrongId::StrongId;
    static PoolId of(SkuId sku) { return PoolId(sku.value); }
    static PoolId of(DealId deal) { return PoolId(deal.value); }
    static PoolId of(CouponId coupon) { return PoolId(coupon.value); }
};

}  // namespace shopcast::shop
