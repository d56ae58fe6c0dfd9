#include "server_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "ops/machine.hpp"

namespace shopcast {
namespace {

using settings::Severity;

constexpr std::array<std::pair<std::string_view, log::Level>, 4> levels{
    {{"debug", log::Level::Debug},
     {"info", log::Level::Info},
     {"warning", log::Level::Warning},
     {"error", log::Level::Error}}};

void declare(settings::Table& table, ServerSettings& settings) {
    table.section("server");
    table.add("data_folder", settings.data_folder,
              "The one folder that holds everything the server keeps. Locked while it runs.");
    table.add_choice("log_level", settings.log_level, levels,
                     "debug, info, warning or error: the least level that is written to standard "
                     "error.");
    table.add("io_threads", settings.io_threads, 0, 256,
              "Threads that serve the network. 0 is one for each processor.");
    table.add("trusted_proxies", settings.trusted_proxies,
              "Addresses and networks of the proxies in front, as [\"127.0.0.1\", \"10.0.0.0/8\"]. "
              "Only\n"
              "they are believed when they say for whom they speak (X-Forwarded-For, PROXY "
              "protocol).");
}

void declare(settings::Table& table, KeepSettings& settings) {
    table.section("keep");
    table.add_time<std::chrono::days>(
        "audit_days", settings.audit, 30, 3'650,
        "How long the record of who did what goes back. Two years, because a fraud is often found\n"
        "when the year's books are closed.");
    table.add_time<std::chrono::days>(
        "unpaid_orders_days", settings.unpaid_orders, 7, 3'650,
        "How long orders stay that were cancelled or ran out before any money was taken, and "
        "holds.\n"
        "Orders that were paid are never removed: they are the shop's books.");
    table.add_time<std::chrono::days>(
        "streams_days", settings.streams, 30, 3'650,
        "How long it is known which streams there were, and what was ordered during them.");
    table.add_time<std::chrono::days>(
        "unused_accounts_days", settings.unused_accounts, 30, 3'650,
        "How long an account stays that nobody came back to after its first day, and that has\n"
        "ordered nothing and has no role. All others stay until they are deleted.");
    table.add_time<std::chrono::hours>("unused_pictures_hours", settings.unused_pictures, 1, 8'760,
                                       "How long a picture stays that no product shows.");
    table.add_time<std::chrono::seconds>(
        "sweep_every_s", settings.sweep_every, 1, 86'400,
        "How often what has had its time is looked for and removed. The first time so long after "
        "the start.");
}

void find_insecure(settings::Findings& findings, const ServerSettings& settings) {
    for (const std::string& network : settings.trusted_proxies) {
        findings.add_if(network.ends_with("/0"), Severity::High, "everybody_is_a_proxy",
                        fmt::format("server.trusted_proxies holds {}: anybody may claim any "
                                    "address, and that a request came over TLS.",
                                    network),
                        "List the proxies' own addresses.");
    }
    findings.add_if(settings.people.public_url.empty() && !settings::is_local(settings.http.listen),
                    Severity::Medium, "no_public_url",
                    "server.public_url is not set: no mails can be sent, addresses that the studio "
                    "shows are guesses, and whoever comes by a DNS name is refused.",
                    "Set it to where people find the pages, as \"https://shop.example.com\".");
    const bool is_open = settings::foreign_permissions(settings.data_folder) != 0;
    findings.add_if(is_open, Severity::High, "open_data_folder",
                    fmt::format("Other users of this machine may enter the data folder {}.",
                                settings.data_folder),
                    fmt::format("chmod 700 {}", settings.data_folder));
    const std::string database =
        (std::filesystem::path(settings.data_folder) / "shopcast.db").string();
    findings.add_if(is_open && settings::foreign_permissions(database) != 0, Severity::High,
                    "open_database", "Other users of this machine may read the database.",
                    fmt::format("chmod 600 {}", database));
}

}  // namespace

settings::Table table_of(ServerSettings& settings) {
    settings::Table table;
    declare(table, settings);
    people::declare_names(table, settings.people);
    http::declare(table, settings.http);
    ingest::declare(table, settings.rtmp);
    net::declare(table, settings.tls);
    media::declare(table, settings.packager);
    live::declare(table, settings.live);
    media::declare(table, settings.recording);
    people::declare(table, settings.people.mail);
    shop::declare(table, settings.shop);
    people::declare(table, settings.people);
    declare(table, settings.keep);
    return table;
}

Result<void> check(const ServerSettings& settings) {
    const std::string_view used_by = !settings.http.tls_listen.empty()   ? "http.tls_listen"
                                     : !settings.rtmp.tls_listen.empty() ? "rtmp.tls_listen"
                                                                         : "";
    TRY_VOID(net::check(settings.tls, used_by));
    TRY_VOID(shop::check(settings.shop));
    return people::check(settings.people);
}

std::vector<settings::Finding> self_check(const ServerSettings& settings, bool needs_admin) {
    settings::Findings findings;
    http::find_insecure(findings, settings.http, !settings.trusted_proxies.empty());
    ingest::find_insecure(findings, settings.rtmp);
    find_insecure(findings, settings);
    net::find_insecure(findings, settings.tls);
    findings.add_if(
        needs_admin, Severity::High, "no_admin",
        "Nobody is admin yet: whoever has the setup link becomes it.",
        "Open the link in the data folder's file setup-link (\"shopcast setup-link\" makes a new "
        "one).");
    people::find_insecure(findings, settings.people);
    shop::find_insecure(findings, settings.shop);
    return std::move(findings).sorted();
}

/// The proxies in front of a listener that requires the PROXY protocol, or does not.
Result<net::Proxies> proxies_of(const ServerSettings& settings, std::string_view setting,
                                bool proxy_protocol) {
    auto trusted = wire::IpNetworks::parse(settings.trusted_proxies);
    if (!trusted) return std::unexpected(std::move(trusted).error().in("server.trusted_proxies"));
    if (proxy_protocol && trusted->empty()) {
        return fail(Errc::Config, std::string(setting) +
                                      " is on and nobody could connect: list the proxies in "
                                      "server.trusted_proxies");
    }
    return net::Proxies{.trusted = *std::move(trusted), .proxy_protocol = proxy_protocol};
}

http::ServerOptions public_options(const ServerSettings& settings, net::Proxies proxies) {
    http::ServerOptions options{.name = "public"};
    options.proxies = std::move(proxies);
    options.limits.connections_max = settings.http.connections_max;
    options.limits.connections_per_address_max = settings.http.connections_per_address_max;
    return options;
}

Result<net::Endpoint> endpoint_of(std::string_view setting, const std::string& text) {
    auto endpoint = net::Endpoint::parse(text);
    if (!endpoint) return std::unexpected(std::move(endpoint).error().in(setting));
    return endpoint;
}

bool is_plain_http(const ServerSettings& settings) {
    return http::is_plain(settings.http, !settings.trusted_proxies.empty());
}

std::string pages_address(const ServerSettings& settings, const std::string& http,
                          const std::string& https) {
    if (!settings.people.public_url.empty()) return settings.people.public_url;
    const std::string& listens = https.empty() ? http : https;
    const std::size_t colon = listens.rfind(':');
    std::string host = listens.substr(0, colon);
    if (host == "0.0.0.0" || host == "[::]") host = ops::network_address();
    if (host.empty()) host = "127.0.0.1";
    return (https.empty() ? "http://" : "https://") + host + listens.substr(colon);
}

}  // namespace shopcast
