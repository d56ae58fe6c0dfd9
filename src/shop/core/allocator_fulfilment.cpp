#include <algorithm>

#include "base/check.hpp"
#include "shop/core/allocator.hpp"

/// What becomes of an order once it is placed.
namespace shopcast::shop {
namespace {

bool is_paid(OrderState state) {
    return state == OrderState::Paid || state == OrderState::Preparing ||
           state == OrderState::Shipped || state == OrderState::Delivered ||
           state == OrderState::PartRefunded;
}

/// A refund of an order that was never settled gives back none: it had none.
bool has_given_back(const Order& order) {
    return std::ranges::any_of(order.lines,
                               [](const OrderLine& line) { return line.refunded_units > 0; });
}

/// Of what came back, or was gone before it was paid, nothing can be sent.
bool has_something_to_send(const Order& order) {
    return std::ranges::any_of(
        order.lines, [](const OrderLine& line) { return line.refunded_units < line.quantity; });
}

/// Units that were paid and not given back.
bool keeps_units(const Order& order) {
    return has_given_back(order) && has_something_to_send(order);
}

Decided accepted(const Order& order) {
    return {.receipt = {.number = order.id.value, .price = order.total()}};
}

}  // namespace

Decided Allocator::on(const Command& command, const CancelOrder& cancel) {
    OpenOrder* open = find(cancel.order);
    if (open == nullptr || (!cancel.by_shop && open->order.account != command.account)) {
        return {.verdict = Verdict::NotFound};
    }
    const OrderState state = open->order.state;
    Decided answer = accepted(open->order);
    if (state == OrderState::PendingPayment) {
        // However early: who orders and cancels in turn has kept the units from the others.
        const bool counts = !cancel.by_shop;
        let_go(*open, counts ? ReservationState::Expired : ReservationState::Released);
        if (counts) note_expiry(open->order.account, now_);
        become(*open, OrderState::Cancelled,
               cancel.by_shop ? "cancelled by the shop" : "cancelled by the buyer");
        ask_what_it_wants(*open);
        return answer;
    }
    if (is_paid(state) && open->order.stage < Stage::Shipped) {
        const std::int64_t minor = refund_units(*open, {}).value_or(0);
        start_refund(*open, minor, "cancelled before it was sent");
        return answer;
    }
    const bool is_done = state == OrderState::Cancelled || state == OrderState::RefundPending ||
                         state == OrderState::Refunded;
    return is_done ? answer : Decided{.verdict = Verdict::WrongState};
}

Decided Allocator::on(const Command& command, const RefundOrder& refund) {
    OpenOrder* open = find(refund.order);
    if (open == nullptr) return {.verdict = Verdict::NotFound};
    if (!is_paid(open->order.state)) return {.verdict = Verdict::WrongState};
    const auto minor = refund_units(*open, refund.lines);
    if (!minor) return {.verdict = Verdict::Malformed};
    start_refund(*open, *minor, "refunded by the shop");
    Refund& made = open->order.refund;
    made.account = command.account;
    made.key = command.key;
    made.request_hash = command.key.empty() ? 0 : request_hash(command);
    return {.receipt = {.number = made.id.value, .price = {*minor, open->order.currency}}};
}

Decided Allocator::on(const Command&, const AdvanceOrder& advance) {
    OpenOrder* open = find(advance.order);
    if (open == nullptr) return {.verdict = Verdict::NotFound};
    Order& order = open->order;
    const OrderState to = advance.to == Stage::Preparing ? OrderState::Preparing
                          : advance.to == Stage::Shipped ? OrderState::Shipped
                                                         : OrderState::Delivered;
    const bool is_next = advance.to > order.stage &&
                         (advance.to != Stage::Delivered || order.stage == Stage::Shipped);
    if (!is_next || !may_become(order.state, to) || !has_something_to_send(order)) {
        return {.verdict = Verdict::WrongState};
    }
    if (advance.to == Stage::Shipped) {
        for (const OrderLine& line : order.lines) {
            const std::int64_t units = line.quantity - line.refunded_units;
            if (units == 0) continue;
            move(line.pool, {.on_hand = -units, .sold = -units}, MoveReason::Shipped,
                 order.id.value);
        }
    }
    order.stage = advance.to;
    become(*open, to, "");
    return accepted(order);
}

void Allocator::become(OpenOrder& open, OrderState state, std::string note) {
    ENSURE(may_become(open.order.state, state));
    open.order.state = state;
    open.is_changed = true;
    batch_.order_events.push_back({next_number(), open.order.id, state, std::move(note), now_});
}

void Allocator::let_go(OpenOrder& open, ReservationState state) {
    for (const ReservationId id : open.order.holds) resolve(id, state);
    open.order.holds.clear();
    open.is_changed = true;
    if (!open.order.coupon_taken) return;
    open.order.coupon_taken = false;
    change(PoolId::of(open.order.coupon)).held -= 1;
    count_taken(PoolId::of(open.order.coupon), open.order.account, -1);
}

void Allocator::expire(OpenOrder& open) {
    let_go(open, ReservationState::Expired);
    note_expiry(open.order.account, now_);
    become(open, OrderState::Expired, "not paid in time");
    // The buyer may have paid just now, and the webhook been lost: look before it is cancelled.
    const PaymentState state = open.order.payment.state;
    if (state == PaymentState::RequiresAction || state == PaymentState::Failed) {
        ask(open, RequestKind::Fetch);
    } else {
        ask_what_it_wants(open);
    }
}

void Allocator::settle(OpenOrder& open, std::string note) {
    for (const ReservationId id : open.order.holds) resolve(id, ReservationState::Committed);
    open.order.holds.clear();
    if (open.order.coupon.value != 0) {
        const PoolId pool = PoolId::of(open.order.coupon);
        change(pool).held -= 1;
        move(pool, {.sold = 1}, MoveReason::Sold, open.order.id.value);
    }
    become(open, OrderState::Paid, std::move(note));
}

std::optional<std::int64_t> Allocator::refund_units(OpenOrder& open,
                                                    const std::vector<RefundLine>& lines) {
    Order& order = open.order;
    std::vector<std::int64_t> units(order.lines.size(), 0);
    for (const RefundLine& line : lines) {
        if (line.line >= units.size() || line.units < 1) return std::nullopt;
        const OrderLine& of = order.lines[line.line];
        if (line.units > of.quantity - of.refunded_units - units[line.line]) return std::nullopt;
        units[line.line] += line.units;
    }
    std::int64_t minor = 0;
    bool is_all = true;
    for (std::size_t i = 0; i < units.size(); ++i) {
        OrderLine& line = order.lines[i];
        if (lines.empty()) units[i] = line.quantity - line.refunded_units;
        minor += share_of_units(line.gross_minor(), line.quantity, line.refunded_units, units[i]);
        line.refunded_units += units[i];
        is_all = is_all && line.refunded_units == line.quantity;
        if (units[i] == 0 || order.stage >= Stage::Shipped) continue;
        move(line.pool, {.sold = -units[i]}, MoveReason::Returned, order.id.value);
        give_back_if_ended(line.pool);
    }
    open.lines_changed = open.is_changed = true;
    // With the last unit everything goes back that is left: the shipping too.
    const Payment& payment = order.payment;
    return is_all ? payment.captured_minor - payment.refunded_minor : minor;
}

void Allocator::start_refund(OpenOrder& open, std::int64_t minor, std::string note) {
    open.order.refund = {.id = RefundId(next_number()),
                         .minor = minor,
                         .state = RefundState::Pending,
                         .made_at = now_};
    open.refund_is_new = true;
    become(open, OrderState::RefundPending, std::move(note));
    if (minor == 0) {
        end_refund(open);
    } else {
        ask_what_it_wants(open);
    }
}

void Allocator::end_refund(OpenOrder& open) {
    Order& order = open.order;
    order.refund.state = RefundState::Done;
    order.payment.refunded_minor += order.refund.minor;
    const bool is_all_money = order.payment.refunded_minor >= order.payment.captured_minor;
    const PaymentState state = is_all_money ? PaymentState::Refunded : PaymentState::PartRefunded;
    // A gift goes on its way, or comes back later, when all the money is back already.
    if (state != order.payment.state || state == PaymentState::PartRefunded) {
        set_payment(open, state);
    }
    open.is_changed = true;
    const bool is_over = is_all_money && !keeps_units(order);
    become(open, is_over ? OrderState::Refunded : OrderState::PartRefunded, "money sent back");
}

/// Its units are back and its money is not: the shop sees it and may try again, or pay by hand.
void Allocator::fail_refund(OpenOrder& open) {
    Order& order = open.order;
    order.refund.state = RefundState::Failed;
    if (!has_given_back(order)) {
        // There are no units that another refund could return.
        for (OrderLine& line : order.lines) line.refunded_units = line.quantity;
        open.lines_changed = true;
    }
    become(open, OrderState::PartRefunded, "the payment provider refused to send the money back");
}

}  // namespace shopcast::shop
