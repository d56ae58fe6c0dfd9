#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::net {

class Loop;

/// Which proxies stand in front of a server, and whether they speak the PROXY protocol.
struct Proxies {
    wire::IpNetworks trusted;     ///< may say for whom they speak
    bool proxy_protocol = false;  ///< then every connection must begin with its header
    Milliseconds header_timeout = limits::proxy_header_timeout;

    /// Whether "127.0.0.1:50312" is one of them; never "unix".
    bool trusts(std::string_view peer) const;
};

/// Reads the PROXY protocol header and gives the stream behind it, whose peer() is the client that
/// the header names; what was read beyond the header is read first. `loop` and `proxies` outlive
/// the Task.
///
/// Errors: Unauthorized (the peer is no trusted proxy), Malformed, TooLarge, Timeout, Closed, Io.
Task<Result<std::unique_ptr<Stream>>> read_proxy_header(Loop& loop, std::unique_ptr<Stream> stream,
                                                        const Proxies& proxies);

}  // namespace shopcast::net
