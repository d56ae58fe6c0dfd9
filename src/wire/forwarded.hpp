#pragma once

#include <optional>

#include "wire/http1.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::wire {

/// Whom a trusted proxy speaks for: the right-most address in X-Forwarded-For that is not itself
/// `trusted`, or the left-most one when all are (as nginx's real_ip_recursive). Each proxy appends
/// the peer it saw, so what stands left of an address that is not trusted is that stranger's word.
///
/// The walk ends at whatever is no address ("unknown", "_hidden", garbage): the trusted proxy
/// reached last is then the best that is known; none when there was not even that. Several headers
/// count as one list. REQUIRES: the request's own peer is trusted.
std::optional<IpEndpoint> forwarded_client(const RequestHead& head, const IpNetworks& trusted);

}  // namespace shopcast::wire
