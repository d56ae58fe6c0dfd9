#pragma once

#include <memory>

#include "http/shard.hpp"
#include "net/tls_stream.hpp"

namespace shopcast::http {

/// What HTTPS offers by ALPN.
constexpr const char* tls_protocols = "\x02h2\x08http/1.1";

/// One connection of an HTTPS port: the handshake, then the protocol it agreed on.
async::Task<void> serve_tls(Admission admission, std::unique_ptr<net::TlsStream> stream);

}  // namespace shopcast::http
