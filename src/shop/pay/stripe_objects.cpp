#include "shop/pay/stripe_objects.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/text.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop::stripe {
namespace {

namespace json = boost::json;

std::optional<Money> money_at(const json::object& object, std::string_view key) {
    const json::value* const amount = object.if_contains(key);
    std::string code(text_at(object, "currency"));
    for (char& c : code) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    const auto currency = currency_from(code);
    if (amount == nullptr || !amount->is_int64() || !currency) return std::nullopt;
    const std::int64_t minor = amount->get_int64();
    if (minor < 0 || minor > limits::price_minor_max) return std::nullopt;
    return Money{minor, *currency};
}

Mark mark_of(const json::object& object) {
    const json::object* const metadata = object_at(object, "metadata");
    if (metadata == nullptr) return {};
    const auto number = [metadata](std::string_view key) {
        return parse_int<std::int64_t>(text_at(*metadata, key)).value_or(0);
    };
    return {.installation = std::string(text_at(*metadata, "shopcast_installation")),
            .order = OrderId(number("shopcast_order")),
            .refund = RefundId(number("shopcast_refund")),
            .placed_at_ms = number("shopcast_placed_at_ms")};
}

struct Status {
    std::string_view word;
    Said said;
    std::string_view amount;  ///< The member that says how much.
};
/// docs.stripe.com/api/payment_intents/object#payment_intent_object-status
constexpr std::array statuses{
    Status{"requires_payment_method", Said::RequiresAction, "amount"},
    Status{"requires_confirmation", Said::RequiresAction, "amount"},
    Status{"requires_action", Said::RequiresAction, "amount"},
    Status{"processing", Said::RequiresAction, "amount"},
    Status{"requires_capture", Said::Authorized, "amount_capturable"},
    Status{"succeeded", Said::Captured, "amount_received"},
    Status{"canceled", Said::Voided, "amount"},
};

std::optional<Intent> to_intent(const json::object& object) {
    if (text_at(object, "object") != "payment_intent") return std::nullopt;
    const std::string_view word = text_at(object, "status");
    const auto* const status = std::ranges::find(statuses, word, &Status::word);
    if (status == statuses.end()) return std::nullopt;
    const auto amount = money_at(object, status->amount);
    const std::string_view id = text_at(object, "id");
    if (!amount || id.empty() || id.size() > limits::provider_ref_bytes_max) return std::nullopt;

    Intent out{.mark = mark_of(object), .client_secret{text_at(object, "client_secret")}};
    // It stays open for another card; the error says that one was tried.
    const bool was_declined =
        word == "requires_payment_method" && object_at(object, "last_payment_error") != nullptr;
    out.report = {.order = out.mark.order,
                  .said = was_declined ? Said::Failed : status->said,
                  .amount = *amount,
                  .provider_ref = std::string(id),
                  .placed_at_ms = out.mark.placed_at_ms};
    return out;
}

std::optional<RefundObject> to_refund(const json::object& object) {
    const auto amount = money_at(object, "amount");
    if (text_at(object, "object") != "refund" || !amount) return std::nullopt;
    return RefundObject{.mark = mark_of(object),
                        .amount = *amount,
                        .intent = std::string(text_at(object, "payment_intent")),
                        .status = std::string(text_at(object, "status"))};
}

}  // namespace

std::optional<Intent> parse_intent(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return std::nullopt;
    const json::object* const error = object_at(*object, "error");
    if (error == nullptr) return to_intent(*object);
    const json::object* const within = object_at(*error, "payment_intent");
    return within != nullptr ? to_intent(*within) : std::nullopt;
}

std::optional<ReportPayment> RefundObject::report() const {
    const bool is_done = status == "succeeded";
    if (!is_done && status != "failed" && status != "canceled") return std::nullopt;
    return ReportPayment{.order = mark.order,
                         .said = is_done ? Said::Refunded : Said::RefundRefused,
                         .amount = amount,
                         .refund = mark.refund,
                         .placed_at_ms = mark.placed_at_ms};
}

std::optional<RefundObject> parse_refund(std::string_view body) {
    const auto object = parse_object(body);
    return object ? to_refund(*object) : std::nullopt;
}

Result<std::optional<RefundObject>> find_refund(std::string_view list_body, RefundId id) {
    const auto list = parse_object(list_body);
    const json::value* const data = list ? list->if_contains("data") : nullptr;
    if (data == nullptr || !data->is_array()) return fail(Errc::Malformed, "this is no list");
    for (const json::value& one : data->get_array()) {
        auto refund = one.is_object() ? to_refund(one.get_object()) : std::nullopt;
        if (refund && refund->mark.refund == id) return refund;
    }
    return std::optional<RefundObject>();
}

std::string parse_error(std::string_view body) {
    const auto object = parse_object(body);
    const json::object* const error = object ? object_at(*object, "error") : nullptr;
    if (error == nullptr) return {};
    std::string out(text_at(*error, "code").empty() ? text_at(*error, "type")
                                                    : text_at(*error, "code"));
    return out.append(": ").append(text_at(*error, "message"));
}

Result<std::optional<ReportPayment>> parse_event(std::string_view body,
                                                 std::string_view installation) {
    const auto event = parse_object(body);
    const json::object* const data = event ? object_at(*event, "data") : nullptr;
    const json::object* const object = data != nullptr ? object_at(*data, "object") : nullptr;
    const std::string_view id = event ? text_at(*event, "id") : std::string_view();
    if (object == nullptr || id.empty() || id.size() > limits::provider_ref_bytes_max) {
        return fail(Errc::Malformed, "this is no event of Stripe's");
    }
    std::optional<ReportPayment> report;
    if (auto intent = to_intent(*object); intent && intent->mark.installation == installation) {
        report = std::move(intent->report);
    } else if (auto refund = to_refund(*object);
               refund && refund->mark.installation == installation) {
        report = refund->report();
    }
    if (!report || report->order.value == 0) return std::nullopt;
    report->event_id = id;
    return report;
}

}  // namespace shopcast::shop::stripe
