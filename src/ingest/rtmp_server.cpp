#include "ingest/rtmp_server.hpp"

#include <atomic>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "base/log.hpp"
#include "ingest/rtmp_metrics.hpp"
#include "ingest/rtmp_session.hpp"

namespace shopcast::ingest {

struct RtmpServer::Impl {
    /// What accepts and serves on one loop.
    struct Port {
        RtmpEnvironment environment;
        std::unique_ptr<net::Listener> listener;
        std::vector<RtmpSession*> sessions;  // owned by the loop's thread
    };

    std::vector<Place> places;
    std::size_t connections_max;
    net::Proxies proxies;
    std::vector<std::unique_ptr<Port>> ports;
    std::string address;
    std::uint16_t port = 0;
    std::atomic<std::uint64_t> last_connection_id{0};
    std::atomic<std::size_t> connection_count{0};

    net::Task<void> accept_loop(net::Loop& loop, Port& at);
    net::Task<void> admit(Port& at, std::unique_ptr<net::Stream> stream);
    net::Task<void> serve(Port& at, std::unique_ptr<net::Stream> stream);
};

net::Task<void> RtmpServer::Impl::accept_loop(net::Loop& loop, Port& at) {
    for (;;) {
        auto accepted = co_await at.listener->accept();
        if (!accepted) {
            if (accepted.error().code != Errc::Closed) {
                log::error("rtmp.accept_failed", {{"message", accepted.error().message}});
            }
            co_return;
        }
        if (connection_count.load() >= connections_max) {
            count_rtmp_refusal("too_many");
            log::warning("rtmp.refused", {{"peer", (*accepted)->peer()}, {"reason", "too_many"}});
            (*accepted)->close();
            continue;
        }
        ++connection_count;
        loop.spawn(admit(at, *std::move(accepted)));
    }
}

net::Task<void> RtmpServer::Impl::admit(Port& at, std::unique_ptr<net::Stream> stream) {
    if (proxies.proxy_protocol) {
        const std::string proxy = stream->peer();
        auto behind =
            co_await net::read_proxy_header(at.listener->loop(), std::move(stream), proxies);
        if (!behind) {
            count_rtmp_refusal("proxy_header");
            log::warning("rtmp.proxy_header_refused", {{"peer", proxy},
                                                       {"reason", to_string(behind.error().code)},
                                                       {"message", behind.error().message}});
        } else {
            stream = *std::move(behind);
        }
    }
    if (stream) co_await serve(at, std::move(stream));
    --connection_count;
}

net::Task<void> RtmpServer::Impl::serve(Port& at, std::unique_ptr<net::Stream> stream) {
    rtmp_metrics().accepted.add();
    rtmp_metrics().connections.add(1);
    {
        RtmpSession session(*stream, at.environment, ++last_connection_id);
        at.sessions.push_back(&session);
        co_await session.run();
        std::erase(at.sessions, &session);
    }
    rtmp_metrics().connections.add(-1);
}

RtmpServer::RtmpServer(std::vector<Place> places, std::size_t connections_max, net::Proxies proxies)
    : impl_(std::make_unique<Impl>()) {
    impl_->places = std::move(places);
    impl_->connections_max = connections_max;
    impl_->proxies = std::move(proxies);
    (void)rtmp_metrics();  // so that they are there, with zeros, before the first encoder
}

RtmpServer::~RtmpServer() = default;

Result<void> RtmpServer::listen(const net::Endpoint& endpoint) {
    ENSURE(impl_->ports.empty(), "listen() once");
    std::vector<net::Loop*> loops;
    for (const Place& place : impl_->places) loops.push_back(place.loop);
    auto listeners = TRY(net::Listener::bind(loops, endpoint));
    for (std::unique_ptr<net::Listener>& listener : listeners) {
        // A unix socket has one listener, TCP one for each loop; each knows its loop.
        for (const Place& place : impl_->places) {
            if (place.loop != &listener->loop()) continue;
            impl_->ports.push_back(
                std::make_unique<Impl::Port>(Impl::Port{.environment = {.gate = *place.gate,
                                                                        .random = system_random(),
                                                                        .clock = system_clock()},
                                                        .listener = std::move(listener)}));
            Impl::Port& at = *impl_->ports.back();
            impl_->address = at.listener->address();
            impl_->port = at.listener->port();
            place.loop->spawn(impl_->accept_loop(*place.loop, at));
            break;
        }
    }
    return {};
}

const std::string& RtmpServer::address() const {
    return impl_->address;
}
std::uint16_t RtmpServer::port() const {
    return impl_->port;
}

void RtmpServer::stop_accepting() {
    for (const auto& at : impl_->ports) {
        at->listener->loop().post([listener = at->listener.get()] { listener->close(); });
    }
}

std::size_t RtmpServer::drain(const std::string& words, Milliseconds bound) {
    stop_accepting();
    for (const auto& at : impl_->ports) {
        at->listener->loop().post([&sessions = at->sessions, words] {
            for (RtmpSession* session : sessions) session->drain(words);
        });
    }
    constexpr Milliseconds look_again(2);
    const SteadyTime deadline = std::chrono::steady_clock::now() + bound;
    while (impl_->connection_count.load() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(look_again);
    }
    return impl_->connection_count.load();
}

}  // namespace shopcast::ingest
