#include "shop/settings.hpp"

#include <array>

#include "base/text.hpp"
#include "settings/secret.hpp"

namespace shopcast::shop {
namespace {

using std::pair;

constexpr std::array<pair<std::string_view, Currency>, 4> currencies{{{"KRW", Currency::Krw},
                                                                      {"JPY", Currency::Jpy},
                                                                      {"USD", Currency::Usd},
                                                                      {"EUR", Currency::Eur}}};
constexpr std::array<pair<std::string_view, Payments>, 3> payments_words{
    {{"none", Payments::None}, {"fake", Payments::Fake}, {"stripe", Payments::Stripe}}};

void declare_stripe(settings::Table& table, SellingSettings& settings) {
    table.add(
        "stripe_secret_key_file", settings.stripe_files.secret_key,
        "A file that holds Stripe's secret key (sk_... or rk_...) alone, readable by the server\n"
        "only.");
    table.add("stripe_publishable_key", settings.stripe.publishable_key,
              "The key (pk_...) with which the buyers' pages talk to Stripe.");
    table.add(
        "stripe_webhook_secret_file", settings.stripe_files.webhook_secret,
        "A file with the signing secret (whsec_...) of the webhook that you made at Stripe for\n"
        "https://your.shop/api/v1/webhooks/stripe; two lines while one replaces the other.");
    table.add("stripe_url", settings.stripe.api_url,
              "Where Stripe's API is; another address is for tests.");
    table.add("stripe_script_url", settings.stripe.script_url,
              "Where the pages load Stripe's own script from; another address is for tests.");
}

}  // namespace

std::string_view to_string(Payments payments) {
    for (const auto& [word, value] : payments_words) {
        if (value == payments) return word;
    }
    return "none";
}

void declare(settings::Table& table, SellingSettings& settings) {
    table.section("shop");
    table.add_choice("currency", settings.currency, currencies,
                     "Of every price: KRW, JPY, USD or EUR. Once there are prices it stays.");
    table.add_choice("payments", settings.payments, payments_words,
                     "Who moves the money. fake: nobody; every payment succeeds and no money is "
                     "taken. stripe:\n"
                     "Stripe, with the keys below. none: products are shown, and orders refused.");
    declare_stripe(table, settings);
    table.add_time<Milliseconds>(
        "fake_payment_ms", settings.fake_payment, 0, 3'600'000,
        "How long a buyer of the fake provider takes to pay at most, in milliseconds.");
    Rules& rules = settings.rules;
    table.add_time<std::chrono::seconds>(
        "hold_s", rules.hold_for, 1, 3'600,
        "How long \"Buy now\" keeps units for a buyer who decides, in seconds.");
    table.add_time<std::chrono::seconds>(
        "pay_within_s", rules.pay_within, 1, 86'400,
        "An order that is not paid within so many seconds lets its units go.");
    table.add(
        "units_per_order", rules.units_per_order_max, 0, 999,
        "How many units of a sku one order may have, where the sku says nothing else: what one\n"
        "account can keep from all others until it pays. 0: any number.");
    table.add("shipping_fee", rules.shipping_minor, 0, 1'000'000'000,
              "What shipping costs an order, in the currency's smallest unit, tax included.");
    table.add("shipping_free_from", rules.shipping_free_from_minor, 0, 1'000'000'000'000,
              "Orders of so much are sent free. 0: none.");
    table.add("pictures_mb", settings.pictures_mb, 1, 10'000'000,
              "How many MB the pictures of one shop may take up on the disk.");
}

Result<void> check(const SellingSettings& settings) {
    const bool has_keys = !settings.stripe_files.secret_key.empty() &&
                          !settings.stripe.publishable_key.empty() &&
                          !settings.stripe_files.webhook_secret.empty();
    if (settings.payments == Payments::Stripe && !has_keys) {
        return fail(Errc::Config,
                    "shop.payments is \"stripe\", so set shop.stripe_secret_key_file, "
                    "shop.stripe_publishable_key and shop.stripe_webhook_secret_file too");
    }
    return {};
}

Result<void> read_secrets(SellingSettings& settings) {
    if (settings.payments != Payments::Stripe) return {};
    settings.stripe.secret_key =
        TRY(settings::read_secret("shop.stripe_secret_key_file", settings.stripe_files.secret_key));
    const std::string secrets = TRY(settings::read_secret("shop.stripe_webhook_secret_file",
                                                          settings.stripe_files.webhook_secret));
    for (const std::string_view line : split(secrets, '\n')) {
        if (!trim(line).empty()) settings.stripe.webhook_secrets.emplace_back(trim(line));
    }
    return {};
}

void find_insecure(settings::Findings& findings, const SellingSettings& settings) {
    findings.check_secret_file(settings.stripe_files.secret_key, "open_stripe_key");
    findings.check_secret_file(settings.stripe_files.webhook_secret, "open_webhook_secret");
    findings.add_if(settings.payments == Payments::Fake, settings::Severity::Medium,
                    "fake_payments",
                    "Orders count as paid, but no money is taken: shop.payments is \"fake\".",
                    "Right for a demo and for trying things out; do not sell with it.");
}

}  // namespace shopcast::shop
