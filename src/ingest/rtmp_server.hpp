#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "base/refusals.hpp"
#include "base/result.hpp"
#include "ingest/publish_gate.hpp"
#include "net/certificate_files.hpp"
#include "net/listener.hpp"
#include "net/proxy_header.hpp"

namespace shopcast::ingest {

/// Accepts encoders over RTMP on any number of loops. Make it before the loops run; destroy it
/// after they have returned and before they are destroyed.
class RtmpServer {
public:
    /// A loop and the gate that its connections ask; both outlive the server.
    struct Place {
        async::Loop* loop;
        PublishGate* gate;
    };

    /// Above `connections_max` encoders another is refused, told so. Connections that have shown no
    /// key yet have places apart (limits::rtmp_strangers_max); above those they are closed at once.
    /// `refusals` hears of everybody who is refused, and outlives the server; null: nobody does.
    RtmpServer(std::vector<Place> places, std::size_t connections_max, net::Proxies proxies = {},
               Refusals* refusals = nullptr);
    ~RtmpServer();
    RtmpServer(const RtmpServer&) = delete;
    RtmpServer& operator=(const RtmpServer&) = delete;

    /// Before the loops run. Errors: Config: the address is taken or invalid.
    Result<void> listen(const net::Endpoint& endpoint);
    /// The same over TLS (rtmps://), by the certificate in `certificates`, which outlives the
    /// server.
    Result<void> listen_tls(const net::Endpoint& endpoint,
                            const net::CertificateFiles& certificates);
    /// With the real port: "127.0.0.1:1935".
    /// Open connections. Any thread.
    std::size_t connections() const;
    const std::string& address() const;
    std::uint16_t port() const;
    /// Of listen_tls(); empty without.
    const std::string& tls_address() const;

    /// Any thread: accepts no more encoders.
    void stop_accepting();
    /// A thread that runs no loop, while the loops run: stops accepting, tells every encoder
    /// `words` and waits until all have left, at most `bound`. Gives how many are still there.
    std::size_t drain(const std::string& words, Milliseconds bound);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::ingest
