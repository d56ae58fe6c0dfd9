#pragma once

#include <string>

#include "ingest/limits.hpp"
#include "settings/finding.hpp"
#include "settings/table.hpp"

namespace shopcast::ingest {

/// What an operator decides about encoders.
struct Settings {
    std::string listen = "127.0.0.1:1935";
    std::string tls_listen;  ///< Empty: no RTMPS.
    std::size_t connections_max = limits::rtmp_connections_max;
    bool proxy_protocol = false;
};

/// [rtmp]
void declare(settings::Table& table, Settings& settings);
void find_insecure(settings::Findings& findings, const Settings& settings);

}  // namespace shopcast::ingest
