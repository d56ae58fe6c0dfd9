#include <algorithm>

#include "shop/core/allocator.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

bool are_well_formed(const PlaceOrder& wanted) {
    return !wanted.lines.empty() && wanted.lines.size() <= limits::order_lines_max &&
           wanted.ship_to.size() <= limits::order_address_bytes_max &&
           wanted.coupon_code.size() <= limits::coupon_code_bytes_max &&
           std::ranges::all_of(wanted.lines, [](const WantedLine& line) {
               return line.quantity >= 1 && line.quantity <= limits::order_line_quantity_max;
           });
}

/// What all lines of the same sku at the same price want together.
std::int64_t units_wanted(const PlaceOrder& wanted, const WantedLine& like) {
    std::int64_t units = 0;
    for (const WantedLine& line : wanted.lines) {
        if (line.sku == like.sku && line.deal == like.deal) units += line.quantity;
    }
    return units;
}

/// What they want of it at any price.
std::int64_t units_of_sku(const PlaceOrder& wanted, SkuId sku) {
    std::int64_t units = 0;
    for (const WantedLine& line : wanted.lines) {
        if (line.sku == sku) units += line.quantity;
    }
    return units;
}

Receipt receipt_of(const Order& order) {
    return {.number = order.id.value, .price = order.total(), .expires_at = order.pay_by};
}

}  // namespace

Decided Allocator::on(const Command& command, const PlaceOrder& wanted) {
    if (!are_well_formed(wanted)) return {.verdict = Verdict::Malformed};
    if (const auto until = cooling_until(command.account)) {
        return {.verdict = Verdict::CoolingDown, .until = *until};
    }
    Order order{.account = command.account,
                .key = command.key,
                .request_hash = command.key.empty() ? 0 : request_hash(command),
                .ship_to = wanted.ship_to,
                .placed_at = now_,
                .pay_by = now_ + rules_.pay_within,
                .expires_at = now_ + rules_.pay_within};
    std::vector<OpenHold> own;
    if (auto refusal = offer_lines(command, wanted, order, own)) return *std::move(refusal);
    if (auto refusal = check_stock(order, own)) return *std::move(refusal);
    if (auto refusal = check_coupon(order, wanted.coupon_code)) return *std::move(refusal);
    if (wanted.expected_total && *wanted.expected_total != order.total()) {
        return {.verdict = Verdict::PriceChanged, .receipt = {.price = order.total()}};
    }

    // Decided. The account's own holds of these skus become the order's: nobody comes between.
    std::vector<PoolId> left_over;
    for (const OpenHold& hold : own) {
        left_over.push_back(held_.at(hold.reservation).pool);
        resolve(hold.reservation, ReservationState::Released, Leftover::Keep);
    }
    order.id = OrderId(next_number());
    order.payment.id = PaymentId(next_number());
    hold_lines(order);
    for (const PoolId pool : left_over) give_back_if_ended(pool);

    const OrderId id = order.id;
    orders_.emplace(
        id,
        OpenOrder{.order = std::move(order), .is_new = true, .cart_version = wanted.cart_version});
    OpenOrder& open = *find(id);
    open.is_changed = true;
    std::vector<OrderEvent>& events = batch_.order_events;
    const auto before = static_cast<std::ptrdiff_t>(events.size());
    events.push_back({next_number(), id, OrderState::PendingPayment, "placed", now_});
    if (open.order.total_minor == 0) {
        set_payment(open, PaymentState::Captured);
        settle(open, "nothing to pay");
    } else {
        set_timer(open.order.expires_at, Timer::Order, id.value);
        ask_what_it_wants(open);
    }
    PlacedOrder placed{.order = open.order, .history = {events.begin() + before, events.end()}};
    return {.receipt = receipt_of(open.order),
            .placed = std::make_shared<const PlacedOrder>(std::move(placed))};
}

std::optional<Decided> Allocator::offer_lines(const Command& command, const PlaceOrder& wanted,
                                              Order& order, std::vector<OpenHold>& own) const {
    for (std::size_t i = 0; i < wanted.lines.size(); ++i) {
        const SkuId sku = wanted.lines[i].sku;
        const auto known = skus_.find(sku);
        const bool is_there =
            known != skus_.end() && (wanted.shop.empty() || known->second.shop == wanted.shop);
        if (!is_there) return Decided{.verdict = Verdict::NotFound};
        const OpenHold* hold = open_hold(command.account, sku);
        if (hold != nullptr && hold->order.value != 0) {
            const Order& other = orders_.at(hold->order).order;
            return Decided{.verdict = Verdict::AlreadyHeld, .receipt = receipt_of(other)};
        }
        if (hold != nullptr && std::ranges::count(own, sku, &OpenHold::sku) == 0) {
            own.push_back(*hold);
        }
        if (auto refusal = offer_line(wanted, i, order, hold)) return refusal;
    }
    return std::nullopt;
}

