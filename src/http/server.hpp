#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/refusals.hpp"
#include "base/result.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"
#include "net/certificate_files.hpp"
#include "net/listener.hpp"
#include "net/proxy_header.hpp"

namespace shopcast::http {

struct ServerLimits {
    std::size_t head_bytes_max = limits::http_head_bytes_max;
    std::size_t connections_max = limits::http_connections_max;
    std::size_t connections_per_address_max = limits::http_connections_per_address_max;
    std::size_t bodies_bytes_max = limits::http_bodies_bytes_max;
    std::size_t bodies_per_address_bytes_max = limits::http_bodies_per_address_bytes_max;
    Milliseconds handshake_timeout = limits::tls_handshake_timeout;
    Milliseconds request_timeout = limits::http_request_timeout;
    Milliseconds keep_alive_timeout = limits::http_keep_alive_timeout;
    Milliseconds write_timeout = limits::http_write_timeout;
};

struct ServerOptions {
    /// The label `server` in metrics and logs ("public", "admin").
    std::string name = "public";
    ServerLimits limits;
    net::Proxies proxies;
    /// Hears of everybody whom the server itself refuses, and outlives it; null: nobody does.
    Refusals* refusals = nullptr;
    /// Sent with every response, errors included; for what all routes share.
    std::vector<std::pair<std::string, std::string>> headers = {
        {"X-Content-Type-Options", "nosniff"}};
};

/// HTTP/1.1 on any number of loops. Make it before the loops run; destroy it after they have
/// returned and before they are destroyed.
///
///     http::Server server(loops, std::move(router));
///     TRY_VOID(server.listen(TRY(net::Endpoint::parse("127.0.0.1:8080"))));
///     ... run the loops in their threads ...
///     server.drain(5s);  // from a thread that runs no loop; then stop the loops
class Server {
public:
    Server(std::vector<async::Loop*> loops, Router router, ServerOptions options = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Before the loops run. Errors: Config: the address is taken or invalid.
    Result<void> listen(const net::Endpoint& endpoint);
    /// The same for HTTPS, by the certificate in `certificates`, which outlives the server.
    Result<void> listen_tls(const net::Endpoint& endpoint,
                            const net::CertificateFiles& certificates);
    /// With the real port: "127.0.0.1:8080".
    const std::string& address() const;
    std::uint16_t port() const;
    /// Of listen_tls(); empty without.
    const std::string& tls_address() const;

    /// Any thread: stops accepting, ends idle connections, and lets busy ones finish their response
    /// with `Connection: close`.
    void begin_drain();
    /// A thread that runs no loop, while the loops run: begin_drain(), then waits until no
    /// connection is left or `bound` has passed. Gives how many are left; stopping their loops
    /// ends those.
    std::size_t drain(Milliseconds bound);

    /// Any thread.
    std::size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::http
