#include "shop/core/allocator.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

Receipt receipt_of(const Reservation& reservation) {
    return {.number = reservation.id.value,
            .price = reservation.unit_price,
            .expires_at = reservation.expires_at};
}

}  // namespace

Decided Allocator::on(const Command& command, const HoldStock& wanted) {
    const auto found = skus_.find(wanted.sku);
    if (found == skus_.end()) return {.verdict = Verdict::NotFound};
    const Sku& sku = found->second;
    if (wanted.quantity < 1 || wanted.quantity > limits::order_line_quantity_max) {
        return {.verdict = Verdict::Malformed};
    }
    if (const auto until = cooling_until(command.account)) {
        return {.verdict = Verdict::CoolingDown, .until = *until};
    }
    if (const OpenHold* open = open_hold(command.account, wanted.sku)) {
        return {.verdict = Verdict::AlreadyHeld,
                .receipt = receipt_of(held_.at(open->reservation))};
    }
    const bool is_deal = wanted.deal.value != 0;
    if (!sku.on_sale ||
        (is_deal && (!is_running(wanted.deal) || deals_.at(wanted.deal).sku != wanted.sku))) {
        return {.verdict = Verdict::NotOnSale};
    }
    const PoolId pool = is_deal ? PoolId::of(wanted.deal) : PoolId::of(wanted.sku);
    const std::int64_t most = units_max_of(sku, rules_);
    if (most > 0 && wanted.quantity > most) {
        return {.verdict = Verdict::LimitReached};
    }
    if (is_deal) {
        const std::int64_t limit = deals_.at(wanted.deal).per_account_max;
        if (limit > 0 && taken_of(pool, command.account) + wanted.quantity > limit) {
            return {.verdict = Verdict::LimitReached};
        }
    }
    const Counters& counters = counters_.at(pool);
    if (counters.available() < wanted.quantity) {
        const Demand demand{pool, wanted.sku, wanted.quantity, {0}};
        return {.verdict = counters.held > 0 ? Verdict::AllHeld : Verdict::SoldOut,
                .shorts = {shortfall(demand, counters.available())}};
    }
    const Reservation& reservation =
        hold({.account = command.account,
              .key = command.key,
              .request_hash = command.key.empty() ? 0 : request_hash(command),
              .sku = wanted.sku,
              .pool = pool,
              .quantity = wanted.quantity,
              .unit_price = is_deal ? deals_.at(wanted.deal).price : sku.price,
              .expires_at = now_ + rules_.hold_for});
    set_timer(reservation.expires_at, Timer::Hold, reservation.id.value);
    return {.receipt = receipt_of(reservation)};
}

Decided Allocator::on(const Command& command, const ReleaseHold& release) {
    const OpenHold* open = open_hold(command.account, release.sku);
    if (open == nullptr) return {};
    if (open->order.value != 0) return {.verdict = Verdict::WrongState};  // cancel the order
    const ReservationId id = open->reservation;
    const Reservation& held = held_.at(id);
    const bool counts = counts_as_lost(held);
    resolve(id, counts ? ReservationState::Expired : ReservationState::Released);
    if (counts) note_expiry(command.account, now_);
    return {.receipt = {.number = id.value}};
}

}  // namespace shopcast::shop
