#include "api/buying/payments_api.hpp"

#include <boost/json.hpp>

#include "api/frame/replies.hpp"
#include "api/limits.hpp"
#include "api/shop/desk_problem.hpp"
#include "api/shop/find_orders.hpp"
#include "api/shop/order_json.hpp"

namespace shopcast::api {

namespace json = boost::json;
using async::Task;

/// With what the buyer's page pays, at the provider's own script.
Task<Reply> PaymentsApi::payment(Call& call) {
    const shop::OrderId id(number_of(call, "order"));
    CO_TRY(const shop::OrderPage page, co_await find_own_order(sources_, call, id));
    if (next_of(page.order, sources_) != "confirm") {
        co_return problem(409, "wrong_state", "There is nothing to pay in the page now.",
                          "Read the order again: payment.next says what to do.");
    }
    shop::StripeProvider& stripe = *sources_.selling.stripe();
    const Result<std::string> told = co_await async::Asked<Result<std::string>>(
        call.loop(), [&stripe, ref = page.order.payment.provider_ref](auto done) {
            stripe.fetch_client_secret(ref, std::move(done));
        });
    if (!told && told.error().code == Errc::Io) {
        Problem later(503, "provider_silent", "The payment provider does not answer.",
                      "Try again in a few seconds.");
        later.retry_after = std::chrono::seconds(2);
        co_return std::unexpected(std::move(later));
    }
    if (!told) co_return problem(409, "wrong_state", "This payment cannot be paid any more.");
    co_return json_reply(json::object{{"provider", "stripe"},
                                      {"script", stripe.script_url()},
                                      {"publishable_key", stripe.publishable_key()},
                                      {"client_secret", *told}});
}

/// Answered when it is durable, so that Stripe sends again what was lost.
Task<Reply> PaymentsApi::stripe_webhook(Call& call) {
    shop::StripeProvider* const stripe = sources_.selling.stripe();
    if (stripe == nullptr) co_return std::unexpected(not_found("page", call.request.path()));
    auto report = stripe->read_webhook(call.request.header("Stripe-Signature"),
                                       as_text(call.request.body()), sources_.clock.wall());
    if (!report) {
        co_return problem(400, "webhook_refused",
                          "This event is not believed: " + report.error().message + ".",
                          "Compare the signing secret with shop.stripe_webhook_secret_file.");
    }
    if (*report) {
        shop::Command command{.what = **std::move(report)};
        const shop::Decided answer =
            co_await sources_.selling.desk().ask(call.loop(), std::move(command));
        using enum shop::Verdict;
        if (answer.verdict == Busy || answer.verdict == NotSelling) {
            co_return std::unexpected(problem_of(answer, sources_.clock.wall()));
        }
    }
    co_return json_reply(json::object{{"received", true}});
}

void PaymentsApi::add_routes(ApiRoutes& routes) {
    routes.get("/api/v1/orders/:order/payment",
               Needs::read(people::Action::Participate, Needs::Where::Own),
               [this](Call& call) { return payment(call); });
    routes.post("/api/v1/webhooks/stripe", Needs::nobody(),
                [this](Call& call) { return stripe_webhook(call); },
                {.body_bytes_max = limits::webhook_bytes_max, .is_signed = true});
}

}  // namespace shopcast::api
