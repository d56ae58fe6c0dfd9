// The least a server can do on this kernel: one thread, edge-triggered epoll, one recv and one send
// a request, a response made beforehand, no parser but the search for the empty line. What any
// HTTP server costs above it is its own doing.
//
// usage: bench_http_bare_epoll PORT BODY_FILE

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace {

int listen_on(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(fd, 1024) != 0) {
        std::perror("listen");
        return -1;
    }
    return fd;
}

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void accept_all(int epoll, int listener) {
    for (;;) {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        watch(epoll, fd);
    }
}

/// wrk sends a whole request in one packet and waits for the answer, so nothing is kept.
void answer(int fd, std::string_view response) {
    std::array<char, 4096> buffer;
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
        ::close(fd);
        return;
    }
    const std::string_view in(buffer.data(), static_cast<std::size_t>(count));
    if (!in.contains("\r\n\r\n")) return;
    if (::send(fd, response.data(), response.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(response.size())) {
        ::close(fd);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto port = argc == 3 ? shopcast::parse_int<std::uint16_t>(argv[1]) : std::nullopt;
    if (!port) {
        std::fputs("usage: bench_http_bare_epoll PORT BODY_FILE\n", stderr);
        return 2;
    }
    std::ifstream file(argv[2], std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    const std::string response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n\r\n" + body;
    const int listener = listen_on(*port);
    if (listener < 0) return 1;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener);
    std::array<epoll_event, 128> events;
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener) {
                accept_all(epoll, listener);
            } else {
                answer(fd, response);
            }
        }
    }
}
