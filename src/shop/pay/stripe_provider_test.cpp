#include "shop/pay/stripe_provider.hpp"

#include <doctest/doctest.h>

#include <deque>

using namespace shopcast;
using namespace shopcast::shop;

namespace {

/// Answers as it is told, and keeps what it was asked.
class ScriptedSender final : public net::HttpSender {
public:
    void send(net::HttpRequest request, Done done) override {
        requests.push_back(std::move(request));
        REQUIRE(!answers.empty());
        auto answer = std::move(answers.front());
        answers.pop_front();
        done(std::move(answer));
    }
    std::vector<net::HttpRequest> requests;
    std::deque<Result<net::HttpAnswer>> answers;

    std::string line(std::size_t index) const {
        return requests[index].method + " " + requests[index].url;
    }
    bool has_header(std::size_t index, std::string_view header) const {
        for (const std::string& one : requests[index].headers) {
            if (one == header) return true;
        }
        return false;
    }
};

net::HttpAnswer intent(std::string_view status, int http_status = 200) {
    return {http_status, R"({"id":"pi_1","object":"payment_intent","amount":12000,)"
                         R"("amount_capturable":12000,"amount_received":12000,"currency":"krw",)"
                         R"("client_secret":"pi_1_secret_2","status":")" +
                             std::string(status) + "\"}"};
}

net::HttpAnswer refund(std::string_view status) {
    return {200, R"({"object":"refund","amount":900,"currency":"krw","status":")" +
                     std::string(status) + R"(","metadata":{"shopcast_refund":"5"}})"};
}

const net::HttpAnswer no_refunds{200, R"({"object":"list","data":[]})"};
const net::HttpAnswer bad_request{400, R"({"error":{"code":"amount_too_small","message":"No."}})"};

struct Stripe {
    ScriptedSender sender;
    StripeProvider provider{{.secret_key = "sk_test",
                             .webhook_secrets = {"whsec"},
                             .api_url = "http://stripe",
                             .installation = "here"},
                            sender};

    ReportPayment ask(RequestKind kind, std::vector<Result<net::HttpAnswer>> answers,
                      std::string provider_ref = "pi_1") {
        sender.requests.clear();
        sender.answers.assign(answers.begin(), answers.end());
        std::vector<ReportPayment> heard;
        provider.ask({.kind = kind,
                      .order = OrderId(77),
                      .payment = PaymentId(78),
                      .amount = {kind == RequestKind::Refund ? 900 : 12'000, Currency::Krw},
                      .refund = RefundId(5),
                      .provider_ref = std::move(provider_ref),
                      .placed_at_ms = 1'700'000'000'000},
                     [&](ReportPayment report) { heard.push_back(std::move(report)); });
        REQUIRE(heard.size() == 1);
        CHECK(sender.answers.empty());
        CHECK(heard[0].order == OrderId(77));
        CHECK(heard[0].is_answer);
        return heard[0];
    }
};

}  // namespace

TEST_CASE("an intent is made to be captured by us, under a key of its payment") {
    Stripe stripe;
    const auto made =
        stripe.ask(RequestKind::CreateIntent, {intent("requires_payment_method")}, "");
    CHECK(made.said == Said::RequiresAction);
    CHECK(made.provider_ref == "pi_1");
    CHECK(stripe.sender.line(0) == "POST http://stripe/v1/payment_intents");
    CHECK(stripe.sender.has_header(0, "Authorization: Bearer sk_test"));
    CHECK(stripe.sender.has_header(0, "Idempotency-Key: shopcast-here-payment-78-1700000000000"));
    CHECK(stripe.sender.requests[0].body ==
          "metadata%5Bshopcast_installation%5D=here&metadata%5Bshopcast_order%5D=77&"
          "metadata%5Bshopcast_placed_at_ms%5D=1700000000000&amount=12000&"
          "currency=krw&capture_method=manual&automatic_payment_methods%5Benabled%5D=true");
}

TEST_CASE("an intent whose name was never heard is asked for under the same key") {
    Stripe stripe;
    CHECK(stripe.ask(RequestKind::Fetch, {intent("requires_action")}, "").said ==
          Said::RequiresAction);
    CHECK(stripe.sender.has_header(0, "Idempotency-Key: shopcast-here-payment-78-1700000000000"));
    CHECK(
        stripe.ask(RequestKind::Cancel, {intent("requires_action"), intent("canceled")}, "").said ==
        Said::Voided);
    CHECK(stripe.sender.line(1) == "POST http://stripe/v1/payment_intents/pi_1/cancel");
}

TEST_CASE("capturing and cancelling say what is true, also when they came too late") {
    Stripe stripe;
    CHECK(stripe.ask(RequestKind::Capture, {intent("succeeded")}).said == Said::Captured);
    CHECK(stripe.sender.line(0) == "POST http://stripe/v1/payment_intents/pi_1/capture");
    const net::HttpAnswer too_late{
        400, R"({"error":{"code":"payment_intent_unexpected_state","payment_intent":)" +
                 intent("succeeded").body + "}}"};
    CHECK(stripe.ask(RequestKind::Cancel, {too_late}).said == Said::Captured);
}

