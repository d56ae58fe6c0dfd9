#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "http/server.hpp"
#include "http/settings.hpp"
#include "ingest/settings.hpp"
#include "live/settings.hpp"
#include "media/settings.hpp"
#include "net/listener.hpp"
#include "net/settings.hpp"
#include "people/settings.hpp"
#include "settings/finding.hpp"
#include "settings/table.hpp"
#include "shop/settings.hpp"

namespace shopcast {

/// How long records stay that nobody needs any more; docs/operating/retention.md has all of them.
struct KeepSettings {
    std::chrono::days audit{730};
    std::chrono::days unpaid_orders{90};
    std::chrono::days streams{730};
    std::chrono::days unused_accounts{90};
    std::chrono::hours unused_pictures{24};
    std::chrono::seconds sweep_every{3'600};
};

/// What an operator may set: what the whole server is about, and every module's own. Each has a
/// working default; shopcast.toml and the command line change them, the command line last.
struct ServerSettings {
    std::string data_folder = "./shopcast-data";
    log::Level log_level = log::Level::Info;
    std::int64_t io_threads = 0;
    std::vector<std::string> trusted_proxies;

    http::Settings http;
    ingest::Settings rtmp;
    net::CertificatePaths tls;
    media::PackagerConfig packager;
    live::Settings live;
    media::RecordingSettings recording;
    people::Settings people;
    shop::SellingSettings shop;
    KeepSettings keep;
};

/// Every setting, in the order in which shopcast.toml shows them.
settings::Table table_of(ServerSettings& settings);
/// Whether they make sense together. Errors: Config, naming the settings.
Result<void> check(const ServerSettings& settings);
/// What makes the server less safe than it could be; `needs_admin` says that nobody has been made
/// admin yet. The gravest come first.
std::vector<settings::Finding> self_check(const ServerSettings& settings, bool needs_admin);

/// The proxies in front of a listener that requires the PROXY protocol, or does not.
Result<net::Proxies> proxies_of(const ServerSettings& settings, std::string_view setting,
                                bool proxy_protocol);

http::ServerOptions public_options(const ServerSettings& settings, net::Proxies proxies);

Result<net::Endpoint> endpoint_of(std::string_view setting, const std::string& text);

/// Pages and passwords travel unencrypted, and not on this machine alone.
bool is_plain_http(const ServerSettings& settings);

/// Where people find the pages of a server that listens on these: the configured address, or the
/// best guess.
std::string pages_address(const ServerSettings& settings, const std::string& http,
                          const std::string& https);

}  // namespace shopcast
