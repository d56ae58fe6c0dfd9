#include "shop/core/allocator.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

std::string joined(const AccountId& account, const std::string& key) {
    std::string both = account.value;
    both.push_back('\0');
    return both += key;
}

bool is_creating(const What& what) {
    return std::holds_alternative<HoldStock>(what) || std::holds_alternative<PlaceOrder>(what) ||
           std::holds_alternative<RefundOrder>(what);
}

}  // namespace

Decided Allocator::decide(const Command& command, const Known& known) {
    now_ = std::max(now_, command.at);
    if (command.key.empty() || !is_creating(command.what)) return decide_new(command, known);
    if (command.key.size() > limits::idempotency_key_bytes_max) {
        return {.verdict = Verdict::Malformed};
    }

    const std::string both = joined(command.account, command.key);
    const std::uint64_t hash = request_hash(command);
    const auto in_batch = batch_keys_.find(both);
    const AcceptedKey* accepted = in_batch != batch_keys_.end() ? &in_batch->second
                                  : known.key                   ? &*known.key
                                                                : nullptr;
    if (accepted != nullptr) {
        if (accepted->request_hash != hash) return {.verdict = Verdict::KeyReused};
        return {.verdict = Verdict::Replayed, .receipt = accepted->receipt};
    }
    Decided answer = decide_new(command, known);
    if (answer.verdict == Verdict::Accepted) {
        batch_keys_.emplace(both, AcceptedKey{hash, answer.receipt});
    }
    return answer;
}

Decided Allocator::decide_new(const Command& command, const Known& known) {
    return std::visit(
        [&](const auto& what) {
            if constexpr (std::is_same_v<std::decay_t<decltype(what)>, ReportPayment>) {
                return on(command, what, known);
            } else {
                return on(command, what);
            }
        },
        command.what);
}

void Allocator::adopt(Order order) {
    const OrderId id = order.id;
    orders_.emplace(id, OpenOrder{.order = std::move(order)});
    (void)find(id);
}

Allocator::OpenOrder* Allocator::find(OrderId id) {
    const auto found = orders_.find(id);
    if (found == orders_.end()) return nullptr;
    OpenOrder& open = found->second;
    if (!open.is_touched) touched_.push_back(id);
    open.is_touched = true;
    return &open;
}

Batch Allocator::take_batch() {
    for (auto& [pool, counters] : batch_.counters) counters = counters_.at(pool);
    for (const OrderId id : touched_) {
        OpenOrder& open = orders_.at(id);
        const bool is_over =
            open.order.state != OrderState::PendingPayment && !wants(open.order).has_value();
        if (open.is_changed) {
            batch_.orders.push_back({is_over ? std::move(open.order) : open.order, open.is_new,
                                     open.lines_changed, open.refund_is_new, open.cart_version});
        }
        if (is_over) {
            orders_.erase(id);
        } else {
            open.is_touched = open.is_changed = open.is_new = false;
            open.lines_changed = open.refund_is_new = false;
            open.ask.reset();
            open.cart_version.reset();
        }
    }
    touched_.clear();
    batch_keys_.clear();
    Batch next;
    next.epoch = batch_.epoch;
    next.number_before = next.number_after = batch_.number_after;
    return std::exchange(batch_, std::move(next));
}

Counters& Allocator::change(PoolId pool) {
    batch_.counters.try_emplace(pool);
    return counters_[pool];
}

void Allocator::move(PoolId pool, Counters by, MoveReason reason, std::int64_t subject) {
    Counters& counters = change(pool);
    counters.on_hand += by.on_hand;
    counters.sold += by.sold;
    batch_.moves.push_back({next_number(), pool, by.on_hand, by.sold, reason, subject, now_});
}

bool Allocator::is_running(DealId id) const {
    const auto found = deals_.find(id);
    return found != deals_.end() && found->second.state == DealState::Running;
}

void Allocator::give_back_if_ended(PoolId pool) {
    const auto found = deals_.find(DealId(pool.value));
    if (found == deals_.end() || found->second.state != DealState::Ended) return;
    const std::int64_t left = counters_.at(pool).available();
    if (left <= 0) return;
    move(pool, {.on_hand = -left}, MoveReason::GivenBack, pool.value);
    move(PoolId::of(found->second.sku), {.on_hand = left}, MoveReason::GivenBack, pool.value);
}

const Allocator::OpenHold* Allocator::open_hold(const AccountId& account, SkuId sku) const {
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) return nullptr;
    const auto hold = std::ranges::find(found->second.open, sku, &OpenHold::sku);
    return hold == found->second.open.end() ? nullptr : &*hold;
}

