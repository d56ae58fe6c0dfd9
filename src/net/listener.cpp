#include "net/listener.hpp"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include <cerrno>
#include <utility>

#include "base/check.hpp"
#include "base/log.hpp"
#include "net/limits.hpp"
#include "net/socket_address.hpp"
#include "net/socket_stream.hpp"

namespace shopcast::net {
namespace {

/// A descriptor that closes itself.
class OwnedFd {
public:
    explicit OwnedFd(int fd = -1) : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
    OwnedFd& operator=(OwnedFd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~OwnedFd() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

int open_reserve() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void set_flag(int fd, int level, int option) {
    const int on = 1;
    ::setsockopt(fd, level, option, &on, sizeof(on));
}

std::unexpected<Error> taken(const Endpoint& endpoint, const std::string& holder) {
    return fail(Errc::Config,
                fmt::format("{} is already in use by {}; stop it or choose another address",
                            endpoint.to_string(), holder.empty() ? "another program" : holder));
}

std::unexpected<Error> bind_failed(const Endpoint& endpoint, int error_number) {
    if (error_number == EADDRINUSE) return taken(endpoint, holder_of_tcp_port(endpoint.port));
    if (error_number == EACCES) {
        return fail(Errc::Config,
                    fmt::format("{}: this user may not listen there; ports below 1024 "
                                "need CAP_NET_BIND_SERVICE",
                                endpoint.to_string()));
    }
    return fail_errno(fmt::format("listen on {}", endpoint.to_string()), error_number);
}

/// The first socket is bound without SO_REUSEPORT, so the kernel refuses when anything else
/// listens there; it takes part in SO_REUSEPORT only once it has the address, which lets its
/// siblings, and only those of this user, join.
Result<OwnedFd> bind_tcp(const Endpoint& endpoint, bool first) {
    const SocketAddress address = TRY(SocketAddress::from(endpoint));
    OwnedFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) return fail_errno("socket", errno);
    set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (address.family() == AF_INET6) set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (!first) set_flag(fd.get(), SOL_SOCKET, SO_REUSEPORT);
    if (::bind(fd.get(), address.data(), address.length) != 0) return bind_failed(endpoint, errno);
    if (first) set_flag(fd.get(), SOL_SOCKET, SO_REUSEPORT);
    // Accepted sockets inherit it: every response leaves at once.
    set_flag(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    if (::listen(fd.get(), limits::listen_backlog) != 0) return bind_failed(endpoint, errno);
    return fd;
}

/// Removes a socket file nobody answers on; a living owner is an error that names it.
Result<void> clear_unix_path(const Endpoint& endpoint, const SocketAddress& address) {
    struct stat status{};
    if (::lstat(endpoint.path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) {
        return fail(Errc::Config, fmt::format("{} exists and is not a socket", endpoint.path));
    }
    const OwnedFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), address.data(), address.length) == 0 || errno == EAGAIN) {
        ucred owner{};
        socklen_t length = sizeof(owner);
        ::getsockopt(probe.get(), SOL_SOCKET, SO_PEERCRED, &owner, &length);
        return taken(endpoint, owner.pid > 0 ? describe_process(owner.pid) : std::string());
    }
    ::unlink(endpoint.path.c_str());
    return {};
}

Result<OwnedFd> bind_unix(const Endpoint& endpoint) {
    const SocketAddress address = TRY(SocketAddress::from(endpoint));
    TRY_VOID(clear_unix_path(endpoint, address));
    OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) return fail_errno("socket", errno);
    // On Linux the mode of the unbound socket becomes the file's: there is no moment in which
    // another user could connect.
    ::fchmod(fd.get(), S_IRUSR | S_IWUSR);
    if (::bind(fd.get(), address.data(), address.length) != 0 ||
        ::listen(fd.get(), limits::listen_backlog) != 0) {
        return bind_failed(endpoint, errno);
    }
    return fd;
}

}  // namespace

struct Listener::Impl final : public async::Swept {
    Impl(async::Loop& owner, OwnedFd fd, Endpoint where)
        : loop(owner),
          endpoint(std::move(where)),
          family(SocketAddress::local_of(fd.get()).family()),
          address(endpoint.to_string()),
          socket(owner.impl().io, fd.release()),
          reserve(open_reserve()) {
        loop.sweep(*this);
    }
    ~Impl() override { close(); }

    void on_sweep(SteadyTime /*now*/) override {}
    void on_stop() override { close(); }
    void close();
    void shed_one();
    async::Task<Result<void>> wait_readable();

    // Constant after construction.
    async::Loop& loop;
    Endpoint endpoint;
    int family;
    std::string address;

