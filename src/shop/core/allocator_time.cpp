#include <algorithm>

#include "shop/core/allocator.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {

void Allocator::set_timer(WallTime at, Timer timer, std::int64_t id, AccountId account) {
    due_.push({at, timer, id, std::move(account)});
}

bool Allocator::is_behind() const {
    return !due_.empty() && due_.top().at <= now_;
}

Decided Allocator::on(const Command&, const Tick&) {
    for (std::size_t done = 0; done < limits::allocator_due_max && is_behind(); ++done) {
        const Due due = due_.top();
        due_.pop();
        on_due(due);
    }
    return {};
}

/// A timer is never taken back: when it rings, what it was set for may be over.
void Allocator::on_due(const Due& due) {
    switch (due.timer) {
        case Timer::Hold: {
            const auto found = held_.find(ReservationId(due.id));
            if (found == held_.end() || found->second.expires_at > now_) return;
            const AccountId account = found->second.account;
            note_expiry(account, now_);
            resolve(ReservationId(due.id), ReservationState::Expired);
            return;
        }
        case Timer::Order: {
            OpenOrder* open = find(OrderId(due.id));
            if (open == nullptr || open->order.state != OrderState::PendingPayment ||
                open->order.expires_at > now_) {
                return;
            }
            expire(*open);
            return;
        }
        case Timer::Ask: {
            OpenOrder* open = find(OrderId(due.id));
            if (open == nullptr || open->ask_at > now_) return;
            if (const auto kind = wants(open->order)) ask(*open, *kind);
            return;
        }
        case Timer::DealStart: {
            Deal& deal = deals_.at(DealId(due.id));
            if (deal.state != DealState::Scheduled) return;
            // At its hour a deal starts with what there is; by hand it is refused instead.
            const std::int64_t available =
                std::min(deal.quantity, counters_.at(PoolId::of(deal.sku)).available());
            if (available > 0 && deal.ends_at > now_) {
                start_deal(deal, available);
            } else {
                end_deal(deal);
            }
            return;
        }
        case Timer::DealEnd: {
            Deal& deal = deals_.at(DealId(due.id));
            if (deal.state == DealState::Running && deal.ends_at <= now_) end_deal(deal);
            return;
        }
        case Timer::Account: forget_past(due.account); return;
    }
}

}  // namespace shopcast::shop
