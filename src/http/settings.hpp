#pragma once

#include <string>

#include "http/limits.hpp"
#include "settings/finding.hpp"
#include "settings/table.hpp"

namespace shopcast::http {

/// What an operator decides about pages, API and video.
struct Settings {
    std::string listen = "127.0.0.1:8080";
    std::string tls_listen;  ///< Empty: no HTTPS.
    std::size_t connections_max = limits::http_connections_max;
    std::size_t connections_per_address_max = limits::http_connections_per_address_max;
    bool proxy_protocol = false;
};

/// [http]
void declare(settings::Table& table, Settings& settings);
/// Pages and passwords travel unencrypted, and not on this machine alone. `has_proxies`: TLS may
/// end at one of them.
bool is_plain(const Settings& settings, bool has_proxies);
void find_insecure(settings::Findings& findings, const Settings& settings, bool has_proxies);

}  // namespace shopcast::http
