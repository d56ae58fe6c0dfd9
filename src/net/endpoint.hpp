#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopcast::net {

/// Where to listen or connect: an IP address and port, or a unix socket's path.
struct Endpoint {
    std::string host = {};  ///< IPv4 or IPv6 address, or empty for a unix socket
    std::uint16_t port = 0;
    std::string path = {};

    /// "127.0.0.1:8080", "[::1]:8080", ":8080" (every IPv4 address), "localhost:8080" or
    /// "unix:/run/shopcast.sock". Errors: Config, with what to write instead.
    static Result<Endpoint> parse(std::string_view text);
    std::string to_string() const;
};

}  // namespace shopcast::net
