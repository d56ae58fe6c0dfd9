#include "sockets.hpp"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/text.hpp"

namespace shopcast::bench {
namespace {

constexpr std::uint32_t first_client_address = (127U << 24) + (64U << 16);
constexpr int backlog = 4096;

Socket make_socket() {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return socket;
}

}  // namespace

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::optional<sockaddr_in> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_int<std::uint16_t>(text.substr(colon + 1));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (!port ||
        ::inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &address.sin_addr) != 1) {
        return std::nullopt;
    }
    address.sin_port = htons(*port);
    return address;
}

Socket& Socket::operator=(Socket&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
}

void Socket::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Socket connect_from(std::uint32_t client, const sockaddr_in& to) {
    Socket socket = make_socket();
    if (!socket.is_open()) return socket;
    // The port is chosen when it connects, so that each address has all of them.
    const int on = 1;
    ::setsockopt(socket.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(first_client_address + 1 + client);
    const auto* const from_any = reinterpret_cast<const sockaddr*>(&from);
    const auto* const to_any = reinterpret_cast<const sockaddr*>(&to);
    if (::bind(socket.fd(), from_any, sizeof(from)) != 0) return {};
    if (::connect(socket.fd(), to_any, sizeof(to)) != 0 && errno != EINPROGRESS) return {};
    return socket;
}

Socket listen_on_any_port() {
    Socket socket = make_socket();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(socket.fd(), any, sizeof(address)) != 0 || ::listen(socket.fd(), backlog) != 0) {
        std::perror("listen");
        return {};
    }
    return socket;
}

std::uint16_t port_of(const Socket& listener) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

}  // namespace shopcast::bench
