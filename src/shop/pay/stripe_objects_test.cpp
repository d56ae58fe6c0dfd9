#include "shop/pay/stripe_objects.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace shopcast;
using namespace shopcast::shop;

namespace {

/// A PaymentIntent with the members of docs.stripe.com/api/payment_intents/object that we read.
std::string intent(std::string_view status, std::string_view more = "",
                   std::string_view installation = "here") {
    return fmt::format(R"({{"id":"pi_1","object":"payment_intent","amount":12000,)"
                       R"("amount_capturable":11000,"amount_received":10000,"currency":"krw",)"
                       R"("client_secret":"pi_1_secret_2","status":"{}",{}"metadata":)"
                       R"({{"shopcast_installation":"{}","shopcast_order":"77"}}}})",
                       status, more, installation);
}

std::string event(std::string_view object) {
    return fmt::format(R"({{"id":"evt_9","object":"event","data":{{"object":{}}}}})", object);
}

std::string refund(std::string_view status, int id = 5) {
    return fmt::format(R"({{"id":"re_1","object":"refund","amount":900,"currency":"krw",)"
                       R"("payment_intent":"pi_1","status":"{}","metadata":{{)"
                       R"("shopcast_installation":"here","shopcast_order":"77",)"
                       R"("shopcast_refund":"{}"}}}})",
                       status, id);
}

}  // namespace

TEST_CASE("each status of a payment intent says one thing, with the amount that counts") {
    const auto check = [](std::string_view status, Said said, std::int64_t minor) {
        CAPTURE(status);
        const auto parsed = stripe::parse_intent(intent(status));
        REQUIRE(parsed);
        CHECK(parsed->report.said == said);
        CHECK(parsed->report.amount == Money{minor, Currency::Krw});
        CHECK(parsed->report.order == OrderId(77));
        CHECK(parsed->report.provider_ref == "pi_1");
        CHECK(parsed->client_secret == "pi_1_secret_2");
    };
    check("requires_payment_method", Said::RequiresAction, 12'000);
    check("requires_confirmation", Said::RequiresAction, 12'000);
    check("requires_action", Said::RequiresAction, 12'000);
    check("processing", Said::RequiresAction, 12'000);
    check("requires_capture", Said::Authorized, 11'000);
    check("succeeded", Said::Captured, 10'000);
    check("canceled", Said::Voided, 12'000);
}

TEST_CASE("a declined card leaves an intent that waits for another one") {
    const std::string more = R"("last_payment_error":{"code":"card_declined"},)";
    CHECK(stripe::parse_intent(intent("requires_payment_method", more))->report.said ==
          Said::Failed);
    CHECK(stripe::parse_intent(intent("succeeded", more))->report.said == Said::Captured);
    const std::string none = R"("last_payment_error":null,)";
    CHECK(stripe::parse_intent(intent("requires_payment_method", none))->report.said ==
          Said::RequiresAction);
}

TEST_CASE("an error that shows the intent says what is true instead") {
    const std::string body =
        fmt::format(R"({{"error":{{"code":"payment_intent_unexpected_state","message":"No.",)"
                    R"("payment_intent":{}}}}})",
                    intent("succeeded"));
    REQUIRE(stripe::parse_intent(body));
    CHECK(stripe::parse_intent(body)->report.said == Said::Captured);
    CHECK(stripe::parse_error(body) == "payment_intent_unexpected_state: No.");
    CHECK_FALSE(stripe::parse_intent(R"({"error":{"type":"invalid_request_error"}})"));
}

TEST_CASE("what is no intent is none") {
    for (const std::string_view body :
         {"", "[]", "{", "{}", R"({"object":"payment_intent"})",
          R"({"object":"payment_intent","id":"pi","status":"new","amount":1,)"
          R"("currency":"krw"})",
          R"({"object":"payment_intent","id":"pi","status":"canceled","amount":-1,)"
          R"("currency":"krw"})",
          R"({"object":"payment_intent","id":"pi","status":"canceled","amount":1.5,)"
          R"("currency":"krw"})",
          R"({"object":"payment_intent","id":"pi","status":"canceled","amount":1,)"
          R"("currency":"xyz"})",
          R"({"object":"payment_intent","id":"","status":"canceled","amount":1,)"
          R"("currency":"krw"})"}) {
        CAPTURE(body);
        CHECK_FALSE(stripe::parse_intent(body));
    }
}

TEST_CASE("an event reports about our own payments only, with its id") {
    const auto ours = stripe::parse_event(event(intent("requires_capture")), "here");
    REQUIRE(ours);
    REQUIRE(*ours);
    CHECK((*ours)->event_id == "evt_9");
    CHECK((*ours)->said == Said::Authorized);
    CHECK_FALSE((*ours)->is_answer);
    for (const std::string& other :
         {event(intent("succeeded", "", "elsewhere")), event(R"({"object":"customer","id":"cus"})"),
          event(refund("pending")),
          event(R"({"object":"payment_intent","id":"pi","amount":1,)"
                R"("status":"canceled","currency":"krw"})")}) {
        CAPTURE(other);
        const auto parsed = stripe::parse_event(other, "here");
        REQUIRE(parsed);
        CHECK_FALSE(*parsed);
    }
    for (const std::string_view wrong :
         {"", "{}", R"({"id":"evt","data":[]})", R"({"id":"","data":{"object":{}}})"}) {
        CAPTURE(wrong);
        CHECK(stripe::parse_event(wrong, "here").error().code == Errc::Malformed);
    }
}

TEST_CASE("a refund is known by its mark, alone and in a list") {
    const auto done = stripe::parse_event(event(refund("succeeded")), "here");
    REQUIRE(done);
    REQUIRE(*done);
    CHECK((*done)->said == Said::Refunded);
    CHECK((*done)->refund == RefundId(5));
    CHECK((*done)->amount == Money{900, Currency::Krw});
    const std::string list = fmt::format(R"({{"object":"list","data":[{},null,{}]}})",
                                         refund("failed", 4), refund("pending", 5));
    CHECK(stripe::find_refund(list, RefundId(5)).value()->status == "pending");
    CHECK(stripe::find_refund(list, RefundId(4)).value()->status == "failed");
    CHECK_FALSE(stripe::find_refund(list, RefundId(6)).value());
    CHECK(stripe::find_refund("{}", RefundId(5)).error().code == Errc::Malformed);
}
