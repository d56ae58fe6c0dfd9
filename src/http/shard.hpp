#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/loop.hpp"
#include "async/wait_list.hpp"
#include "base/metrics.hpp"
#include "base/pot.hpp"
#include "http/server.hpp"
#include "net/listener.hpp"

namespace shopcast::http {

class Shard;

/// Something that stands for one connection in its shard's list; leaves it when it is destroyed.
class Drainable : public async::ListHook {
public:
    /// The shard begins to drain: end what is idle, and say that no more requests are welcome.
    virtual void on_drain() = 0;

protected:
    ~Drainable() = default;
};

/// A connection's place in the limits and counts; gives it back when it is destroyed.
class Admission {
public:
    /// Holds a connection's place; it speaks for nobody yet.
    explicit Admission(std::shared_ptr<Shard> shard) : shard_(std::move(shard)) {}
    Admission(Admission&&) noexcept = default;
    Admission& operator=(Admission&&) = delete;
    ~Admission();

    /// Counts it for the address of `peer`, unless that is a unix socket's or a trusted proxy's:
    /// a proxy carries everybody. False when the address holds as many as it may.
    bool enter(std::string peer);

    Shard& shard() const { return *shard_; }
    const std::string& peer() const { return peer_; }
    /// The peer is a proxy whose X-Forwarded-For is believed.
    bool is_trusted_proxy() const { return is_trusted_proxy_; }
    /// The connection is encrypted as far as this server.
    bool is_tls() const { return is_tls_; }
    void set_tls() { is_tls_ = true; }

private:
    std::shared_ptr<Shard> shard_;  ///< null after a move
    std::string peer_;
    bool is_trusted_proxy_ = false;
    bool is_tls_ = false;
    Share share_;  ///< of its address; none of a proxy's or a unix socket's
};

/// What all loops of one server share.
struct ServerShared {
    ServerShared(Router r, ServerOptions o);
    /// Somebody at `peer` is refused, in these words.
    void refused(RefusalKind kind, std::string_view peer, std::string_view why) const;

    // Constant after construction.
    const Router router;
    const ServerOptions options;
    std::string default_lines;
    metrics::Gauge& connections_gauge;
    metrics::Counter& connections_accepted;
    metrics::Counter& connections_refused;
    metrics::Counter& proxy_headers_refused;
    metrics::Counter& handshakes_failed;
    metrics::Counter& requests_malformed;
    metrics::Counter& bodies_refused;
    metrics::Counter& response_bytes;

    // Any thread.
    Pot addresses;
    Pot bodies;  ///< in bytes
    std::atomic<std::size_t> connections = 0;
};

/// A server's part on one loop. Everything but the constructor runs on that loop's thread, or
/// before it runs. The tasks on the loop own it together with the Server.
class Shard final : public async::Swept, public std::enable_shared_from_this<Shard> {
public:
    Shard(async::Loop& loop, std::shared_ptr<ServerShared> shared, std::size_t connections_max);

    /// Starts accepting: TLS where there are certificates.
    void serve(std::unique_ptr<net::Listener> listener, const net::CertificateFiles* certificates);
    /// Stops accepting, closes idle connections, lets the others know.
    void begin_drain();
    bool draining() const { return draining_; }

    /// For begin_drain(); the connection leaves the list by itself.
    void add(Drainable& connection);

    async::Loop& loop() const { return loop_; }
    ServerShared& shared() const { return *shared_; }
    const ServerLimits& limits() const { return shared_->options.limits; }
    /// "Date: ...\r\n" and the server's own header lines, rendered once a second.
    std::string_view common_lines() const { return common_lines_; }
    /// The same behind "HTTP/1.1 200 OK\r\n".
    std::string_view ok_lines() const { return ok_lines_; }

    void on_sweep(SteadyTime now) override;
    void on_stop() override {}

private:
    friend class Admission;

    struct Door {
        std::unique_ptr<net::Listener> listener;
        const net::CertificateFiles* certificates;
    };

    static async::Task<void> accept_loop(std::shared_ptr<Shard> self, const Door& door);
    void admit(std::unique_ptr<net::Stream> stream, const Door& door);
    /// Behind the PROXY header and the TLS handshake, where there are such.
    static async::Task<void> serve_prepared(Admission admission,
                                            std::unique_ptr<net::Stream> stream, const Door& door);
    void left();

    // Constant after construction.
    async::Loop& loop_;
    std::shared_ptr<ServerShared> shared_;
    std::size_t connections_max_;

    // Owned by the loop's thread.
    std::vector<std::unique_ptr<Door>> doors_;
    async::IntrusiveList<Drainable> connections_;
    std::size_t connections_count_ = 0;
    async::WaitList room_;  ///< the accept loop, while connections_max_ are open
    bool draining_ = false;
    std::int64_t date_seconds_ = -1;
    std::string common_lines_;
    std::string ok_lines_;
};

}  // namespace shopcast::http
