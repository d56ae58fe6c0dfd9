#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "shop/core/command.hpp"

/// What Stripe's API says, in our words. Amounts need no conversion: both count minor units, and
/// KRW has none in both (docs.stripe.com/currencies#zero-decimal).
namespace shopcast::shop::stripe {

/// What we write on everything we make, so that it is found again: several servers may share one
/// account.
struct Mark {
    std::string installation;
    OrderId order;
    RefundId refund;  ///< 0: a payment's.
    std::int64_t placed_at_ms = 0;
};

/// A PaymentIntent, or the one within an error ("payment_intent_unexpected_state" says what is true
/// instead).
struct Intent {
    Mark mark;
    ReportPayment report;  ///< `order` from the mark; RequiresAction to Voided.
    std::string client_secret;
};
/// Nothing: it is none, or an error without one.
std::optional<Intent> parse_intent(std::string_view body);

struct RefundObject {
    Mark mark;
    Money amount;
    std::string intent;  ///< Its PaymentIntent.
    std::string status;  ///< "succeeded", "pending", "requires_action", "failed", "canceled"

    /// Nothing while it is on its way, or waits for somebody at Stripe's.
    std::optional<ReportPayment> report() const;
};
std::optional<RefundObject> parse_refund(std::string_view body);
/// The one with this mark among a list's, if it is there. Errors: Malformed when it is no list.
Result<std::optional<RefundObject>> find_refund(std::string_view list_body, RefundId id);

/// "code: message" of an error; empty when there is none.
std::string parse_error(std::string_view body);

/// What an event reports about our payments; nothing when it is about something else.
/// Errors: Malformed when it is no event.
Result<std::optional<ReportPayment>> parse_event(std::string_view body,
                                                 std::string_view installation);

}  // namespace shopcast::shop::stripe
