#include <algorithm>

#include "base/check.hpp"
#include "shop/core/allocator.hpp"

/// What providers say. Their reports come late, twice and out of order, so: good news is applied at
/// once, bad news that would undo something is only believed as the answer to a question, and a
/// capture is never undone but by a refund.
namespace shopcast::shop {
namespace {

/// A payment of an order that had this number before, or a second one of this order: neither says
/// anything about the one that we asked for.
bool is_about_another(const ReportPayment& report, const Order& order) {
    const std::string& ref = order.payment.provider_ref;
    if (!ref.empty() && !report.provider_ref.empty() && report.provider_ref != ref) return true;
    return report.placed_at_ms != 0 && report.placed_at_ms != to_unix_ms(order.placed_at);
}

}  // namespace

Decided Allocator::on(const Command&, const ReportPayment& report, const Known& known) {
    if (!report.event_id.empty()) {
        if (known.event_applied ||
            std::ranges::count(batch_.applied_events, report.event_id, &AppliedEvent::id) != 0) {
            return {.verdict = Verdict::Replayed};
        }
        batch_.applied_events.push_back({report.event_id, now_});
    }
    OpenOrder* open = find(report.order);
    if (open == nullptr) return {.verdict = Verdict::NotFound};
    Payment& payment = open->order.payment;
    if (is_about_another(report, open->order)) return {.verdict = Verdict::NotFound};
    if (!report.provider_ref.empty() && payment.provider_ref.empty()) {
        payment.provider_ref = report.provider_ref;
        open->is_changed = true;
    }
    switch (report.said) {
        case Said::RequiresAction: on_intent(*open, report); break;
        case Said::Authorized: on_authorized(*open, report); break;
        case Said::Captured: on_captured(*open, report); break;
        case Said::Failed:
        case Said::Voided: on_refused(*open, report); break;
        case Said::Refused: on_never_made(*open, report); break;
        case Said::NotFound: on_not_found(*open, report); break;
        case Said::Refunded:
        case Said::RefundRefused: on_refunded(*open, report); break;
        case Said::Silent: on_silence(*open); break;
    }
    return {.receipt = {.number = report.order.value}};
}

void Allocator::on_intent(OpenOrder& open, const ReportPayment& report) {
    const PaymentState state = open.order.payment.state;
    if (state == PaymentState::RequiresAction && report.is_answer) return on_nothing_new(open);
    if (!may_become(state, PaymentState::RequiresAction)) return;
    if (!report.is_answer && state != PaymentState::Created) {
        if (state == PaymentState::Voided) ask(open, RequestKind::Fetch);
        return;  // old, or somebody will be asked anyway
    }
    set_payment(open, PaymentState::RequiresAction);
    ask_what_it_wants(open);
}

void Allocator::on_authorized(OpenOrder& open, const ReportPayment& report) {
    const PaymentState state = open.order.payment.state;
    if (!may_become(state, PaymentState::Authorized)) return;
    const bool is_ours = report.amount == open.order.total();
    const bool is_doubtful =
        !is_ours || state == PaymentState::Voided || state == PaymentState::Unknown;
    if (!report.is_answer && is_doubtful) {
        ask(open, RequestKind::Fetch);
        return;
    }
    set_payment(open, PaymentState::Authorized);
    if (!is_ours && open.order.state == OrderState::PendingPayment) {
        let_go(open, ReservationState::Released);
        become(open, OrderState::Cancelled, "the provider authorized another amount");
    } else if (open.order.state == OrderState::PendingPayment && !open.order.extended) {
        open.order.extended = true;
        open.order.expires_at += rules_.extension;
        set_timer(open.order.expires_at, Timer::Order, open.order.id.value);
    } else if (is_ours && open.order.state == OrderState::Expired &&
               std::ranges::none_of(open.order.lines,
                                    [&](const OrderLine& line) {
                                        return open_hold(open.order.account, line.sku) != nullptr;
                                    }) &&
               take_again(open)) {
        become(open, OrderState::PendingPayment, "authorized late, the stock was still there");
        set_timer(open.order.expires_at, Timer::Order, open.order.id.value);
    }
    ask_what_it_wants(open);
}

void Allocator::on_captured(OpenOrder& open, const ReportPayment& report) {
    Order& order = open.order;
    if (!may_become(order.payment.state, PaymentState::Captured)) return;
    const bool is_ours = report.amount == order.total();
    if (!is_ours && !report.is_answer) {
        ask(open, RequestKind::Fetch);
        return;
    }
    set_payment(open, PaymentState::Captured);
    order.payment.captured_minor = report.amount.minor;
    if (order.state == OrderState::PendingPayment && is_ours) {
        settle(open, "paid");
    } else if (order.state == OrderState::PendingPayment) {
        let_go(open, ReservationState::Released);
        start_refund(open, report.amount.minor, "the provider took another amount");
    } else if (order.state == OrderState::Expired && is_ours && take_again(open)) {
        settle(open, "paid late, the stock was still there");
    } else if (order.state == OrderState::Expired) {
        start_refund(open, report.amount.minor, "paid late, the stock was gone");
    } else {
        ENSURE(order.state == OrderState::Cancelled, "nothing else is without a capture");
        start_refund(open, report.amount.minor, "paid after it had been cancelled");
    }
}

void Allocator::on_refused(OpenOrder& open, const ReportPayment& report) {
    const PaymentState state = open.order.payment.state;
    const PaymentState to =
        report.said == Said::Failed ? PaymentState::Failed : PaymentState::Voided;
    if (state == PaymentState::Failed && to == state && report.is_answer) {
        return on_nothing_new(open);
    }
    if (!may_become(state, to)) return;
    const bool undoes = state == PaymentState::Authorized || state == PaymentState::Unknown;
    if (!report.is_answer && undoes) {
        ask(open, RequestKind::Fetch);
        return;
    }
    set_payment(open, to);
    ask_what_it_wants(open);
}

/// Still open at the provider. Of an order that is over this was the look before its payment is
/// called off; an answer to that itself waits for its timer.
void Allocator::on_nothing_new(OpenOrder& open) {
    const bool is_pending = open.order.state == OrderState::PendingPayment;
    if (is_pending || open.asked_what == RequestKind::Fetch) ask_what_it_wants(open);
}

void Allocator::on_never_made(OpenOrder& open, const ReportPayment& report) {
    if (!report.is_answer || !may_become(open.order.payment.state, PaymentState::Voided)) return;
    set_payment(open, PaymentState::Voided);
    if (open.order.state != OrderState::PendingPayment) return;
    let_go(open, ReservationState::Released);
    become(open, OrderState::Cancelled, "the payment provider refused it");
}

void Allocator::on_not_found(OpenOrder& open, const ReportPayment& report) {
    const PaymentState state = open.order.payment.state;
    if (!report.is_answer || (state != PaymentState::Created && state != PaymentState::Unknown)) {
        return;
    }
    if (open.order.state != OrderState::PendingPayment) {
        // Our own request to make it may still be under way, also one of the process before this:
        // then it is asked to cancel it again.
        const WallTime latest = std::max(open.order.expires_at, started_at_);
        if (now_ < latest + rules_.request_lives) return;
        set_payment(open, PaymentState::Voided);
        return;
    }
    if (state == PaymentState::Unknown) set_payment(open, PaymentState::Created);
    ask_what_it_wants(open);
}

void Allocator::on_refunded(OpenOrder& open, const ReportPayment& report) {
    const Refund& refund = open.order.refund;
    if (refund.state != RefundState::Pending || refund.id != report.refund) return;
    report.said == Said::Refunded ? end_refund(open) : fail_refund(open);
}

void Allocator::on_silence(OpenOrder& open) {
    const PaymentState state = open.order.payment.state;
    if (state != PaymentState::Created && state != PaymentState::Authorized) return;
    set_payment(open, PaymentState::Unknown);
    ask_what_it_wants(open);
}

/// Takes an expired order's units anew: all of them or none, from the deal while it runs and the
/// buyer may have more of it, else from the sku's own stock, at the order's price.
bool Allocator::take_again(OpenOrder& open) {
    Order& order = open.order;
    std::vector<OrderLine> lines = order.lines;
    for (const Demand& demand : sum_demand(order.lines)) {
        const auto deal = deals_.find(DealId(demand.pool.value));
        if (deal == deals_.end()) continue;
        const std::int64_t limit = deal->second.per_account_max;
        const std::int64_t units = taken_of(demand.pool, order.account) + demand.quantity;
        if (is_running(deal->first) && (limit == 0 || units <= limit)) continue;
        for (const std::size_t line : demand.lines) lines[line].pool = PoolId::of(demand.sku);
    }
    for (const Demand& demand : rules_.demand_of(lines)) {
        if (counters_.at(demand.pool).available() < demand.quantity) return false;
    }
    if (order.coupon.value != 0) {
        const PoolId pool = PoolId::of(order.coupon);
        const std::int64_t limit = coupons_.at(order.coupon).per_account_max;
        const bool is_used = limit > 0 && taken_of(pool, order.account) >= limit;
        if (is_used || counters_.at(pool).available() < 1) return false;
    }
    order.lines = std::move(lines);
    open.lines_changed = true;
    order.expires_at = now_ + rules_.extension;
    hold_lines(order);
    return true;
}

void Allocator::set_payment(OpenOrder& open, PaymentState state) {
    ENSURE(may_become(open.order.payment.state, state));
    open.order.payment.state = state;
    open.is_changed = true;
    open.asked = 0;
}

std::optional<RequestKind> Allocator::wants(const Order& order) {
    if (order.refund.state == RefundState::Pending) return RequestKind::Refund;
    const bool is_pending = order.state == OrderState::PendingPayment;
    switch (order.payment.state) {
        case PaymentState::Created:
            return is_pending ? RequestKind::CreateIntent : RequestKind::Cancel;
        case PaymentState::RequiresAction:
        case PaymentState::Failed: return is_pending ? RequestKind::Fetch : RequestKind::Cancel;
        case PaymentState::Authorized:
            return is_pending ? RequestKind::Capture : RequestKind::Cancel;
        case PaymentState::Unknown: return RequestKind::Fetch;
        case PaymentState::Captured:
        case PaymentState::PartRefunded:
        case PaymentState::Refunded:
        case PaymentState::Voided: return std::nullopt;
    }
    return std::nullopt;
}

void Allocator::ask_what_it_wants(OpenOrder& open) {
    const auto kind = wants(open.order);
    if (!kind) return;
    if (*kind != RequestKind::Fetch || open.order.payment.state == PaymentState::Unknown) {
        ask(open, *kind);
        return;
    }
    // The buyer is busy at the provider's page: look after a while, for webhooks get lost.
    open.asked = 0;
    open.ask_at = now_ + rules_.look_again;
    set_timer(open.ask_at, Timer::Ask, open.order.id.value);
}

void Allocator::ask(OpenOrder& open, RequestKind kind) {
    const Order& order = open.order;
    // The next tick ends it; what is made no later than this is found when it is cancelled.
    if (kind == RequestKind::CreateIntent && now_ >= order.expires_at) return;
    const std::int64_t minor = kind == RequestKind::Refund ? order.refund.minor : order.total_minor;
    if (!open.ask) {
        open.ask = batch_.asks.size();
        batch_.asks.emplace_back();
    }
    batch_.asks[*open.ask] = {.kind = kind,
                              .order = order.id,
                              .payment = order.payment.id,
                              .amount = {minor, order.currency},
                              .refund = order.refund.id,
                              .provider_ref = order.payment.provider_ref,
                              .placed_at_ms = to_unix_ms(order.placed_at)};
    open.asked_what = kind;
    const auto wait = rules_.ask_again * (std::int64_t{1} << std::min(open.asked, 16));
    ++open.asked;
    open.ask_at = now_ + std::min(wait, rules_.ask_again_longest);
    set_timer(open.ask_at, Timer::Ask, order.id.value);
}

}  // namespace shopcast::shop
