#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "shop/core/allocator.hpp"

namespace shopcast::shop {
namespace {

std::unexpected<Error> broken(std::string_view what, std::int64_t id, std::int64_t says,
                              std::int64_t is) {
    return fail(Errc::Malformed, fmt::format("the stock's records disagree: {} {} says {}, but its "
                                             "rows add up to {}; nothing is sold until that is "
                                             "repaired",
                                             what, id, says, is));
}

}  // namespace

Result<Allocator> Allocator::rebuild(Snapshot snapshot, Rules rules, WallTime now) {
    Allocator built(rules, now);
    built.batch_.epoch = snapshot.epoch;
    built.batch_.number_before = built.batch_.number_after = snapshot.last_number;
    for (const auto& [pool, counters] : snapshot.counters) built.counters_[pool] = counters;
    TRY_VOID(built.verify(snapshot));

    for (Sku& sku : snapshot.skus) {
        ++built.pools_of_shop_[sku.shop];
        built.skus_.emplace(sku.id, std::move(sku));
    }
    for (const Deal& deal : snapshot.deals) {
        ++built.pools_of_shop_[built.skus_.at(deal.sku).shop];
        if (deal.state != DealState::Ended) built.taken_[PoolId::of(deal.id)];
        if (deal.state == DealState::Scheduled) {
            built.set_timer(deal.starts_at, Timer::DealStart, deal.id.value);
        } else if (deal.state == DealState::Running) {
            built.set_timer(deal.ends_at, Timer::DealEnd, deal.id.value);
        }
        built.deals_.emplace(deal.id, deal);
    }
    for (Coupon& coupon : snapshot.coupons) {
        ++built.pools_of_shop_[coupon.shop];
        built.taken_[PoolId::of(coupon.id)];
        built.coupon_codes_.emplace(coupon.shop + "/" + coupon.code, coupon.id);
        built.coupons_.emplace(coupon.id, std::move(coupon));
    }
    for (const TakenBy& taken : snapshot.taken) {
        built.count_taken(taken.pool, taken.account, taken.units);
    }
    for (const ExpiredHold& expired : snapshot.expired) {
        built.note_expiry(expired.account, std::min(expired.at, now));
    }
    // A clock that was set back meanwhile must not keep holds for ever.
    for (Reservation& held : snapshot.held) {
        const bool is_orders = held.order.value != 0;
        const auto longest = is_orders ? rules.pay_within + rules.extension : rules.hold_for;
        held.expires_at = std::min(held.expires_at, now + longest);
        built.accounts_[held.account].open.push_back({held.sku, held.id, held.order});
        if (!is_orders) built.set_timer(held.expires_at, Timer::Hold, held.id.value);
        built.held_.emplace(held.id, std::move(held));
    }
    for (Order& order : snapshot.open_orders) {
        const OrderId id = order.id;
        order.expires_at = std::min(order.expires_at, now + rules.pay_within + rules.extension);
        built.set_timer(order.expires_at, Timer::Order, id.value);
        built.set_timer(now, Timer::Ask, id.value);
        built.orders_.emplace(id, OpenOrder{.order = std::move(order), .ask_at = now});
    }
    return built;
}

Result<void> Allocator::verify(const Snapshot& snapshot) const {
    std::unordered_map<PoolId, std::int64_t, IdHash> held;
    for (const Reservation& reservation : snapshot.held) {
        held[reservation.pool] += reservation.quantity;
    }
    for (const Order& order : snapshot.open_orders) {
        if (order.state == OrderState::PendingPayment && order.coupon_taken) {
            held[PoolId::of(order.coupon)] += 1;
        }
    }
    std::unordered_map<PoolId, Counters, IdHash> moved;
    for (const auto& [pool, sums] : snapshot.moved) moved[pool] = sums;
    for (const auto& [pool, counters] : counters_) {
        if (!counters.are_sane()) {
            return broken("the stock of", pool.value, counters.on_hand,
                          counters.held + counters.sold);
        }
        if (held[pool] != counters.held) {
            return broken("what is held of", pool.value, counters.held, held[pool]);
        }
        if (moved[pool].on_hand != counters.on_hand) {
            return broken("what is on hand of", pool.value, counters.on_hand, moved[pool].on_hand);
        }
        if (moved[pool].sold != counters.sold) {
            return broken("what is sold of", pool.value, counters.sold, moved[pool].sold);
        }
    }
    for (const auto& [pool, units] : held) {
        if (!counters_.contains(pool)) return broken("the stock of", pool.value, 0, units);
    }
    return {};
}

std::string Allocator::to_text(bool with_times) const {
    std::set<std::string> lines;
    const auto time = [&](WallTime at) { return with_times ? to_unix_ms(at) : 0; };
    for (const auto& [pool, c] : counters_) {
        lines.insert(fmt::format("pool {} {} {} {}", pool.value, c.on_hand, c.held, c.sold));
    }
    for (const auto& [id, sku] : skus_) {
        lines.insert(fmt::format("sku {} {} {} {} {}", id.value, sku.name, sku.price.minor,
                                 sku.per_order_max, sku.on_sale));
    }
    for (const auto& [id, deal] : deals_) {
        lines.insert(fmt::format("deal {} {} {} {}", id.value, deal.price.minor, deal.quantity,
                                 to_string(deal.state)));
    }
    for (const auto& [code, id] : coupon_codes_) {
        lines.insert(fmt::format("coupon {} {}", id.value, code));
    }
    for (const auto& [pool, accounts] : taken_) {
        for (const auto& [account, units] : accounts) {
            lines.insert(fmt::format("taken {} {} {}", pool.value, account.value, units));
        }
    }
    for (const auto& [id, held] : held_) {
        lines.insert(fmt::format("held {} {} {} {} {} {}", id.value, held.account.value,
                                 held.sku.value, held.quantity, held.unit_price.minor,
                                 time(held.expires_at)));
    }
    for (const auto& [id, open] : orders_) {
        const Order& o = open.order;
        lines.insert(fmt::format("order {} {} {} {} {} {} {} {}", id.value, to_string(o.state),
                                 to_string(o.payment.state), o.total_minor,
                                 o.payment.captured_minor, o.payment.refunded_minor, o.holds.size(),
                                 time(o.expires_at)));
    }
    for (const auto& [id, account] : accounts_) {
        if (const auto until = with_times ? cooling_until(id) : std::nullopt) {
            lines.insert(fmt::format("cooling {} {}", id.value, to_unix_ms(*until)));
        }
    }
    return fmt::format("last {}\n{}\n", last_number(), fmt::join(lines, "\n"));
}

}  // namespace shopcast::shop
