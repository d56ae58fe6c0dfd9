#include "ingest/rtmp_server.hpp"

#include <atomic>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/pot.hpp"
#include "ingest/rtmp_metrics.hpp"
#include "ingest/rtmp_session.hpp"
#include "net/tls_stream.hpp"

namespace shopcast::ingest {
namespace {

Error no_place() {
    return {Errc::Busy, "too many connections that have shown no stream key"};
}

}  // namespace

struct RtmpServer::Impl {
    explicit Impl(std::size_t connections_max) : encoders({.all_max = connections_max}) {}

    /// What accepts and serves on one loop.
    struct Port {
        RtmpEnvironment environment;
        std::unique_ptr<net::Listener> listener;
        const net::CertificateFiles* certificates;  // null: no TLS
        std::vector<RtmpSession*> sessions;         // owned by the loop's thread
        std::vector<net::Stream*> handshakes;       // owned by the loop's thread
    };

    std::vector<Place> places;
    Refusals* refusals = nullptr;
    Pot encoders;
    Pot strangers{{.all_max = limits::rtmp_strangers_max,
                   .each_max = limits::rtmp_strangers_per_address_max}};
    net::Proxies proxies;
    std::vector<std::unique_ptr<Port>> ports;
    std::string address;
    std::uint16_t port = 0;
    std::string tls_address;
    std::atomic<std::uint64_t> last_connection_id{0};
    std::atomic<std::size_t> connection_count{0};