std::optional<Decided> Allocator::offer_line(const PlaceOrder& wanted, std::size_t index,
                                             Order& order, const OpenHold* own) const {
    const WantedLine& line = wanted.lines[index];
    const Sku& sku = skus_.at(line.sku);
    const bool is_deal = line.deal.value != 0;
    // Pools of skus and deals have numbers of one sequence: one must not be taken for the other.
    const auto deal = deals_.find(line.deal);
    if (is_deal && (deal == deals_.end() || deal->second.sku != line.sku)) {
        return Decided{.verdict = Verdict::NotOnSale};
    }
    const PoolId pool = is_deal ? PoolId::of(line.deal) : PoolId::of(line.sku);
    const std::int64_t units = units_wanted(wanted, line);

    // A hold keeps its price, also when the deal has ended since; for what it holds.
    const Reservation* held = own != nullptr ? &held_.at(own->reservation) : nullptr;
    const bool is_held = held != nullptr && held->pool == pool && units <= held->quantity;
    if (!is_held && (!sku.on_sale || (is_deal && !is_running(line.deal)))) {
        return Decided{.verdict = Verdict::NotOnSale};
    }
    const std::int64_t most = units_max_of(sku, rules_);
    if (most > 0 && units_of_sku(wanted, line.sku) > most) {
        return Decided{.verdict = Verdict::LimitReached};
    }
    if (is_deal) {
        const std::int64_t limit = deal->second.per_account_max;
        const std::int64_t already = taken_of(pool, order.account) -
                                     (held != nullptr && held->pool == pool ? held->quantity : 0);
        if (limit > 0 && already + units > limit) {
            return Decided{.verdict = Verdict::LimitReached};
        }
    }
    const Money price = is_held ? held->unit_price : is_deal ? deal->second.price : sku.price;
    if (index == 0) {
        order.currency = price.currency;
        order.shop = sku.shop;
    } else if (order.shop != sku.shop) {
        return Decided{.verdict = Verdict::SeveralShops};
    } else if (order.currency != price.currency) {
        return Decided{.verdict = Verdict::Malformed};
    }
    order.lines.push_back({.sku = line.sku,
                           .pool = pool,
                           .name = sku.name,
                           .quantity = line.quantity,
                           .unit_price = price,
                           .tax_percent = sku.tax_percent});
    return std::nullopt;
}

std::optional<Decided> Allocator::check_stock(const Order& order,
                                              const std::vector<OpenHold>& own) const {
    Decided refusal;
    for (const Demand& demand : rules_.demand_of(order.lines)) {
        std::int64_t available = counters_.at(demand.pool).available();
        for (const OpenHold& hold : own) {
            const Reservation& held = held_.at(hold.reservation);
            if (held.pool == demand.pool) available += held.quantity;
        }
        if (available >= demand.quantity) continue;
        refusal.shorts.push_back(shortfall(demand, available));
    }
    if (refusal.shorts.empty()) return std::nullopt;
    const bool may_return = std::ranges::all_of(refusal.shorts, &Shortfall::may_return);
    refusal.verdict = may_return ? Verdict::AllHeld : Verdict::SoldOut;
    return refusal;
}

std::optional<Decided> Allocator::check_coupon(Order& order, const std::string& code) const {
    const Coupon* coupon = nullptr;
    if (!code.empty()) {
        const auto found = coupon_codes_.find(order.shop + "/" + code);
        if (found == coupon_codes_.end()) return Decided{.verdict = Verdict::CouponRefused};
        coupon = &coupons_.at(found->second);
        const PoolId pool = PoolId::of(coupon->id);
        const bool is_used =
            coupon->per_account_max > 0 && taken_of(pool, order.account) >= coupon->per_account_max;
        if (now_ >= coupon->ends_at || is_used) return Decided{.verdict = Verdict::CouponRefused};
        if (counters_.at(pool).available() < 1) return Decided{.verdict = Verdict::CouponUsedUp};
        order.coupon = coupon->id;
    }
    if (!price_order(order, coupon, rules_)) return Decided{.verdict = Verdict::CouponRefused};
    return std::nullopt;
}

void Allocator::hold_lines(Order& order) {
    order.holds.clear();
    for (const OrderLine& line : order.lines) {
        const Reservation& held = hold({.account = order.account,
                                        .order = order.id,
                                        .sku = line.sku,
                                        .pool = line.pool,
                                        .quantity = line.quantity,
                                        .unit_price = line.unit_price,
                                        .expires_at = order.expires_at});
        order.holds.push_back(held.id);
    }
    if (order.coupon.value != 0) {
        order.coupon_taken = true;
        change(PoolId::of(order.coupon)).held += 1;
        count_taken(PoolId::of(order.coupon), order.account, 1);
    }
}

}  // namespace shopcast::shop