TEST_CASE("who did not answer, or did not know, has said nothing") {
    Stripe stripe;
    const std::vector<Result<net::HttpAnswer>> silent{
        fail(Errc::Timeout, "slow"),
        fail(Errc::Busy, "full"),
        net::HttpAnswer{500, intent("succeeded").body},
        net::HttpAnswer{429, "{}"},
        net::HttpAnswer{401, R"({"error":{"message":"Invalid API Key"}})"},
        net::HttpAnswer{404, R"({"error":{"code":"resource_missing"}})"},
        net::HttpAnswer{200, "<html>"}};
    for (const auto& answer : silent) {
        CHECK(stripe.ask(RequestKind::Fetch, {answer}).said == Said::Silent);
        CHECK(stripe.ask(RequestKind::Capture, {answer}).said == Said::Silent);
        CHECK(stripe.ask(RequestKind::CreateIntent, {answer}, "").said == Said::Silent);
        CHECK(stripe.ask(RequestKind::Cancel, {answer}, "").said == Said::Silent);
        CHECK(stripe.ask(RequestKind::Refund, {answer}).said == Said::Silent);
        CHECK(stripe.ask(RequestKind::Refund, {no_refunds, answer}).said == Said::Silent);
    }
    CHECK(stripe.ask(RequestKind::CreateIntent, {bad_request}, "").said == Said::Refused);
    CHECK(stripe.ask(RequestKind::Cancel, {bad_request}, "").said == Said::Refused);
}

TEST_CASE("a refund that will never be made is told, with its number") {
    Stripe stripe;
    for (const char* status : {"failed", "canceled"}) {
        const auto made = stripe.ask(RequestKind::Refund, {no_refunds, refund(status)});
        CHECK(made.said == Said::RefundRefused);
        CHECK(made.refund == RefundId(5));
    }
    const auto refused = stripe.ask(RequestKind::Refund, {no_refunds, bad_request});
    CHECK(refused.said == Said::RefundRefused);
    CHECK(refused.refund == RefundId(5));
    CHECK(stripe.ask(RequestKind::Refund, {no_refunds, refund("pending")}).said == Said::Silent);
}

TEST_CASE("a refund is looked for before it is made") {
    Stripe stripe;
    const auto made = stripe.ask(RequestKind::Refund, {no_refunds, refund("succeeded")});
    CHECK(made.said == Said::Refunded);
    CHECK(made.refund == RefundId(5));
    CHECK(made.amount == Money{900, Currency::Krw});
    CHECK(stripe.sender.line(0) == "GET http://stripe/v1/refunds?limit=100&payment_intent=pi_1");
    CHECK(stripe.sender.has_header(1, "Idempotency-Key: shopcast-here-refund-5-1700000000000"));
    CHECK(stripe.sender.requests[1].body.ends_with(
        "metadata%5Bshopcast_refund%5D=5&payment_intent=pi_1&amount=900"));

    const auto listed = [](std::string_view status) {
        return net::HttpAnswer{200, R"({"data":[)" + refund(status).body + "]}"};
    };
    CHECK(stripe.ask(RequestKind::Refund, {listed("succeeded")}).said == Said::Refunded);
    CHECK(stripe.ask(RequestKind::Refund, {listed("pending")}).said == Said::Silent);
    CHECK(stripe.ask(RequestKind::Refund, {no_refunds, refund("pending")}).said == Said::Silent);
}

TEST_CASE("the page is told the secret of a payment that is open") {
    Stripe stripe;
    const auto fetch = [&](Result<net::HttpAnswer> answer) {
        stripe.sender.answers.assign(1, std::move(answer));
        std::optional<Result<std::string>> heard;
        stripe.provider.fetch_client_secret("pi_1", [&](auto secret) { heard = secret; });
        REQUIRE(heard);
        return *heard;
    };
    CHECK(fetch(intent("succeeded")).error().code == Errc::Conflict);
    CHECK(fetch(net::HttpAnswer{404, "{}"}).error().code == Errc::NotFound);
    CHECK(fetch(fail(Errc::Timeout, "slow")).error().code == Errc::Io);
    CHECK(fetch(intent("requires_payment_method")) == "pi_1_secret_2");
    // Once: it stays the same, and pages ask often.
    const std::size_t asked = stripe.sender.requests.size();
    CHECK(fetch(fail(Errc::Timeout, "slow")) == "pi_1_secret_2");
    CHECK(stripe.sender.requests.size() == asked);
}

TEST_CASE("a webhook without our signature is not read") {
    const Stripe stripe;
    const auto read = stripe.provider.read_webhook("t=1,v1=00", "{}", WallTime{});
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::Malformed);
}
