#include "api/buying/payments_api.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* webhook = "/api/v1/webhooks/stripe";
constexpr std::string_view secret = "whsec_test";

shop::SellingSettings with_stripe() {
    shop::SellingSettings settings;
    settings.payments = shop::Payments::Stripe;
    settings.stripe.secret_key = "sk_test";
    settings.stripe.webhook_secrets = {std::string(secret)};
    settings.stripe.api_url = "http://127.0.0.1:1";  // nobody is there
    settings.stripe.installation = "here";
    return settings;
}

/// The header of Stripe's that signs `body` now.
std::string signed_by(std::string_view key, const std::string& body) {
    const std::string time = std::to_string(to_unix_ms(system_clock().wall()) / 1000);
    const std::string text = time + '.' + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &length);
    const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), length);
    return "Stripe-Signature: t=" + time + ",v1=" + to_hex(as_bytes(bytes)) + "\r\n";
}

}  // namespace

TEST_CASE("where another provider moves the money there is nothing to pay in the page") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const Goods tea = co_await goods(keeper);
        const std::int64_t id = co_await ordered(buyer, tea.sku, 1);
        const std::string url = fmt::format("/api/v1/orders/{}/payment", id);
        const auto payment = co_await buyer.get(url);
        CHECK(said(payment) == "409 wrong_state");
        const auto theirs = co_await other.get(url);
        CHECK(said(theirs) == "404 order_not_found");
        const auto unknown = co_await buyer.get("/api/v1/orders/4711/payment");
        CHECK(said(unknown) == "404 order_not_found");
        const auto event = co_await buyer.post(webhook, "{}");
        CHECK(said(event) == "404 page_not_found");
    };
    play(story);
}

TEST_CASE("a webhook is believed by its signature alone") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor provider = co_await stranger(door);
        const std::string body = R"({"id":"evt_1","type":"ping","data":{"object":{}}})";
        const auto unsigned_one = co_await provider.post(webhook, body);
        CHECK(said(unsigned_one) == "400 webhook_refused");
        const auto forged = co_await provider.post(webhook, body, signed_by("whsec_other", body));
        CHECK(said(forged) == "400 webhook_refused");
        const auto changed = co_await provider.post(webhook, body + ' ', signed_by(secret, body));
        CHECK(said(changed) == "400 webhook_refused");
        // From wherever it comes, and in whatever type: it is another server's.
        const auto right = co_await provider.post(
            webhook, body, signed_by(secret, body) + "Origin: null\r\nContent-Type: text/x\r\n");
        CHECK(right.status == 200);
        CHECK(at(right, "/received") == "true");
    };
    play(story, with_stripe());
}
