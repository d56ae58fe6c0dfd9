#include "shop/core/states.hpp"

namespace shopcast::shop {
namespace {

template <typename State>
constexpr std::array<std::string_view, 0> words{};
template <>
constexpr std::array<std::string_view, 4> words<ReservationState>{"HELD", "COMMITTED", "RELEASED",
                                                                  "EXPIRED"};
template <>
constexpr std::array<std::string_view, 10> words<OrderState>{
    "PENDING_PAYMENT", "PAID",    "PREPARING",      "SHIPPED",       "DELIVERED",
    "CANCELLED",       "EXPIRED", "REFUND_PENDING", "PART_REFUNDED", "REFUNDED"};
template <>
constexpr std::array<std::string_view, 9> words<PaymentState>{
    "CREATED",  "REQUIRES_ACTION", "AUTHORIZED", "CAPTURED", "PART_REFUNDED",
    "REFUNDED", "FAILED",          "VOIDED",     "UNKNOWN"};
template <>
constexpr std::array<std::string_view, 4> words<RefundState>{"NONE", "PENDING", "DONE", "FAILED"};
template <>
constexpr std::array<std::string_view, 3> words<DealState>{"SCHEDULED", "RUNNING", "ENDED"};

template <typename State>
std::string_view word_of(State state) {
    return words<State>[static_cast<std::size_t>(state)];
}

}  // namespace

std::string_view to_string(ReservationState state) {
    return word_of(state);
}
std::string_view to_string(OrderState state) {
    return word_of(state);
}
std::string_view to_string(PaymentState state) {
    return word_of(state);
}
std::string_view to_string(RefundState state) {
    return word_of(state);
}
std::string_view to_string(DealState state) {
    return word_of(state);
}

template <typename State>
std::optional<State> state_from(std::string_view word) {
    const auto found = std::ranges::find(words<State>, word);
    if (found == words<State>.end()) return std::nullopt;
    return static_cast<State>(found - words<State>.begin());
}
template std::optional<ReservationState> state_from(std::string_view word);
template std::optional<OrderState> state_from(std::string_view word);
template std::optional<PaymentState> state_from(std::string_view word);
template std::optional<RefundState> state_from(std::string_view word);
template std::optional<DealState> state_from(std::string_view word);

}  // namespace shopcast::shop
