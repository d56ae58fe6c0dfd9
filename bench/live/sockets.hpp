#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

/// Sockets as the load programs use them: not blocking, one epoll for all, closed by their owner.
namespace shopcast::bench {

/// CLOCK_MONOTONIC, which all processes of a machine share: times of two programs can be compared.
std::int64_t now_ns();

/// A client costs one or two descriptors; takes all that the system grants and gives their number.
std::size_t raise_descriptor_limit();

/// "127.0.0.1:8080".
std::optional<sockaddr_in> parse_address(std::string_view text);

class Socket {
public:
    Socket() = default;
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket() { close(); }

    bool is_open() const { return fd_ >= 0; }
    int fd() const { return fd_; }
    void close();

private:
    int fd_ = -1;
};

/// Begins to connect from the client's own address: servers limit what one address may hold, so
/// client N comes from 127.64.0.0 plus N. Not open when the kernel refuses.
Socket connect_from(std::uint32_t client, const sockaddr_in& to);

/// Accepts on a free port of loopback. Not open when that fails, which perror has said.
Socket listen_on_any_port();
std::uint16_t port_of(const Socket& listener);

}  // namespace shopcast::bench
