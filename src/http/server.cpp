#include "http/server.hpp"

#include <thread>

#include "base/check.hpp"
#include "http/shard.hpp"

namespace shopcast::http {

struct Server::Impl {
    std::vector<async::Loop*> loops;
    std::shared_ptr<ServerShared> shared;
    std::vector<std::shared_ptr<Shard>> shards;
    std::string address;
    std::uint16_t port = 0;
    std::string tls_address;
};

Server::Server(std::vector<async::Loop*> loops, Router router, ServerOptions options)
    : impl_(std::make_unique<Impl>()) {
    ENSURE(!loops.empty());
    impl_->loops = std::move(loops);
    impl_->shared = std::make_shared<ServerShared>(std::move(router), std::move(options));
    const std::size_t total = impl_->shared->options.limits.connections_max;
    const std::size_t each = (total + impl_->loops.size() - 1) / impl_->loops.size();
    for (async::Loop* loop : impl_->loops) {
        impl_->shards.push_back(std::make_shared<Shard>(*loop, impl_->shared, each));
    }
}

Server::~Server() = default;

Result<void> Server::listen(const net::Endpoint& endpoint) {
    ENSURE(impl_->address.empty(), "a server listens on one address");
    auto listeners = TRY(net::Listener::bind(impl_->loops, endpoint));
    impl_->address = listeners.front()->address();
    impl_->port = listeners.front()->port();
    // A unix socket has one listener, on the first loop.
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        impl_->shards[i]->serve(std::move(listeners[i]), nullptr);
    }
    return {};
}

Result<void> Server::listen_tls(const net::Endpoint& endpoint,
                                const net::CertificateFiles& certificates) {
    ENSURE(impl_->tls_address.empty(), "a server listens on one address with TLS");
    auto listeners = TRY(net::Listener::bind(impl_->loops, endpoint));
    impl_->tls_address = listeners.front()->address();
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        impl_->shards[i]->serve(std::move(listeners[i]), &certificates);
    }
    return {};
}

const std::string& Server::address() const {
    return impl_->address;
}
std::uint16_t Server::port() const {
    return impl_->port;
}

const std::string& Server::tls_address() const {
    return impl_->tls_address;
}

void Server::begin_drain() {
    for (const auto& shard : impl_->shards) {
        shard->loop().post([shard] { shard->begin_drain(); });
    }
}

std::size_t Server::drain(Milliseconds bound) {
    begin_drain();
    constexpr Milliseconds look_again(2);
    const SteadyTime deadline = std::chrono::steady_clock::now() + bound;
    while (connections() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(look_again);
    }
    return connections();
}

std::size_t Server::connections() const {
    return impl_->shared->connections.load();
}

}  // namespace shopcast::http
