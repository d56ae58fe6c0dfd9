#include "http/shard.hpp"

#include "http/connection.hpp"
#include "http/tls.hpp"
#include "wire/http1.hpp"

namespace shopcast::http {
namespace {

std::string render_lines(const ServerOptions& options) {
    std::string out;
    for (const auto& [name, value] : options.headers) {
        ENSURE(wire::is_token(name) && wire::is_field_value(value), "a header must be one line");
        out.append(name).append(": ").append(value).append("\r\n");
    }
    return out;
}

}  // namespace

ServerShared::ServerShared(Router r, ServerOptions o)
    : router(std::move(r)),
      options(std::move(o)),
      default_lines(render_lines(options)),
      connections_gauge(metrics::gauge("shopcast_http_connections", "Open HTTP connections.",
                                       {{"server", options.name}})),
      connections_accepted(metrics::counter("shopcast_http_connections_total",
                                            "HTTP connections accepted.",
                                            {{"server", options.name}})),
      connections_refused(
          metrics::counter("shopcast_http_connections_refused_total",
                           "HTTP connections closed at once because their address held too many.",
                           {{"server", options.name}})),
      proxy_headers_refused(metrics::counter(
          "shopcast_http_proxy_headers_refused_total",
          "HTTP connections closed because they did not begin with a trusted PROXY header.",
          {{"server", options.name}})),
      handshakes_failed(metrics::counter("shopcast_http_tls_handshakes_failed_total",
                                         "TLS connections that ended before their handshake did.",
                                         {{"server", options.name}})),
      requests_malformed(metrics::counter("shopcast_http_requests_malformed_total",
                                          "Requests refused before they reached a route.",
                                          {{"server", options.name}})),
      bodies_refused(metrics::counter(
          "shopcast_http_bodies_refused_total",
          "Requests refused because too many bytes of bodies were on their way, of all or of their "
          "address.",
          {{"server", options.name}})),
      response_bytes(metrics::counter("shopcast_http_response_bytes_total",
                                      "Bytes of responses written, heads included.",
                                      {{"server", options.name}})),
      addresses({.each_max = options.limits.connections_per_address_max}),
      bodies({.all_max = options.limits.bodies_bytes_max,
              .each_max = options.limits.bodies_per_address_bytes_max}) {}

void ServerShared::refused(RefusalKind kind, std::string_view peer, std::string_view why) const {
    if (options.refusals == nullptr) return;
    const std::string address = net::limited_as(peer);
    options.refusals->add({.kind = kind, .address = address, .why = why});
}

Admission::~Admission() {
    if (!shard_) return;
    share_ = {};  // before the shard may go
    shard_->left();
}

bool Admission::enter(std::string peer) {
    peer_ = std::move(peer);
    ServerShared& shared = shard_->shared();
    is_trusted_proxy_ = shared.options.proxies.trusts(peer_);
    const std::string_view address = net::host_of(peer_);
    if (is_trusted_proxy_ || address == "unix") return true;
    share_ = shared.addresses.take(net::limited_as(peer_));
    if (share_) return true;
    shared.connections_refused.add();
    shared.refused(RefusalKind::TooManyConnections, peer_, "its address holds too many");
    return false;
}

Shard::Shard(async::Loop& loop, std::shared_ptr<ServerShared> shared, std::size_t connections_max)
    : loop_(loop), shared_(std::move(shared)), connections_max_(connections_max), room_(loop) {
    on_sweep(loop.now());
    loop_.sweep(*this);
}

void Shard::serve(std::unique_ptr<net::Listener> listener,
                  const net::CertificateFiles* certificates) {
    doors_.push_back(std::make_unique<Door>(std::move(listener), certificates));
    loop_.spawn(accept_loop(shared_from_this(), *doors_.back()));
}

async::Task<void> Shard::accept_loop(std::shared_ptr<Shard> self, const Door& door) {
    for (;;) {
        // Above the limit nobody is accepted: they wait in the kernel's queue for a free place.
        while (self->connections_count_ >= self->connections_max_) {
            const auto outcome = co_await self->room_.wait(SteadyTime::max());
            if (outcome == async::WaitList::Outcome::Stopped) co_return;
        }
        auto stream = co_await door.listener->accept();
        if (!stream) co_return;
        self->admit(std::move(*stream), door);
    }
}

void Shard::admit(std::unique_ptr<net::Stream> stream, const Door& door) {
    // Counted here, not when its task starts, so that a burst cannot pass the limit.
    ++connections_count_;
    shared_->connections_gauge.add(1);
    shared_->connections.fetch_add(1);
    Admission admission(shared_from_this());
    if (shared_->options.proxies.proxy_protocol || door.certificates != nullptr) {
        loop_.spawn(serve_prepared(std::move(admission), std::move(stream), door));
        return;
    }
    if (!admission.enter(stream->peer())) return;
    shared_->connections_accepted.add();
    loop_.spawn(Connection::serve(std::move(admission), std::move(stream)));
}

async::Task<void> Shard::serve_prepared(Admission admission, std::unique_ptr<net::Stream> stream,
                                        const Door& door) {
    ServerShared& shared = admission.shard().shared();
    std::string peer = stream->peer();
    if (shared.options.proxies.proxy_protocol) {
        auto client = co_await net::read_proxy_header(admission.shard().loop(), *stream,
                                                      shared.options.proxies);
        if (!client) {
            shared.proxy_headers_refused.add();
            // Whoever looks whether a port is open, and hangs up, is refused nothing.
            if (client.error().code != Errc::Closed) {
                shared.refused(RefusalKind::ProxyHeader, peer, client.error().message);
            }
            co_return;
        }
        peer = *std::move(client);
    }
    if (!admission.enter(std::move(peer))) co_return;
    shared.connections_accepted.add();
    if (door.certificates == nullptr) {
        co_await Connection::serve(std::move(admission), std::move(stream));
    } else {
        admission.set_tls();
        auto tls =
            net::TlsStream::serve(std::move(stream), *door.certificates->current(), tls_protocols);
        co_await serve_tls(std::move(admission), std::move(tls));
    }
}

void Shard::add(Drainable& connection) {
    connections_.push_back(connection);
}

void Shard::left() {
    --connections_count_;
    shared_->connections_gauge.add(-1);
    shared_->connections.fetch_sub(1);
    room_.wake_all();
}

void Shard::begin_drain() {
    if (draining_) return;
    draining_ = true;
    for (const auto& door : doors_) door->listener->close();
    async::IntrusiveList<Drainable> walk;
    walk.take_all(connections_);
    while (Drainable* connection = walk.front()) {
        connections_.push_back(*connection);
        connection->on_drain();
    }
}

void Shard::on_sweep(SteadyTime /*now*/) {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(system_clock().wall()).time_since_epoch().count();
    if (seconds == date_seconds_) return;
    date_seconds_ = seconds;
    common_lines_ = "Date: " + wire::to_http_date(seconds) + "\r\n" + shared_->default_lines;
    ok_lines_ = "HTTP/1.1 200 OK\r\n" + common_lines_;
}

}  // namespace shopcast::http
