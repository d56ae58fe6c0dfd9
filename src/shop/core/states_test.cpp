#include "shop/core/states.hpp"

#include <doctest/doctest.h>

using namespace shopcast::shop;

namespace {

template <typename State>
void words_come_back(int count) {
    for (int i = 0; i < count; ++i) {
        const auto state = static_cast<State>(i);
        CHECK(state_from<State>(to_string(state)) == state);
    }
    CHECK_FALSE(state_from<State>("Held").has_value());
}

/// Everything that can follow from `from`, however many steps later.
template <typename State, std::size_t n>
bool leads_to(const std::array<Transition<State>, n>& table, State from, State to) {
    std::array<bool, 16> seen{};
    seen[static_cast<std::size_t>(from)] = true;
    for (std::size_t round = 0; round < seen.size(); ++round) {
        for (const auto& row : table) {
            if (seen[static_cast<std::size_t>(row.from)]) {
                seen[static_cast<std::size_t>(row.to)] = true;
            }
        }
    }
    return seen[static_cast<std::size_t>(to)];
}

}  // namespace

TEST_CASE("states are words in the database") {
    words_come_back<ReservationState>(4);
    words_come_back<OrderState>(10);
    words_come_back<PaymentState>(9);
    words_come_back<DealState>(3);
    CHECK(to_string(OrderState::PendingPayment) == "PENDING_PAYMENT");
}

TEST_CASE("what is over stays over") {
    for (int i = 0; i < 10; ++i) {
        const auto state = static_cast<OrderState>(i);
        CHECK_FALSE(may_become(OrderState::Refunded, state));
        CHECK_FALSE(may_become(state, state));
    }
    CHECK_FALSE(leads_to(payment::transitions, PaymentState::Refunded, PaymentState::Captured));
    CHECK(leads_to(order::transitions, OrderState::Expired, OrderState::Delivered));
    CHECK_FALSE(leads_to(payment::transitions, PaymentState::Captured, PaymentState::Voided));
}

TEST_CASE("money that may have been taken can always be found out about") {
    for (const auto state :
         {PaymentState::Created, PaymentState::RequiresAction, PaymentState::Authorized,
          PaymentState::Failed, PaymentState::Voided, PaymentState::Unknown}) {
        CHECK(may_become(state, PaymentState::Captured));
    }
}