    // Owned by the loop's thread.
    async::AsioDescriptor socket;
    OwnedFd reserve;  ///< given up to accept, and so refuse, one connection when none are left
    int burst = 0;
    bool starved = false;
    bool closed = false;
};

void Listener::Impl::close() {
    if (std::exchange(closed, true)) return;
    boost::system::error_code ignored;
    socket.close(ignored);
    if (!endpoint.path.empty()) ::unlink(endpoint.path.c_str());
}

async::Task<Result<void>> Listener::Impl::wait_readable() {
    auto wait = [this](auto completion) {
        socket.async_wait(async::AsioDescriptor::wait_read, completion);
    };
    const async::IoOutcome outcome = co_await async::IoAwaiter(wait);
    if (outcome.error || closed) co_return fail(Errc::Closed, "the listener is closed");
    co_return {};
}

void Listener::Impl::shed_one() {
    reserve = OwnedFd();
    const OwnedFd refused(
        ::accept4(socket.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!std::exchange(starved, true)) {
        log::error("listener.out_of_descriptors",
                   {{"address", address},
                    {"advice", "raise the limit of open files (ulimit -n, LimitNOFILE)"}});
    }
}

Result<std::vector<std::unique_ptr<Listener>>> Listener::bind(std::span<async::Loop* const> loops,
                                                              const Endpoint& endpoint) {
    ENSURE(!loops.empty());
    std::vector<std::unique_ptr<Listener>> out;
    const auto add = [&out](async::Loop& loop, OwnedFd fd, const Endpoint& where) {
        out.push_back(
            std::make_unique<Listener>(std::make_unique<Impl>(loop, std::move(fd), where)));
    };
    if (!endpoint.path.empty()) {
        add(*loops.front(), TRY(bind_unix(endpoint)), endpoint);
        return out;
    }
    Endpoint actual = endpoint;
    for (async::Loop* const loop : loops) {
        OwnedFd fd = TRY(bind_tcp(actual, out.empty()));
        if (out.empty()) actual.port = SocketAddress::local_of(fd.get()).port();
        add(*loop, std::move(fd), actual);
    }
    return out;
}

Result<std::unique_ptr<Listener>> Listener::bind(async::Loop& loop, const Endpoint& endpoint) {
    async::Loop* const one = &loop;
    auto all = TRY(bind(std::span(&one, 1), endpoint));
    return std::move(all.front());
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;

async::Task<Result<std::unique_ptr<Stream>>> Listener::accept() {
    for (;;) {
        if (impl_->closed) co_return fail(Errc::Closed, "the listener is closed");
        if (++impl_->burst > limits::accept_burst_max) {
            impl_->burst = 0;
            co_await impl_->loop.yield();
            continue;
        }
        SocketAddress peer;
        const int fd = ::accept4(impl_->socket.native_handle(), peer.data(), &peer.length,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            impl_->starved = false;
            co_return std::make_unique<SocketStream>(impl_->loop, fd, impl_->family,
                                                     peer.to_string());
        }
        if (errno == EMFILE || errno == ENFILE) {
            impl_->shed_one();
            co_await impl_->loop.sleep_for(limits::accept_pause);
            impl_->reserve = OwnedFd(open_reserve());
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            impl_->burst = 0;
            CO_CHECK(co_await impl_->wait_readable());
        }
        // Everything else (ECONNABORTED, EINTR, ...) concerns one connection that is gone.
    }
}

void Listener::close() {
    impl_->close();
}
const std::string& Listener::address() const {
    return impl_->address;
}
std::uint16_t Listener::port() const {
    return impl_->endpoint.port;
}
async::Loop& Listener::loop() const {
    return impl_->loop;
}

async::Task<Result<std::unique_ptr<Stream>>> connect(async::Loop& loop, Endpoint endpoint,
                                                     Milliseconds timeout) {
    CO_TRY(const SocketAddress address, SocketAddress::from(endpoint));
    OwnedFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) co_return fail_errno("socket", errno);
    if (address.family() != AF_UNIX) set_flag(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    const std::string where = "connect to " + endpoint.to_string();
    if (::connect(fd.get(), address.data(), address.length) != 0 && errno != EINPROGRESS) {
        co_return fail_errno(where, errno);
    }
    auto stream =
        std::make_unique<SocketStream>(loop, fd.release(), address.family(), endpoint.to_string());
    stream->set_deadline(loop.now() + timeout);
    CO_CHECK(co_await stream->wait_writable());
    int error = 0;
    socklen_t length = sizeof(error);
    ::getsockopt(stream->fd(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) co_return fail_errno(where, error);
    stream->set_deadline({});
    co_return stream;
}

}  // namespace shopcast::net
