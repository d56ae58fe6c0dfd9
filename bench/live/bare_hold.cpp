// The least a server can do for held requests on this kernel: read each request up to its empty
// line and keep the socket; every half second write the same bytes to all sockets that wait, one
// send each, in a loop. What a server of live playlists costs above it is its own doing.
//
// usage: bench_live_bare_hold ANSWER_FILE
//        Prints {"event":"ready","port":N}.
// ANSWER_FILE is a whole answer, head included, with a line "X-Wave: 0000000000": the digits become
// the number of the half second, which is how the viewers know what was answered.

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "sockets.hpp"

using namespace shopcast;

namespace {

constexpr std::int64_t wave_ns = 500'000'000;
constexpr std::string_view mark = "X-Wave: ";
constexpr std::size_t mark_digits = 10;

class BareHold {
public:
    BareHold(bench::Socket listener, std::string answer)
        : listener_(std::move(listener)), answer_(std::move(answer)) {
        digits_at_ = answer_.find(mark) + mark.size();
        watch(listener_.fd());
    }

    void run() {
        std::array<epoll_event, 256> events;
        std::int64_t due_ns = bench::now_ns() + wave_ns;
        for (;;) {
            const std::int64_t left_ms = (due_ns - bench::now_ns()) / 1'000'000;
            const int count = ::epoll_wait(epoll_.fd(), events.data(), events.size(),
                                           static_cast<int>(std::max<std::int64_t>(left_ms, 0)));
            for (int i = 0; i < count; ++i) {
                const int fd = events[static_cast<std::size_t>(i)].data.fd;
                fd == listener_.fd() ? accept_all() : read(fd);
            }
            if (bench::now_ns() < due_ns) continue;
            due_ns += wave_ns;
            answer_all();
        }
    }

private:
    void watch(int fd) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event);
    }

    void accept_all() {
        for (;;) {
            const int fd =
                ::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            watch(fd);
        }
    }

    /// Viewers send a whole request in one packet and wait for the answer, so nothing is kept.
    void read(int fd) {
        std::array<char, 4096> buffer;
        const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            std::erase(waiting_, fd);
            ::close(fd);
            return;
        }
        const std::string_view in(buffer.data(), static_cast<std::size_t>(count));
        if (!in.contains("\r\n\r\n")) return;
        if (in.contains("_HLS_msn=")) {
            waiting_.push_back(fd);
        } else {
            ::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        }
    }

    void answer_all() {
        ++wave_;
        answer_.replace(digits_at_, mark_digits, fmt::format("{:010}", wave_));
        for (const int fd : std::exchange(waiting_, {})) {
            ::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        }
    }

    bench::Socket listener_;
    bench::Socket epoll_{::epoll_create1(EPOLL_CLOEXEC)};
    std::string answer_;
    std::size_t digits_at_ = 0;
    std::uint64_t wave_ = 0;
    std::vector<int> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: bench_live_bare_hold ANSWER_FILE\n", stderr);
        return 2;
    }
    bench::raise_descriptor_limit();
    std::ifstream file(argv[1], std::ios::binary);
    std::string answer{std::istreambuf_iterator<char>(file), {}};
    bench::Socket listener = bench::listen_on_any_port();
    if (!listener.is_open() || !answer.contains(mark)) return 1;
    fmt::print("{{\"event\":\"ready\",\"port\":{}}}\n", bench::port_of(listener));
    std::fflush(stdout);
    BareHold(std::move(listener), std::move(answer)).run();
}
