#pragma once

#include <memory>
#include <string>

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/limits.hpp"
#include "net/stream.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::async {
class Loop;
}

namespace shopcast::net {

/// Which proxies stand in front of a server, and whether they speak the PROXY protocol.
struct Proxies {
    wire::IpNetworks trusted;     ///< may say for whom they speak
    bool proxy_protocol = false;  ///< then every connection must begin with its header
    Milliseconds header_timeout = limits::proxy_header_timeout;

    /// Whether "127.0.0.1:50312" is one of them; never "unix".
    bool trusts(std::string_view peer) const;
};

/// Reads the PROXY protocol header, and nothing behind it, so that TLS may follow: gives the client
/// that it names as "203.0.113.7:50312", the peer itself where it names none. Everything outlives
/// the Task.
///
/// Errors: Unauthorized (the peer is no trusted proxy), Malformed, TooLarge, Timeout, Closed, Io.
async::Task<Result<std::string>> read_proxy_header(async::Loop& loop, Stream& stream,
                                                   const Proxies& proxies);

/// `stream` under the name of the client behind the proxy.
std::unique_ptr<Stream> with_peer(std::unique_ptr<Stream> stream, std::string peer);

}  // namespace shopcast::net
