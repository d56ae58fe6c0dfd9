#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace shopcast::ops {

/// What an operator may set. Every field has a working default; shopcast.toml and the command line
/// change them, the command line last.
struct Config {
    std::string data_folder = "./shopcast-data";
    std::string log_level = "info";
    std::int64_t io_threads = 0;
    std::vector<std::string> trusted_proxies = {};
    std::string public_url;
    std::string shop_name = "shopcast";

    std::string http_listen = "127.0.0.1:8080";
    std::string http_tls_listen;
    std::int64_t http_connections_max = limits::http_connections_max;
    std::int64_t http_connections_per_address_max = limits::http_connections_per_address_max;
    bool http_proxy_protocol = false;

    std::string rtmp_listen = "127.0.0.1:1935";
    std::string rtmp_tls_listen;
    std::int64_t rtmp_connections_max = limits::rtmp_connections_max;
    bool rtmp_proxy_protocol = false;

    std::string tls_certificate;
    std::string tls_key;

    std::int64_t part_target_ms = 500;
    std::int64_t target_duration_s = 4;
    std::int64_t live_window_s = 60;
    std::int64_t reconnect_window_s = limits::reconnect_window_s;

    bool recording_enabled = false;
    std::int64_t recording_keep_days = 7;
    std::int64_t recording_keep_free_mb = limits::recording_keep_free_mb;

    std::string mail_smtp_url;
    std::string mail_from;
    std::string mail_username;
    std::string mail_password_file;

    std::string shop_currency = "KRW";
    std::string shop_payments = "fake";
    std::string shop_stripe_secret_key_file;
    std::string shop_stripe_publishable_key;
    std::string shop_stripe_webhook_secret_file;
    std::string shop_stripe_url = "https://api.stripe.com";
    std::string shop_stripe_script_url = "https://js.stripe.com/v3/";
    std::int64_t shop_fake_payment_ms = 1'500;
    std::int64_t shop_hold_s = 300;
    std::int64_t shop_pay_within_s = 600;
    std::int64_t shop_shipping_fee = 3'000;
    std::int64_t shop_shipping_free_from = 30'000;

    bool sign_up = true;
    std::int64_t session_idle_days = 30;
    std::int64_t session_days = 90;
    bool staff_totp_required = false;
};

/// Reads shopcast.toml text over `config`. `name` is what error messages call the file.
/// Errors: Config, with file and line, for broken TOML, an unknown key (naming the nearest known
/// one), a value of the wrong type or out of range.
Result<void> apply_toml(Config& config, std::string_view text, std::string_view name);

/// The same from a file. Errors: Config when it cannot be read.
Result<void> apply_toml_file(Config& config, const std::filesystem::path& path);

/// Whether the settings make sense together. Errors: Config, naming the settings.
Result<void> check(const Config& config);

/// A complete shopcast.toml with every key, its default and what it does.
std::string documented_toml();

}  // namespace shopcast::ops
