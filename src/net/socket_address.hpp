#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/result.hpp"
#include "net/listener.hpp"

namespace shopcast::net {

/// A sockaddr of any family with its length.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    /// Errors: Config: not an address, or a path longer than a sockaddr_un holds.
    static Result<SocketAddress> from(const Endpoint& endpoint);
    static SocketAddress local_of(int fd);

    int family() const { return storage.ss_family; }
    sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
    std::uint16_t port() const;
    /// "127.0.0.1:8080", "[::1]:8080" or "unix".
    std::string to_string() const;
};

/// "process 4711 (nginx)" for whoever listens on that TCP port or unix socket, as far as /proc
/// shows it to this user; else empty.
std::string holder_of_tcp_port(std::uint16_t port);
std::string describe_process(int pid);

}  // namespace shopcast::net
