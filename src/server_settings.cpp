#include "server_settings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "ops/machine.hpp"

namespace shopcast {
namespace {

bool is_loopback(std::string_view listen) {
    return listen.starts_with("127.") || listen.starts_with("[::1]") ||
           listen.starts_with("localhost");
}

/// What a file holds that `setting` names, without the white space around it.
Result<std::string> read_secret(std::string_view setting, const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail(Errc::Config, "cannot read " + std::string(setting) + " " + path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return std::string(trim(text));
}

Result<shop::StripeSettings> stripe_settings(const ops::Config& config, std::string installation) {
    const std::string secrets =
        TRY(read_secret("shop.stripe_webhook_secret_file", config.shop_stripe_webhook_secret_file));
    shop::StripeSettings settings{
        .secret_key =
            TRY(read_secret("shop.stripe_secret_key_file", config.shop_stripe_secret_key_file)),
        .publishable_key = config.shop_stripe_publishable_key,
        .webhook_secrets = {},
        .api_url = config.shop_stripe_url,
        .script_url = config.shop_stripe_script_url,
        .installation = std::move(installation)};
    for (const std::string_view line : split(secrets, '\n')) {
        if (!trim(line).empty()) settings.webhook_secrets.emplace_back(trim(line));
    }
    return settings;
}

}  // namespace

media::PackagerConfig packager_config(const ops::Config& config) {
    const Milliseconds target_duration = std::chrono::seconds(config.target_duration_s);
    const Milliseconds window = std::chrono::seconds(config.live_window_s);
    return {.part_target = Milliseconds(config.part_target_ms),
            .target_duration = target_duration,
            .live_window = std::max(window, 10 * target_duration)};
}

Result<people::Settings> people_settings(const ops::Config& config) {
    people::Settings settings;
    settings.shop_name = config.shop_name;
    settings.public_url = config.public_url;
    settings.sign_up = config.sign_up;
    settings.session_idle = std::chrono::days(config.session_idle_days);
    settings.session_absolute = std::chrono::days(config.session_days);
    settings.staff_totp_required = config.staff_totp_required;
    settings.mail.smtp_url = config.mail_smtp_url;
    settings.mail.from = config.mail_from;
    settings.mail.username = config.mail_username;
    if (config.mail_password_file.empty()) return settings;
    settings.mail.password = TRY(read_secret("mail.password_file", config.mail_password_file));
    return settings;
}

Result<shop::SellingSettings> selling_settings(const ops::Config& config,
                                               std::string installation) {
    shop::SellingSettings settings;
    settings.currency = shop::currency_from(config.shop_currency).value_or(shop::Currency::Krw);
    settings.payments = shop::payments_from(config.shop_payments).value_or(shop::Payments::None);
    if (settings.payments == shop::Payments::Stripe) {
        settings.stripe = TRY(stripe_settings(config, std::move(installation)));
    }
    settings.fake_payment = Milliseconds(config.shop_fake_payment_ms);
    settings.rules.hold_for = std::chrono::seconds(config.shop_hold_s);
    settings.rules.pay_within = std::chrono::seconds(config.shop_pay_within_s);
    settings.rules.shipping_minor = config.shop_shipping_fee;
    settings.rules.shipping_free_from_minor = config.shop_shipping_free_from;
    return settings;
}

/// The proxies in front of a listener that requires the PROXY protocol, or does not.
Result<net::Proxies> proxies_of(const ops::Config& config, std::string_view setting,
                                bool proxy_protocol) {
    auto trusted = wire::IpNetworks::parse(config.trusted_proxies);
    if (!trusted) return std::unexpected(std::move(trusted).error().in("server.trusted_proxies"));
    if (proxy_protocol && trusted->empty()) {
        return fail(Errc::Config, std::string(setting) +
                                      " is on and nobody could connect: list the proxies in "
                                      "server.trusted_proxies");
    }
    return net::Proxies{.trusted = *std::move(trusted), .proxy_protocol = proxy_protocol};
}

http::ServerOptions public_options(const ops::Config& config, net::Proxies proxies) {
    http::ServerOptions options{.name = "public"};
    options.proxies = std::move(proxies);
    options.limits.connections_max = static_cast<std::size_t>(config.http_connections_max);
    options.limits.connections_per_address_max =
        static_cast<std::size_t>(config.http_connections_per_address_max);
    return options;
}

Result<net::Endpoint> endpoint_of(std::string_view setting, const std::string& text) {
    auto endpoint = net::Endpoint::parse(text);
    if (!endpoint) return std::unexpected(std::move(endpoint).error().in(setting));
    return endpoint;
}

bool is_plain_http(const ops::Config& config) {
    return !is_loopback(config.http_listen) && config.http_tls_listen.empty() &&
           config.trusted_proxies.empty();
}

std::string pages_address(const ops::Config& config, const std::string& http,
                          const std::string& https) {
    if (!config.public_url.empty()) return config.public_url;
    const std::string& listens = https.empty() ? http : https;
    const std::size_t colon = listens.rfind(':');
    std::string host = listens.substr(0, colon);
    if (host == "0.0.0.0" || host == "[::]") host = ops::network_address();
    if (host.empty()) host = "127.0.0.1";
    return (https.empty() ? "http://" : "https://") + host + listens.substr(colon);
}

}  // namespace shopcast
