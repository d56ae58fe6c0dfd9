#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/ip_address.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {

/// What a proxy sends before a connection's own bytes: for whom it speaks (HAProxy's "The PROXY
/// protocol", versions 1 and 2).
struct ProxyHeader {
    std::size_t length = 0;  ///< bytes of the header; the connection's own follow
    /// None: the proxy speaks for itself (LOCAL, a health check) or does not know (UNKNOWN,
    /// UNSPEC), or its client came over a unix socket. The connection's own address counts then.
    std::optional<IpEndpoint> source;
};

/// Reads the header at the beginning of `in`; none while it is not complete. Additional fields of
/// version 2 (TLVs) are skipped, its checksum among them: TCP has its own.
///
/// Errors: Malformed, as soon as it is certain; TooLarge (> limits::proxy_header_bytes_max).
Result<std::optional<ProxyHeader>> parse_proxy_header(ByteSpan in);

/// How many bytes may be read next without taking one that stands behind the header: version 1 ends
/// at a line break, so only one at a time. At least 1.
/// REQUIRES: parse_proxy_header(in) gave none.
std::size_t proxy_header_bytes_left(ByteSpan in);

}  // namespace shopcast::wire
