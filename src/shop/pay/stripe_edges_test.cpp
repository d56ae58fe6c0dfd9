#include <doctest/doctest.h>
#include <fmt/format.h>

#include <deque>

#include "shop/limits.hpp"
#include "shop/pay/stripe_provider.hpp"

/// Limits of what is read from Stripe, and who knows a payment's secret.
using namespace shopcast;
using namespace shopcast::shop;

namespace {

std::string intent(std::string_view id, std::int64_t amount, std::string_view currency = "krw",
                   std::string_view more = "") {
    return fmt::format(
        R"({{"id":"{}","object":"payment_intent","status":"requires_payment_method",)"
        R"("amount":{},"currency":"{}","client_secret":"secret"{}}})",
        id, amount, currency, more);
}

std::string event(std::string_view id, std::string_view object) {
    return fmt::format(R"({{"id":"{}","data":{{"object":{}}}}})", id, object);
}

/// Keeps what it is asked and answers when it is told.
class SlowSender final : public net::HttpSender {
public:
    void send(net::HttpRequest request, Done done) override {
        requests.push_back(std::move(request));
        waiting.push_back(std::move(done));
    }
    void answer(Result<net::HttpAnswer> answer) {
        REQUIRE_FALSE(waiting.empty());
        Done done = std::move(waiting.front());
        waiting.pop_front();
        done(std::move(answer));
    }
    std::vector<net::HttpRequest> requests;
    std::deque<Done> waiting;
};

}  // namespace

TEST_CASE("amounts are read within their bounds, in currencies that we know") {
    const auto amount = [](std::int64_t minor, std::string_view currency = "krw") {
        return stripe::parse_intent(intent("pi", minor, currency));
    };
    CHECK_FALSE(amount(-1));
    CHECK(amount(0)->report.amount == Money{0, Currency::Krw});
    CHECK(amount(limits::price_minor_max)->report.amount.minor == limits::price_minor_max);
    CHECK_FALSE(amount(limits::price_minor_max + 1));
    CHECK(amount(1, "usd")->report.amount == Money{1, Currency::Usd});
    CHECK(amount(1, "JPY")->report.amount == Money{1, Currency::Jpy});
    CHECK(amount(1, "Eur")->report.amount == Money{1, Currency::Eur});
    CHECK_FALSE(amount(1, "kr"));
}

TEST_CASE("names of payments and events have a limit") {
    const std::string longest(limits::provider_ref_bytes_max, 'p');
    CHECK(stripe::parse_intent(intent(longest, 1))->report.provider_ref == longest);
    CHECK_FALSE(stripe::parse_intent(intent(longest + "p", 1)));
    const std::string ours =
        intent("pi", 1, "krw",
               R"(,"metadata":{"shopcast_installation":"here","shopcast_order":"7",)"
               R"("shopcast_placed_at_ms":"99"})");
    const auto read = stripe::parse_event(event(longest, ours), "here");
    REQUIRE(read.value());
    CHECK((*read)->event_id == longest);
    CHECK((*read)->placed_at_ms == 99);
    CHECK((*read)->order == OrderId(7));
    CHECK(stripe::parse_event(event(longest + "p", ours), "here").error().code == Errc::Malformed);
}

TEST_CASE("a mark that is missing or no number is none") {
    CHECK(stripe::parse_intent(intent("pi", 1))->mark.order == OrderId());
    CHECK(stripe::parse_intent(intent("pi", 1))->mark.installation.empty());
    const auto odd = stripe::parse_intent(
        intent("pi", 1, "krw", R"(,"metadata":{"shopcast_order":"7x","shopcast_refund":"5"})"));
    CHECK(odd->mark.order == OrderId());
    CHECK(odd->mark.refund == RefundId(5));
    // Ours by its installation, and about no order: nothing to report.
    const std::string no_order =
        intent("pi", 1, "krw", R"(,"metadata":{"shopcast_installation":"here"})");
    CHECK_FALSE(stripe::parse_event(event("evt", no_order), "here").value());
}