std::int64_t Allocator::taken_of(PoolId pool, const AccountId& account) const {
    const auto in_pool = taken_.find(pool);
    if (in_pool == taken_.end()) return 0;
    const auto found = in_pool->second.find(account);
    return found == in_pool->second.end() ? 0 : found->second;
}

void Allocator::count_taken(PoolId pool, const AccountId& account, std::int64_t units) {
    const auto in_pool = taken_.find(pool);
    if (in_pool == taken_.end()) return;  // a sku's own stock, or a deal that has ended
    std::int64_t& taken = in_pool->second[account];
    taken += units;
    if (taken == 0) in_pool->second.erase(account);
}

Reservation& Allocator::hold(Reservation reservation) {
    reservation.id = ReservationId(next_number());
    reservation.made_at = now_;
    change(reservation.pool).held += reservation.quantity;
    count_taken(reservation.pool, reservation.account, reservation.quantity);
    accounts_[reservation.account].open.push_back(
        {reservation.sku, reservation.id, reservation.order});
    batch_.reservations.insert(reservation);
    return held_.emplace(reservation.id, std::move(reservation)).first->second;
}

void Allocator::resolve(ReservationId id, ReservationState state, Leftover leftover) {
    const auto found = held_.find(id);
    ENSURE(found != held_.end(), "a reservation is resolved once");
    Reservation reservation = std::move(found->second);
    held_.erase(found);
    ENSURE(may_become(reservation.state, state));
    reservation.state = state;
    reservation.resolved_at = now_;

    change(reservation.pool).held -= reservation.quantity;
    if (state == ReservationState::Committed) {
        move(reservation.pool, {.sold = reservation.quantity}, MoveReason::Sold,
             reservation.order.value);
    } else {
        count_taken(reservation.pool, reservation.account, -reservation.quantity);
        if (leftover == Leftover::GiveBack) give_back_if_ended(reservation.pool);
    }
    const auto account = accounts_.find(reservation.account);
    std::erase_if(account->second.open,
                  [&](const OpenHold& hold) { return hold.reservation == id; });
    forget_if_idle(account);
    batch_.reservations.update(std::move(reservation));
}

std::optional<WallTime> Allocator::cooling_until(const AccountId& account) const {
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) return std::nullopt;
    const auto& [first, second] = found->second.expired_at;
    const WallTime until = second + rules_.cool_down;
    const bool are_two = first != WallTime{} && second - first <= rules_.cool_down_window;
    return are_two && now_ < until ? std::optional(until) : std::nullopt;
}

void Allocator::note_expiry(const AccountId& account, WallTime at) {
    auto& expired_at = accounts_[account].expired_at;
    expired_at = {expired_at[1], at};
    set_timer(at + rules_.cool_down_window + rules_.cool_down, Timer::Account, 0, account);
}

/// Who holds and lets go again and again has kept the units from the others as long as who lets a
/// hold run out: the times add up, and more than half of a hold's is a lost one.
bool Allocator::counts_as_lost(const Reservation& let_go) {
    Account& account = accounts_.at(let_go.account);
    if (account.let_go_at + rules_.cool_down_window <= now_) account.let_go_after = {};
    const Milliseconds least = rules_.hold_for / rules_.releases_of_one_hold;
    account.let_go_after += std::max(now_ - let_go.made_at, least);
    account.let_go_at = now_;
    if (account.let_go_after > rules_.hold_for / 2) {
        account.let_go_after = {};
        return true;
    }
    set_timer(now_ + rules_.cool_down_window, Timer::Account, 0, let_go.account);
    return false;
}

void Allocator::forget_if_idle(Accounts::iterator account) {
    const Account& it = account->second;
    const bool has_lost = it.expired_at[1] != WallTime{} || it.let_go_after != Milliseconds(0);
    if (it.open.empty() && !has_lost) accounts_.erase(account);
}

/// Of what an account lost and let go, that which counts no more.
void Allocator::forget_past(const AccountId& id) {
    const auto found = accounts_.find(id);
    if (found == accounts_.end()) return;
    Account& account = found->second;
    const WallTime lost_at = account.expired_at[1];
    if (lost_at + rules_.cool_down_window + rules_.cool_down <= now_) account.expired_at = {};
    if (account.let_go_at + rules_.cool_down_window <= now_) account.let_go_after = {};
    forget_if_idle(found);
}

Shortfall Allocator::shortfall(const Demand& demand, std::int64_t available) const {
    return {.sku = demand.sku,
            .lines = demand.lines,
            .wanted = demand.quantity,
            .available = available,
            .may_return = counters_.at(demand.pool).held > 0};
}

}  // namespace shopcast::shop
