#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "settings/finding.hpp"
#include "settings/table.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/core/pricing.hpp"
#include "shop/pay/stripe_provider.hpp"

namespace shopcast::shop {

/// Who moves the money.
enum class Payments : std::uint8_t {
    None,  ///< Products are shown and not sold.
    Fake,
    Stripe,
};
std::string_view to_string(Payments payments);

/// Where Stripe's secrets are.
struct StripeFiles {
    std::string secret_key;
    std::string webhook_secret;
};

/// What an operator decides about selling.
struct SellingSettings {
    Rules rules{
        .units_per_order_max = 20, .shipping_minor = 3'000, .shipping_free_from_minor = 30'000};
    Currency currency = Currency::Krw;  ///< Of every price: a shop has one.
    Payments payments = Payments::Fake;
    std::int64_t pictures_mb = 4'096;  ///< Files of one shop's products' pictures.
    /// The fake provider's buyers take up to this long to pay.
    Milliseconds fake_payment = Milliseconds(1'500);
    StripeSettings stripe;
    StripeFiles stripe_files;

    bool takes_orders() const { return payments != Payments::None; }
    PictureQuota pictures() const {
        return {.bytes = pictures_mb * static_cast<std::int64_t>(limits::MiB)};
    }
};

/// [shop]
void declare(settings::Table& table, SellingSettings& settings);
/// Whether they make sense together. Errors: Config, naming the settings.
Result<void> check(const SellingSettings& settings);
/// Reads Stripe's keys, where it moves the money. Errors: Config: a file cannot be read.
Result<void> read_secrets(SellingSettings& settings);
void find_insecure(settings::Findings& findings, const SellingSettings& settings);

}  // namespace shopcast::shop