TEST_CASE("a refund reports its order, its amount and its end, and is one installation's") {
    const auto refund = [](std::string_view status, std::string_view object = "refund") {
        return fmt::format(
            R"({{"object":"{}","amount":900,"currency":"usd","payment_intent":"pi_1",)"
            R"("status":"{}","metadata":{{"shopcast_installation":"here",)"
            R"("shopcast_order":"7","shopcast_refund":"5",)"
            R"("shopcast_placed_at_ms":"99"}}}})",
            object, status);
    };
    const auto parsed = stripe::parse_refund(refund("failed"));
    REQUIRE(parsed);
    CHECK(parsed->intent == "pi_1");
    CHECK(parsed->amount == Money{900, Currency::Usd});
    const auto report = parsed->report();
    REQUIRE(report);
    CHECK(report->said == Said::RefundRefused);
    CHECK(report->order == OrderId(7));
    CHECK(report->refund == RefundId(5));
    CHECK(report->amount == Money{900, Currency::Usd});
    CHECK(report->placed_at_ms == 99);
    CHECK(stripe::parse_refund(refund("succeeded"))->report()->said == Said::Refunded);
    CHECK(stripe::parse_refund(refund("canceled"))->report()->said == Said::RefundRefused);
    CHECK_FALSE(stripe::parse_refund(refund("pending"))->report());
    CHECK_FALSE(stripe::parse_refund(refund("succeeded", "charge")));
    CHECK_FALSE(stripe::parse_refund(R"({"object":"refund"})"));
    CHECK_FALSE(stripe::parse_refund("no"));
    CHECK(stripe::parse_event(event("evt", refund("succeeded")), "here").value());
    CHECK_FALSE(stripe::parse_event(event("evt", refund("succeeded")), "there").value());
    CHECK_FALSE(stripe::find_refund(R"({"data":[7,{}]})", RefundId(5)).value());
    CHECK(stripe::find_refund(R"({"data":7})", RefundId(5)).error().code == Errc::Malformed);
    CHECK(stripe::find_refund("no", RefundId(5)).error().code == Errc::Malformed);
}

TEST_CASE("an error is told by its code, else by its type, and nothing else is one") {
    CHECK(stripe::parse_error(R"({"error":{"type":"t","code":"c","message":"m"}})") == "c: m");
    CHECK(stripe::parse_error(R"({"error":{"type":"t","message":"m"}})") == "t: m");
    CHECK(stripe::parse_error("{}").empty());
    CHECK(stripe::parse_error("no").empty());
}

TEST_CASE("the newest secrets are remembered") {
    ClientSecrets secrets;
    secrets.put("none", "");
    CHECK_FALSE(secrets.find("none"));
    secrets.put("first", "a");
    for (std::size_t i = 1; i < limits::client_secrets_max; ++i) {
        secrets.put("pi_" + std::to_string(i), "s");
    }
    CHECK(secrets.find("first") == "a");
    secrets.put("first", "b");  // the same payment takes no second place
    CHECK(secrets.find("first") == "b");
    secrets.put("last", "c");
    CHECK_FALSE(secrets.find("first"));
    CHECK(secrets.find("pi_1") == "s");
    CHECK(secrets.find("last") == "c");
}

TEST_CASE("a page that asks again while it is being asked for waits") {
    SlowSender sender;
    StripeProvider provider({.api_url = "http://stripe"}, sender);
    std::vector<Result<std::string>> heard;
    const auto fetch = [&] {
        provider.fetch_client_secret("pi",
                                     [&](auto secret) { heard.push_back(std::move(secret)); });
    };
    fetch();
    fetch();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].error().code == Errc::Io);
    CHECK(heard[0].error().message == "the payment provider is being asked; try again");
    CHECK(sender.requests.size() == 1);
    sender.answer(net::HttpAnswer{500, "{}"});
    REQUIRE(heard.size() == 2);
    CHECK(heard[1].error().code == Errc::Io);
    fetch();  // and may ask again
    sender.answer(
        net::HttpAnswer{200, intent("pi", 1, "krw", R"(,"last_payment_error":{"code":"x"})")});
    REQUIRE(heard.size() == 3);
    CHECK(heard[2] == "secret");  // a declined card leaves it open for another
}

TEST_CASE("who answers knows, but for those that are busy or broken") {
    SlowSender sender;
    StripeProvider provider({.api_url = "http://stripe"}, sender);
    const auto ask = [&](RequestKind kind, std::string ref, net::HttpAnswer answer) {
        std::optional<ReportPayment> heard;
        provider.ask({.kind = kind,
                      .order = OrderId(1),
                      .refund = RefundId(5),
                      .provider_ref = std::move(ref)},
                     [&](ReportPayment report) { heard = std::move(report); });
        sender.answer(std::move(answer));
        REQUIRE(heard);
        return heard->said;
    };
    const std::string body = intent("pi", 1);
    CHECK(ask(RequestKind::Fetch, "pi", {499, body}) == Said::RequiresAction);
    CHECK(ask(RequestKind::Fetch, "pi", {500, body}) == Said::Silent);
    CHECK(ask(RequestKind::Fetch, "pi", {428, body}) == Said::RequiresAction);
    CHECK(ask(RequestKind::Fetch, "pi", {429, body}) == Said::Silent);
    CHECK(ask(RequestKind::Fetch, "pi", {430, body}) == Said::RequiresAction);
    for (const auto& [status, said] : {std::pair{399, Said::Silent},
                                       {400, Said::Refused},
                                       {401, Said::Silent},
                                       {402, Said::Refused},
                                       {403, Said::Silent}}) {
        CHECK(ask(RequestKind::CreateIntent, "", {status, "{}"}) == said);
    }
    // Refused, and yet the intent is shown: what it says is true.
    CHECK(ask(RequestKind::CreateIntent, "",
              {400, R"({"error":{"payment_intent":)" + body + "}}"}) == Said::RequiresAction);
    CHECK(sender.waiting.empty());
}
