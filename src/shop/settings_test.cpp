#include "shop/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/testing.hpp"

using namespace shopcast;

namespace {

bool finds(const shop::SellingSettings& given, std::string_view code) {
    settings::Findings findings;
    find_insecure(findings, given);
    const auto all = std::move(findings).sorted();
    return std::ranges::find(all, code, &settings::Finding::code) != all.end();
}

/// How an operator's file is read.
std::string message_of(std::string_view toml) {
    shop::SellingSettings given;
    settings::Table table;
    shop::declare(table, given);
    const auto applied = table.apply(toml, "shopcast.toml");
    if (!applied) return applied.error().message;
    const auto checked = shop::check(given);
    return checked ? std::string("no error") : checked.error().message;
}

}  // namespace

// A word that nobody knew used to be KRW, or no payments at all.
TEST_CASE("a currency or a provider that is not known is an error and never another one") {
    CHECK(message_of("[shop]\ncurrency = \"EUR\"\npayments = \"none\"\n") == "no error");
    CHECK(message_of("[shop]\ncurrency = \"GBP\"\n") ==
          "shopcast.toml, line 2: currency wants one of \"KRW\", \"JPY\", \"USD\", \"EUR\"");
    CHECK(message_of("[shop]\npayments = \"paypal\"\n") ==
          "shopcast.toml, line 2: payments wants one of \"none\", \"fake\", \"stripe\"");
}

TEST_CASE("stripe needs its keys, and they are read") {
    CHECK(
        message_of("[shop]\npayments = \"stripe\"\n").contains("set shop.stripe_secret_key_file"));
    const TemporaryFolder folder;
    std::ofstream(folder.path / "key") << "sk_test\n";
    std::ofstream(folder.path / "hook") << "whsec_new\n\n whsec_old \n";
    shop::SellingSettings given;
    given.payments = shop::Payments::Stripe;
    given.stripe.publishable_key = "pk_test";
    given.stripe_files = {.secret_key = folder.path / "key",
                          .webhook_secret = folder.path / "hook"};
    REQUIRE(shop::check(given));
    REQUIRE(shop::read_secrets(given));
    CHECK(given.stripe.secret_key == "sk_test");
    CHECK(given.stripe.webhook_secrets == std::vector<std::string>{"whsec_new", "whsec_old"});
    std::filesystem::permissions(folder.path / "key", std::filesystem::perms(0640));
    CHECK(finds(given, "open_stripe_key"));
    given.stripe_files.webhook_secret = folder.path / "nothing";
    CHECK_FALSE(shop::read_secrets(given));
}

TEST_CASE("a shop that takes no money says so") {
    shop::SellingSettings given;
    CHECK(finds(given, "fake_payments"));
    given.payments = shop::Payments::None;
    CHECK_FALSE(finds(given, "fake_payments"));
    CHECK(to_string(shop::Payments::Stripe) == "stripe");
}
