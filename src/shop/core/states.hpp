#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// The life of reservations, orders, payments and deals as tables: a change that no row names does
/// not happen.
namespace shopcast::shop {

/// Held stock; resolved once.
enum class ReservationState : std::uint8_t { Held, Committed, Released, Expired };

enum class OrderState : std::uint8_t {
    PendingPayment,
    Paid,
    Preparing,
    Shipped,
    Delivered,
    Cancelled,
    Expired,
    RefundPending,
    PartRefunded,
    Refunded,
};

/// What we know about the money at the provider. Unknown: a request was not answered, so it may or
/// may not have happened; only the provider's answer to a question ends it.
enum class PaymentState : std::uint8_t {
    Created,
    RequiresAction,
    Authorized,
    Captured,
    PartRefunded,
    Refunded,
    Failed,
    Voided,
    Unknown,
};

/// Failed: the provider refused it; another may be tried.
enum class RefundState : std::uint8_t { None, Pending, Done, Failed };

enum class DealState : std::uint8_t { Scheduled, Running, Ended };

template <typename State>
struct Transition {
    State from;
    State to;
};

namespace reservation {
using enum ReservationState;
inline constexpr std::array transitions{
    Transition{Held, Committed},
    Transition{Held, Released},
    Transition{Held, Expired},
};
}  // namespace reservation

namespace order {
using enum OrderState;
inline constexpr std::array transitions{
    Transition{PendingPayment, Paid},
    Transition{PendingPayment, Cancelled},
    Transition{PendingPayment, Expired},
    Transition{PendingPayment, RefundPending},  // the provider took another amount than ours
    Transition{Paid, Preparing},
    Transition{Paid, Shipped},
    Transition{Paid, RefundPending},
    Transition{Preparing, Shipped},
    Transition{Preparing, RefundPending},
    Transition{Shipped, Delivered},
    Transition{Shipped, RefundPending},
    Transition{Delivered, RefundPending},
    Transition{Expired, PendingPayment},   // authorized late, and the stock was there again
    Transition{Expired, Paid},             // captured late, and the stock was there again
    Transition{Expired, RefundPending},    // captured late, and it was not
    Transition{Cancelled, RefundPending},  // captured although it had been cancelled
    Transition{RefundPending, PartRefunded},
    Transition{RefundPending, Refunded},
    Transition{PartRefunded, Preparing},  // what was not paid back still has to be sent
    Transition{PartRefunded, Shipped},
    Transition{PartRefunded, Delivered},
    Transition{PartRefunded, RefundPending},
};
}  // namespace order

namespace payment {
using enum PaymentState;
/// Reports come late, twice and out of order. What the provider has done wins over what we thought:
/// everything short of Captured may turn out to be captured, and nothing undoes a capture but
/// refunds.
inline constexpr std::array transitions{
    Transition{Created, RequiresAction},
    Transition{Created, Authorized},
    Transition{Created, Captured},
    Transition{Created, Failed},
    Transition{Created, Voided},
    Transition{Created, Unknown},
    Transition{RequiresAction, Authorized},
    Transition{RequiresAction, Captured},
    Transition{RequiresAction, Failed},
    Transition{RequiresAction, Voided},
    Transition{RequiresAction, Unknown},
    Transition{Authorized, Captured},
    Transition{Authorized, Failed},
    Transition{Authorized, Voided},
    Transition{Authorized, Unknown},
    Transition{Failed, RequiresAction},  // the buyer tries another card
    Transition{Failed, Authorized},
    Transition{Failed, Captured},
    Transition{Failed, Voided},
    Transition{Failed, Unknown},
    Transition{Voided, RequiresAction},  // our request to make it arrived after that to void it
    Transition{Voided, Authorized},
    Transition{Voided, Captured},
    Transition{Unknown, Created},  // the provider has never heard of it
    Transition{Unknown, RequiresAction},
    Transition{Unknown, Authorized},
    Transition{Unknown, Captured},
    Transition{Unknown, Failed},
    Transition{Unknown, Voided},
    Transition{Captured, PartRefunded},
    Transition{Captured, Refunded},
    Transition{PartRefunded, PartRefunded},
    Transition{PartRefunded, Refunded},
};
}  // namespace payment

namespace deal {
using enum DealState;
inline constexpr std::array transitions{
    Transition{Scheduled, Running},
    Transition{Scheduled, Ended},
    Transition{Running, Ended},
};
}  // namespace deal

template <typename State, std::size_t n>
constexpr bool is_in(const std::array<Transition<State>, n>& table, State from, State to) {
    return std::ranges::any_of(table,
                               [&](const auto& row) { return row.from == from && row.to == to; });
}
constexpr bool may_become(ReservationState from, ReservationState to) {
    return is_in(reservation::transitions, from, to);
}
constexpr bool may_become(OrderState from, OrderState to) {
    return is_in(order::transitions, from, to);
}
constexpr bool may_become(PaymentState from, PaymentState to) {
    return is_in(payment::transitions, from, to);
}
constexpr bool may_become(DealState from, DealState to) {
    return is_in(deal::transitions, from, to);
}

static_assert(!may_become(ReservationState::Released, ReservationState::Held), "resolved once");
static_assert(!may_become(ReservationState::Committed, ReservationState::Expired));
static_assert(!may_become(OrderState::Refunded, OrderState::Paid));
static_assert(!may_become(OrderState::Cancelled, OrderState::Paid), "the buyer said no");
static_assert(!may_become(PaymentState::Captured, PaymentState::Failed), "money was taken");

/// The words of the database and the API: "PENDING_PAYMENT".
std::string_view to_string(ReservationState state);
std::string_view to_string(OrderState state);
std::string_view to_string(PaymentState state);
std::string_view to_string(RefundState state);
std::string_view to_string(DealState state);
template <typename State>
std::optional<State> state_from(std::string_view word);

}  // namespace shopcast::shop
