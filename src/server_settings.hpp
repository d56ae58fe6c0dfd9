#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/server.hpp"
#include "media/cut/packager_config.hpp"
#include "net/listener.hpp"
#include "ops/config.hpp"
#include "people/settings.hpp"
#include "shop/selling.hpp"

/// The configuration in the words of the modules that it is for.
namespace shopcast {

media::PackagerConfig packager_config(const ops::Config& config);

/// Reads the mail server's password. Errors: Config: its file cannot be read.
Result<people::Settings> people_settings(const ops::Config& config);

/// `installation`: of this data folder. REQUIRES: ops::check(). Errors: Config: a file of a secret
/// cannot be read.
Result<shop::SellingSettings> selling_settings(const ops::Config& config, std::string installation);

/// The proxies in front of a listener that requires the PROXY protocol, or does not.
Result<net::Proxies> proxies_of(const ops::Config& config, std::string_view setting,
                                bool proxy_protocol);

http::ServerOptions public_options(const ops::Config& config, net::Proxies proxies);

Result<net::Endpoint> endpoint_of(std::string_view setting, const std::string& text);

/// Pages and passwords travel unencrypted, and not on this machine alone.
bool is_plain_http(const ops::Config& config);

/// Where people find the pages of a server that listens on these: the configured address, or the
/// best guess.
std::string pages_address(const ops::Config& config, const std::string& http,
                          const std::string& https);

}  // namespace shopcast
