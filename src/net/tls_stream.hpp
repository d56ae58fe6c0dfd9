#pragma once

#include <memory>
#include <string_view>

#include "net/stream.hpp"
#include "net/tls_identity.hpp"

struct ssl_st;

namespace shopcast::net {

/// TLS over a connected socket. Nothing but handshake() may be called before that has succeeded;
/// from then on it is a Stream like any other. Where the kernel encrypts (kTLS), send_file is a
/// sendfile; elsewhere it reads the file in pieces of one TLS record.
class TlsStream : public Stream {
public:
    /// The server's side. `protocols` is a literal in ALPN's own form, the preferred one first
    /// ("\x02h2\x08http/1.1"); null: none is negotiated.
    /// REQUIRES: `plain` came from a Listener, connect() or make_stream_pair() (checked).
    static std::unique_ptr<TlsStream> serve(std::unique_ptr<Stream> plain,
                                            const TlsIdentity& identity, const char* protocols);
    /// Either side, over a connection that the caller has prepared; takes over `ssl`.
    static std::unique_ptr<TlsStream> over(std::unique_ptr<Stream> plain, ssl_st* ssl);

    /// Once. Errors: Timeout: the peer needed longer than `timeout`, also by saying nothing;
    /// Malformed: it does not speak TLS, or none that we do; Closed; Io.
    virtual async::Task<Result<void>> handshake(Milliseconds timeout) = 0;
    /// What ALPN agreed on: one of `protocols`, or empty when the peer offered none.
    virtual std::string_view protocol() const = 0;

    using Stream::send_file;
    using Stream::write;
};

}  // namespace shopcast::net
