#include "ops/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <variant>

#include "base/text.hpp"

namespace shopcast::ops {
namespace {

struct TextSetting {
    std::string Config::* field;
};
struct NumberSetting {
    std::int64_t Config::* field;
    std::int64_t least;
    std::int64_t most;
};
struct ListSetting {
    std::vector<std::string> Config::* field;
};
struct SwitchSetting {
    bool Config::* field;
};
struct Setting {
    std::string_view section;
    std::string_view key;
    std::variant<TextSetting, NumberSetting, ListSetting, SwitchSetting> value;
    std::string_view help;
};

constexpr std::array settings{
    Setting{"server", "data_folder", TextSetting{&Config::data_folder},
            "The one folder that holds everything the server keeps. Locked while it runs."},
    Setting{"server", "log_level", TextSetting{&Config::log_level},
            "debug, info, warning or error: the least level that is written to standard error."},
    Setting{"server", "io_threads", NumberSetting{&Config::io_threads, 0, 256},
            "Threads that serve the network. 0 is one for each processor."},
    Setting{
        "server", "trusted_proxies", ListSetting{&Config::trusted_proxies},
        "Addresses and networks of the proxies in front, as [\"127.0.0.1\", \"10.0.0.0/8\"]. Only\n"
        "they are believed when they say for whom they speak (X-Forwarded-For, PROXY protocol)."},
    Setting{
        "server", "public_url", TextSetting{&Config::public_url},
        "Where people find the pages, as \"https://shop.example.com\": links in mails and the\n"
        "addresses that the studio shows begin with it. Empty: as each request came; no mails."},
    Setting{"server", "shop_name", TextSetting{&Config::shop_name},
            "The shop's name on pages, in mails and in authenticator apps."},
    Setting{
        "http", "listen", TextSetting{&Config::http_listen},
        "Address and port of the pages, the API and the video. 0.0.0.0:8080 serves the network."},
    Setting{"http", "tls_listen", TextSetting{&Config::http_tls_listen},
            "The same over HTTPS (HTTP/2 and HTTP/1.1), for example 0.0.0.0:8443. Empty: none.\n"
            "It needs a certificate, see [tls]."},
    Setting{"http", "connections_max", NumberSetting{&Config::http_connections_max, 16, 1'000'000},
            "Connections held at once; more wait to be accepted."},
    Setting{"http", "connections_per_address_max",
            NumberSetting{&Config::http_connections_per_address_max, 1, 1'000'000},
            "The same for one address. Mobile carriers put hundreds of people behind one. Trusted\n"
            "proxies are not limited."},
    Setting{
        "http", "proxy_protocol", SwitchSetting{&Config::http_proxy_protocol},
        "Every connection must come from a trusted proxy and begin with a PROXY protocol header."},
    Setting{"rtmp", "listen", TextSetting{&Config::rtmp_listen},
            "Address and port that encoders publish to."},
    Setting{"rtmp", "tls_listen", TextSetting{&Config::rtmp_tls_listen},
            "The same over TLS (rtmps://), for example 0.0.0.0:1936. Empty: none."},
    Setting{"rtmp", "connections_max", NumberSetting{&Config::rtmp_connections_max, 1, 100'000},
            "Encoders connected at once; more are refused."},
    Setting{"rtmp", "proxy_protocol", SwitchSetting{&Config::rtmp_proxy_protocol},
            "The same as in [http], for encoders."},
    Setting{"tls", "certificate", TextSetting{&Config::tls_certificate},
            "PEM file with the certificate and, behind it, those that signed it. When the file\n"
            "changes, new connections get the new certificate; nothing has to be restarted."},
    Setting{"tls", "key", TextSetting{&Config::tls_key},
            "PEM file with the certificate's private key, without a password."},
    Setting{"live", "part_target_ms", NumberSetting{&Config::part_target_ms, 200, 2'000},
            "Length of one part, in milliseconds. Viewers are about three parts behind; shorter\n"
            "parts mean more requests (a viewer asks twice a part)."},
    Setting{"live", "target_duration_s", NumberSetting{&Config::target_duration_s, 2, 10},
            "Longest segment, in seconds. Keyframe intervals above it make joining slower, and\n"
            "the channel's health says so."},
    Setting{
        "live", "window_s", NumberSetting{&Config::live_window_s, 60, 3'600},
        "How far back a viewer may rewind, in seconds (at least ten target durations are kept)."},
    Setting{"live", "reconnect_window_s", NumberSetting{&Config::reconnect_window_s, 0, 300},
            "How long a stream waits for an encoder that lost its connection, in seconds. Until\n"
            "then viewers stay and the stream goes on; 0 ends it at once."},
    Setting{"recording", "enabled", SwitchSetting{&Config::recording_enabled},
            "Keep every stream in the data folder, under recordings/, as files any player opens."},
    Setting{"recording", "keep_days", NumberSetting{&Config::recording_keep_days, 0, 3'650},
            "Recordings that ended longer ago are removed. 0 keeps them for ever."},
    Setting{"recording", "keep_free_mb",
            NumberSetting{&Config::recording_keep_free_mb, 0, 100'000'000},
            "Recording pauses while the disk has less than this left; the live stream goes on."},
    Setting{
        "mail", "smtp_url", TextSetting{&Config::mail_smtp_url},
        "The mail server, as smtp://mail.example.com:587 (TLS where it offers that, always with\n"
        "a username) or smtps://mail.example.com:465. Empty: no mails; operators hand out the\n"
        "links to reset a password."},
    Setting{"mail", "from", TextSetting{&Config::mail_from},
            "The sender, as \"shop@example.com\" or \"My shop <shop@example.com>\"."},
    Setting{"mail", "username", TextSetting{&Config::mail_username},
            "The account at the mail server. Empty: it asks for none."},
    Setting{"mail", "password_file", TextSetting{&Config::mail_password_file},
            "A file that holds its password alone, readable by the server only."},
    Setting{"shop", "currency", TextSetting{&Config::shop_currency},
            "Of every price: KRW, JPY, USD or EUR. Once there are prices it stays."},
    Setting{
        "shop", "payments", TextSetting{&Config::shop_payments},
        "Who moves the money. fake: nobody; every payment succeeds and no money is taken. stripe:\n"
        "Stripe, with the keys below. none: products are shown, and orders refused."},
    Setting{
        "shop", "stripe_secret_key_file", TextSetting{&Config::shop_stripe_secret_key_file},
        "A file that holds Stripe's secret key (sk_... or rk_...) alone, readable by the server\n"
        "only."},
    Setting{"shop", "stripe_publishable_key", TextSetting{&Config::shop_stripe_publishable_key},
            "The key (pk_...) with which the buyers' pages talk to Stripe."},
    Setting{
        "shop", "stripe_webhook_secret_file", TextSetting{&Config::shop_stripe_webhook_secret_file},
        "A file with the signing secret (whsec_...) of the webhook that you made at Stripe for\n"
        "https://your.shop/api/v1/webhooks/stripe; two lines while one replaces the other."},
    Setting{"shop", "stripe_url", TextSetting{&Config::shop_stripe_url},
            "Where Stripe's API is; another address is for tests."},
    Setting{"shop", "stripe_script_url", TextSetting{&Config::shop_stripe_script_url},
            "Where the pages load Stripe's own script from; another address is for tests."},
    Setting{"shop", "fake_payment_ms", NumberSetting{&Config::shop_fake_payment_ms, 0, 3'600'000},
            "How long a buyer of the fake provider takes to pay at most, in milliseconds."},
    Setting{"shop", "hold_s", NumberSetting{&Config::shop_hold_s, 1, 3'600},
            "How long \"Buy now\" keeps units for a buyer who decides, in seconds."},
    Setting{"shop", "pay_within_s", NumberSetting{&Config::shop_pay_within_s, 1, 86'400},
            "An order that is not paid within so many seconds lets its units go."},
    Setting{"shop", "shipping_fee", NumberSetting{&Config::shop_shipping_fee, 0, 1'000'000'000},
            "What shipping costs an order, in the currency's smallest unit, tax included."},
    Setting{"shop", "shipping_free_from",
            NumberSetting{&Config::shop_shipping_free_from, 0, 1'000'000'000'000},
            "Orders of so much are sent free. 0: none."},
    Setting{"accounts", "sign_up", SwitchSetting{&Config::sign_up},
            "Anybody may make an account. Off: only \"shopcast account create\" does."},
    Setting{"accounts", "session_idle_days", NumberSetting{&Config::session_idle_days, 1, 365},
            "A browser that was not used for so long has to sign in again."},
    Setting{"accounts", "session_days", NumberSetting{&Config::session_days, 1, 365},
            "And in any case so long after it signed in."},
    Setting{
        "accounts", "staff_totp_required", SwitchSetting{&Config::staff_totp_required},
        "Hosts, moderators, operators, auditors and admins have their roles only while two-step\n"
        "sign-in is on for them."},
};

std::unexpected<Error> problem(std::string_view file, const toml::node& node, std::string text) {
    return fail(Errc::Config, fmt::format("{}, line {}: {}", file, node.source().begin.line, text));
}

const Setting* find_setting(std::string_view section, std::string_view key) {
    for (const Setting& setting : settings) {
        if (setting.section == section && setting.key == key) return &setting;
    }
    return nullptr;
}

std::vector<std::string_view> known_sections() {
    std::vector<std::string_view> known;
    for (const Setting& setting : settings) {
        if (known.empty() || known.back() != setting.section) known.push_back(setting.section);
    }
    return known;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    const std::string_view nearest = nearest_word(word, known);
    return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

Result<void> apply_list(std::vector<std::string>& into, std::string_view key,
                        const toml::node& node, std::string_view file) {
    const auto wrong = [&](const toml::node& at) {
        return problem(file, at, fmt::format("{} wants a list: [\"text\", \"text\"]", key));
    };
    const toml::array* array = node.as_array();
    if (array == nullptr) return wrong(node);
    into.clear();
    for (const toml::node& element : *array) {
        const auto value = element.value_exact<std::string>();
        if (!value) return wrong(element);
        into.push_back(*value);
    }
    return {};
}

Result<void> apply_value(Config& config, const Setting& setting, const toml::node& node,
                         std::string_view file) {
    if (const auto* text = std::get_if<TextSetting>(&setting.value)) {
        const auto value = node.value_exact<std::string>();
        if (!value) return problem(file, node, fmt::format("{} wants \"text\"", setting.key));
        config.*text->field = *value;
        return {};
    }
    if (const auto* list = std::get_if<ListSetting>(&setting.value)) {
        return apply_list(config.*list->field, setting.key, node, file);
    }
    if (const auto* flag = std::get_if<SwitchSetting>(&setting.value)) {
        const auto value = node.value_exact<bool>();
        if (!value) return problem(file, node, fmt::format("{} wants true or false", setting.key));
        config.*flag->field = *value;
        return {};
    }
    const auto& number = std::get<NumberSetting>(setting.value);
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < number.least || *value > number.most) {
        return problem(file, node,
                       fmt::format("{} wants a whole number from {} to {}", setting.key,
                                   number.least, number.most));
    }
    config.*number.field = *value;
    return {};
}

Result<void> apply_section(Config& config, std::string_view section, const toml::table& table,
                           std::string_view file) {
    for (const auto& [key, node] : table) {
        const Setting* setting = find_setting(section, key.str());
        if (setting == nullptr) {
            std::vector<std::string_view> known;
            for (const Setting& each : settings) {
                if (each.section == section) known.push_back(each.key);
            }
            return problem(file, node,
                           fmt::format("unknown key \"{}\" in [{}]{}", key.str(), section,
                                       did_you_mean(key.str(), known)));
        }
        TRY_VOID(apply_value(config, *setting, node, file));
    }
    return {};
}

/// The value of `setting` as it stands in a file.
std::string written(const Config& config, const Setting& setting) {
    if (const auto* text = std::get_if<TextSetting>(&setting.value)) {
        return fmt::format("\"{}\"", config.*text->field);
    }
    if (const auto* list = std::get_if<ListSetting>(&setting.value)) {
        const std::vector<std::string>& texts = config.*list->field;
        return texts.empty() ? "[]" : fmt::format("[\"{}\"]", fmt::join(texts, "\", \""));
    }
    if (const auto* flag = std::get_if<SwitchSetting>(&setting.value)) {
        return config.*flag->field ? "true" : "false";
    }
    return fmt::format("{}", config.*std::get<NumberSetting>(setting.value).field);
}

Result<void> check_people(const Config& config) {
    const std::string& url = config.public_url;
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    const std::size_t host = url.find("//") + 2;
    if (!url.empty() && (!http || url.size() == host || url.find('/', host) != std::string::npos)) {
        return fail(Errc::Config,
                    "server.public_url is scheme and host alone, as "
                    "\"https://shop.example.com\", not \"" +
                        url + "\"");
    }
    if (config.mail_smtp_url.empty()) return {};
    if (!config.mail_smtp_url.starts_with("smtp://") &&
        !config.mail_smtp_url.starts_with("smtps://")) {
        return fail(Errc::Config, "mail.smtp_url begins with smtp:// or smtps://");
    }
    if (config.mail_from.empty()) {
        return fail(Errc::Config, "mail.smtp_url is set: set mail.from too, the sender");
    }
    if (url.empty()) {
        return fail(Errc::Config,
                    "mail.smtp_url is set: set server.public_url too, or the links "
                    "in mails lead nowhere");
    }
    return {};
}

}  // namespace

Result<void> apply_toml(Config& config, std::string_view text, std::string_view name) {
    toml::table parsed;
    try {
        parsed = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(Errc::Config, fmt::format("{}, line {}: {}", name, error.source().begin.line,
                                              error.description()));
    }
    for (const auto& [section, node] : parsed) {
        const bool known = std::ranges::any_of(
            settings, [&](const Setting& setting) { return setting.section == section.str(); });
        if (!known || !node.is_table()) {
            return problem(name, node,
                           fmt::format("unknown section \"{}\"{}", section.str(),
                                       did_you_mean(section.str(), known_sections())));
        }
        TRY_VOID(apply_section(config, section.str(), *node.as_table(), name));
    }
    return {};
}

Result<void> apply_toml_file(Config& config, const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) return fail(Errc::Config, "cannot read the configuration file " + path.string());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return apply_toml(config, text, path.string());
}

namespace {

Result<void> check_shop(const Config& config) {
    constexpr std::array<std::string_view, 4> currencies{"KRW", "JPY", "USD", "EUR"};
    if (std::ranges::find(currencies, config.shop_currency) == currencies.end()) {
        return fail(Errc::Config, "shop.currency is KRW, JPY, USD or EUR");
    }
    constexpr std::array<std::string_view, 3> payments{"fake", "stripe", "none"};
    if (std::ranges::find(payments, config.shop_payments) == payments.end()) {
        return fail(Errc::Config, "shop.payments is \"fake\", \"stripe\" or \"none\"");
    }
    const bool has_keys = !config.shop_stripe_secret_key_file.empty() &&
                          !config.shop_stripe_publishable_key.empty() &&
                          !config.shop_stripe_webhook_secret_file.empty();
    if (config.shop_payments == "stripe" && !has_keys) {
        return fail(Errc::Config,
                    "shop.payments is \"stripe\", so set shop.stripe_secret_key_file, "
                    "shop.stripe_publishable_key and shop.stripe_webhook_secret_file too");
    }
    return {};
}

}  // namespace

Result<void> check(const Config& config) {
    const bool listens = !config.http_tls_listen.empty() || !config.rtmp_tls_listen.empty();
    if (config.tls_certificate.empty() != config.tls_key.empty()) {
        return fail(Errc::Config, "tls.certificate and tls.key belong together: set both");
    }
    if (listens && config.tls_certificate.empty()) {
        return fail(
            Errc::Config,
            fmt::format("{} needs a certificate: set tls.certificate and tls.key",
                        config.http_tls_listen.empty() ? "rtmp.tls_listen" : "http.tls_listen"));
    }
    if (!listens && !config.tls_certificate.empty()) {
        return fail(Errc::Config,
                    "tls.certificate is set, but nothing uses it: set http.tls_listen (HTTPS) or "
                    "rtmp.tls_listen (RTMPS)");
    }
    TRY_VOID(check_shop(config));
    return check_people(config);
}

std::string documented_toml() {
    const Config defaults;
    std::string out =
        "# shopcast.toml: every setting with its default. shopcast runs without this file.\n";
    std::string_view section;
    for (const Setting& setting : settings) {
        if (setting.section != section) out += fmt::format("\n[{}]\n", setting.section);
        section = setting.section;
        for (const std::string_view line : split(setting.help, '\n')) {
            out += fmt::format("# {}\n", line);
        }
        out += fmt::format("{} = {}\n", setting.key, written(defaults, setting));
    }
    return out;
}

}  // namespace shopcast::ops