    Result<std::string> open_ports(const net::Endpoint& endpoint,
                                   const net::CertificateFiles* certificates);
    async::Task<void> accept_loop(async::Loop& loop, Port& at);
    void refused(std::string_view reason, RefusalKind kind, std::string_view peer,
                 const Error& why) const;
    async::Task<void> admit(Port& at, std::unique_ptr<net::Stream> stream, Share place);
    async::Task<void> prepare(Port& at, std::unique_ptr<net::Stream>& stream, Share& place);
    async::Task<void> serve(Port& at, std::unique_ptr<net::Stream> stream, Share place);
    async::Task<Result<std::unique_ptr<net::Stream>>> shake_hands(
        Port& at, std::unique_ptr<net::Stream> plain, const std::string& peer);
};

async::Task<void> RtmpServer::Impl::accept_loop(async::Loop& loop, Port& at) {
    for (;;) {
        auto accepted = co_await at.listener->accept();
        if (!accepted) {
            if (accepted.error().code != Errc::Closed) {
                log::error("rtmp.accept_failed", {{"message", accepted.error().message}});
            }
            co_return;
        }
        std::unique_ptr<net::Stream> stream = *std::move(accepted);
        // Behind a proxy the address is known only once its header has been read.
        Share place = strangers.take(proxies.proxy_protocol ? std::string()
                                                            : net::limited_as(stream->peer()));
        if (!place) {
            refused("too_many", RefusalKind::TooManyConnections, stream->peer(), no_place());
            stream->close();
            continue;
        }
        ++connection_count;
        loop.spawn(admit(at, std::move(stream), std::move(place)));
    }
}

void RtmpServer::Impl::refused(std::string_view reason, RefusalKind kind, std::string_view peer,
                               const Error& why) const {
    count_rtmp_refusal(reason);
    // Whoever looks whether a port is open, and hangs up, is refused nothing.
    if (refusals == nullptr || why.code == Errc::Closed) return;
    const std::string whom = net::limited_as(peer);
    refusals->add({.kind = kind, .address = whom, .why = why.message});
}

async::Task<void> RtmpServer::Impl::admit(Port& at, std::unique_ptr<net::Stream> stream,
                                          Share place) {
    co_await prepare(at, stream, place);
    if (stream) co_await serve(at, std::move(stream), std::move(place));
    --connection_count;
}

/// What stands before the RTMP of a connection: the PROXY header, then TLS. Null: it was refused.
async::Task<void> RtmpServer::Impl::prepare(Port& at, std::unique_ptr<net::Stream>& stream,
                                            Share& place) {
    std::string peer = stream->peer();
    if (proxies.proxy_protocol) {
        auto client = co_await net::read_proxy_header(at.listener->loop(), *stream, proxies);
        if (!client) {
            refused("proxy_header", RefusalKind::ProxyHeader, peer, client.error());
            stream.reset();
            co_return;
        }
        peer = *std::move(client);
        place = {};
        place = strangers.take(net::limited_as(peer));
        if (!place) {
            refused("too_many", RefusalKind::TooManyConnections, peer, no_place());
            stream.reset();
            co_return;
        }
    }
    if (at.certificates != nullptr) {
        auto secured = co_await shake_hands(at, std::move(stream), peer);
        stream = secured ? *std::move(secured) : nullptr;
    }
    if (stream && proxies.proxy_protocol)
        stream = net::with_peer(std::move(stream), std::move(peer));
}

async::Task<void> RtmpServer::Impl::serve(Port& at, std::unique_ptr<net::Stream> stream,
                                          Share place) {
    rtmp_metrics().accepted.add();
    rtmp_metrics().connections.add(1);
    {
        RtmpSession session(*stream, at.environment, ++last_connection_id, std::move(place));
        at.sessions.push_back(&session);
        co_await session.run();
        std::erase(at.sessions, &session);
    }
    rtmp_metrics().connections.add(-1);
}

async::Task<Result<std::unique_ptr<net::Stream>>> RtmpServer::Impl::shake_hands(
    Port& at, std::unique_ptr<net::Stream> plain, const std::string& peer) {
    auto stream = net::TlsStream::serve(std::move(plain), *at.certificates->current(), nullptr);
    at.handshakes.push_back(stream.get());
    const auto shaken = co_await stream->handshake(limits::tls_handshake_timeout);
    std::erase(at.handshakes, stream.get());
    if (shaken) co_return stream;
    refused("no_tls", RefusalKind::FailedHandshake, peer, shaken.error());
    co_return std::unexpected(shaken.error());
}

RtmpServer::RtmpServer(std::vector<Place> places, std::size_t connections_max, net::Proxies proxies,
                       Refusals* refusals)
    : impl_(std::make_unique<Impl>(connections_max)) {
    impl_->places = std::move(places);
    impl_->proxies = std::move(proxies);
    impl_->refusals = refusals;
    (void)rtmp_metrics();  // so that they are there, with zeros, before the first encoder
}

RtmpServer::~RtmpServer() = default;

Result<std::string> RtmpServer::Impl::open_ports(const net::Endpoint& endpoint,
                                                 const net::CertificateFiles* certificates) {
    std::vector<async::Loop*> loops;
    for (const Place& place : places) loops.push_back(place.loop);
    auto listeners = TRY(net::Listener::bind(loops, endpoint));
    std::string opened = listeners.front()->address();
    for (std::unique_ptr<net::Listener>& listener : listeners) {
        // A unix socket has one listener, TCP one for each loop; each knows its loop.
        for (const Place& place : places) {
            if (place.loop != &listener->loop()) continue;
            ports.push_back(std::make_unique<Port>(Port{.environment = {.gate = *place.gate,
                                                                        .random = system_random(),
                                                                        .clock = system_clock(),
                                                                        .encoders = &encoders,
                                                                        .refusals = refusals},
                                                        .listener = std::move(listener),
                                                        .certificates = certificates}));
            place.loop->spawn(accept_loop(*place.loop, *ports.back()));
            break;
        }
    }
    return opened;
}

Result<void> RtmpServer::listen(const net::Endpoint& endpoint) {
    ENSURE(impl_->address.empty(), "listen() once");
    impl_->address = TRY(impl_->open_ports(endpoint, nullptr));
    impl_->port = impl_->ports.back()->listener->port();
    return {};
}

Result<void> RtmpServer::listen_tls(const net::Endpoint& endpoint,
                                    const net::CertificateFiles& certificates) {
    ENSURE(impl_->tls_address.empty(), "listen_tls() once");
    impl_->tls_address = TRY(impl_->open_ports(endpoint, &certificates));
    return {};
}

const std::string& RtmpServer::address() const {
    return impl_->address;
}
std::uint16_t RtmpServer::port() const {
    return impl_->port;
}

const std::string& RtmpServer::tls_address() const {
    return impl_->tls_address;
}

void RtmpServer::stop_accepting() {
    for (const auto& at : impl_->ports) {
        at->listener->loop().post([listener = at->listener.get()] { listener->close(); });
    }
}

std::size_t RtmpServer::drain(const std::string& words, Milliseconds bound) {
    stop_accepting();
    for (const auto& at : impl_->ports) {
        at->listener->loop().post([at = at.get(), words] {
            for (RtmpSession* session : at->sessions) session->drain(words);
            for (net::Stream* stream : at->handshakes) stream->close();
        });
    }
    constexpr Milliseconds look_again(2);
    const SteadyTime deadline = std::chrono::steady_clock::now() + bound;
    while (impl_->connection_count.load() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(look_again);
    }
    return impl_->connection_count.load();
}

std::size_t RtmpServer::connections() const {
    return impl_->connection_count.load();
}

}  // namespace shopcast::ingest
