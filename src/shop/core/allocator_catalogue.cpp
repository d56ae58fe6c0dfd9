#include "shop/core/allocator.hpp"
#include "shop/limits.hpp"

/// What the shop's people change: they come through the allocator as well, so that a price or a
/// quantity is never older for a decision than for the page.
namespace shopcast::shop {
namespace {

bool is_price(const Money& money) {
    return money.minor >= 0 && money.minor <= limits::price_minor_max;
}

Decided accepted(std::int64_t number) {
    return {.receipt = {.number = number}};
}

Decided refused(Verdict verdict) {
    return {.verdict = verdict};
}

}  // namespace

Decided Allocator::on(const Command&, const PutSku& put) {
    Sku sku = put.sku;
    if (sku.name.empty() || sku.name.size() > limits::sku_name_bytes_max || !is_price(sku.price) ||
        sku.tax_percent < 0 || sku.tax_percent > 100 || sku.per_order_max < 0) {
        return refused(Verdict::Malformed);
    }
    if (sku.id.value != 0) {
        const auto found = skus_.find(sku.id);
        if (found == skus_.end() || found->second.shop != sku.shop) {
            return refused(Verdict::NotFound);
        }
        found->second = sku;
        batch_.skus.update(std::move(sku));
        return accepted(put.sku.id.value);
    }
    if (!take_room(sku.shop)) return refused(Verdict::CatalogueFull);
    sku.id = SkuId(next_number());
    change(PoolId::of(sku.id));
    skus_.emplace(sku.id, sku);
    batch_.skus.insert(sku);
    return accepted(sku.id.value);
}

/// For one more pool.
bool Allocator::take_room(const std::string& shop) {
    if (counters_.size() >= limits::stock_pools_max) return false;
    std::size_t& pools = pools_of_shop_[shop];
    if (pools >= limits::stock_pools_of_shop_max) return false;
    ++pools;
    return true;
}

Decided Allocator::on(const Command&, const MoveStock& stock) {
    if (!skus_.contains(stock.sku)) return refused(Verdict::NotFound);
    const bool is_right_way = stock.reason == MoveReason::Received
                                  ? stock.units > 0
                                  : stock.reason == MoveReason::Corrected && stock.units != 0;
    const PoolId pool = PoolId::of(stock.sku);
    const Counters now = counters_.at(pool);
    if (!is_right_way || stock.units > limits::stock_units_max - now.on_hand ||
        stock.units < -limits::stock_units_max) {
        return refused(Verdict::Malformed);
    }
    if (now.available() + stock.units < 0) {
        Decided answer = refused(Verdict::SoldOut);
        answer.shorts.push_back({.sku = stock.sku,
                                 .wanted = -stock.units,
                                 .available = now.available(),
                                 .may_return = now.held > 0});
        return answer;
    }
    move(pool, {.on_hand = stock.units}, stock.reason, 0);
    return accepted(batch_.number_after);
}

Decided Allocator::on(const Command&, const PutDeal& put) {
    Deal deal = put.deal;
    if (!skus_.contains(deal.sku)) return refused(Verdict::NotFound);
    if (!is_price(deal.price) || deal.price.currency != skus_.at(deal.sku).price.currency ||
        deal.quantity <= 0 || deal.quantity > limits::stock_units_max || deal.per_account_max < 0 ||
        deal.ends_at <= deal.starts_at || deal.ends_at <= now_) {
        return refused(Verdict::Malformed);
    }
    if (!take_room(skus_.at(deal.sku).shop)) return refused(Verdict::CatalogueFull);
    deal.id = DealId(next_number());
    deal.state = DealState::Scheduled;
    change(PoolId::of(deal.id));
    set_timer(deal.starts_at, Timer::DealStart, deal.id.value);
    taken_[PoolId::of(deal.id)];
    deals_.emplace(deal.id, deal);
    batch_.deals.insert(deal);
    return accepted(deal.id.value);
}

Decided Allocator::on(const Command&, const StartDeal& start) {
    const auto found = deals_.find(start.deal);
    if (found == deals_.end()) return refused(Verdict::NotFound);
    Deal& deal = found->second;
    if (deal.state != DealState::Scheduled) {
        return deal.state == DealState::Running ? accepted(deal.id.value)
                                                : refused(Verdict::WrongState);
    }
    const Demand demand{PoolId::of(deal.sku), deal.sku, deal.quantity, {}};
    const std::int64_t available = counters_.at(demand.pool).available();
    if (available < deal.quantity) {
        Decided answer = refused(Verdict::SoldOut);
        answer.shorts.push_back(shortfall(demand, available));
        return answer;
    }
    start_deal(deal, deal.quantity);
    return accepted(deal.id.value);
}

Decided Allocator::on(const Command&, const EndDeal& end) {
    const auto found = deals_.find(end.deal);
    if (found == deals_.end()) return refused(Verdict::NotFound);
    if (found->second.state != DealState::Ended) end_deal(found->second);
    return accepted(end.deal.value);
}

void Allocator::start_deal(Deal& deal, std::int64_t quantity) {
    deal.state = DealState::Running;
    deal.quantity = quantity;
    move(PoolId::of(deal.sku), {.on_hand = -quantity}, MoveReason::SetAside, deal.id.value);
    move(PoolId::of(deal.id), {.on_hand = quantity}, MoveReason::SetAside, deal.id.value);
    set_timer(deal.ends_at, Timer::DealEnd, deal.id.value);
    batch_.deals.update(deal);
}

void Allocator::end_deal(Deal& deal) {
    deal.state = DealState::Ended;
    taken_.erase(PoolId::of(deal.id));
    give_back_if_ended(PoolId::of(deal.id));
    batch_.deals.update(deal);
}

Decided Allocator::on(const Command&, const PutCoupon& put) {
    Coupon coupon = put.coupon;
    // The other one is 0: pricing takes a percentage of whatever size before an amount.
    const bool is_percent =
        coupon.percent_off > 0 && coupon.percent_off <= 100 && coupon.minor_off == 0;
    const bool is_amount = coupon.minor_off > 0 && coupon.minor_off <= limits::price_minor_max &&
                           coupon.percent_off == 0;
    if (coupon.code.empty() || coupon.code.size() > limits::coupon_code_bytes_max ||
        (!is_percent && !is_amount) || coupon.minimum_minor < 0 || coupon.per_account_max < 0 ||
        put.quota <= 0 || put.quota > limits::stock_units_max || coupon.ends_at <= now_) {
        return refused(Verdict::Malformed);
    }
    const std::string full_code = coupon.shop + "/" + coupon.code;
    if (coupon_codes_.contains(full_code)) return refused(Verdict::WrongState);
    if (!take_room(coupon.shop)) return refused(Verdict::CatalogueFull);
    coupon.id = CouponId(next_number());
    const PoolId pool = PoolId::of(coupon.id);
    taken_[pool];
    move(pool, {.on_hand = put.quota}, MoveReason::Received, 0);
    coupon_codes_.emplace(full_code, coupon.id);
    coupons_.emplace(coupon.id, coupon);
    batch_.coupons.insert(coupon);
    return accepted(coupon.id.value);
}

}  // namespace shopcast::shop
