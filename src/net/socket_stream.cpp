#include "net/socket_stream.hpp"
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::net {
namespace {

/// Pieces handed to the kernel in one call; more go out in further calls.
constexpr std::size_t pieces_at_once_max = 16;

/// sendfile hands the socket 16 pages at a time. Where a range begins inside a page, those 16 are
/// less than the segment loopback and TSO make of them, and each one waits for the next call: 200
/// KB cost 58 us of CPU instead of 32. 4 KiB is the page of every machine we build for; with a
/// larger one nothing is gained and nothing is wrong.
constexpr std::size_t page_bytes = 4096;

/// Copies what stands between `offset` and the end of its page, at most `length` bytes, and gives
/// how many: 0 where the range begins with a page, and where reading fails (sendfile will say why).
std::size_t read_to_page_end(int fd, std::uint64_t offset, std::uint64_t length,
                             std::span<std::byte, page_bytes> into) {
    const std::size_t wanted =
        std::min<std::uint64_t>(length, (page_bytes - offset % page_bytes) % page_bytes);
    if (wanted == 0) return 0;
    const ssize_t got = ::pread(fd, into.data(), wanted, static_cast<off_t>(offset));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t total_size(std::span<const ByteSpan> pieces) {
    std::size_t total = 0;
    for (const ByteSpan piece : pieces) total += piece.size();
    return total;
}

std::unexpected<Error> write_failed(std::string_view what, int error_number) {
    if (error_number == EPIPE || error_number == ECONNRESET) {
        return fail(Errc::Closed, "the peer closed the connection");
    }
    return fail_errno(what, error_number);
}

}  // namespace

SocketStream::SocketStream(async::Loop& loop, int fd, int family, std::string peer)
    : loop_(loop), peer_(std::move(peer)), socket_(loop.impl().io) {
    boost::system::error_code error;
    socket_.assign(boost::asio::generic::stream_protocol(family, 0), fd, error);
    if (error) {
        ::close(fd);
        closed_ = true;
    }
    loop_.sweep(*this);
}

Result<void> SocketStream::usable() const {
    if (closed_) return fail(Errc::Closed, "the connection is closed");
    if (deadline_ && *deadline_ <= loop_.coarse_now()) {
        return fail(Errc::Timeout, "the peer took too long");
    }
    return {};
}

Error SocketStream::to_error(const boost::system::error_code& error) const {
    if (error == boost::asio::error::operation_aborted) {
        if (closed_) return {Errc::Closed, "the connection is closed"};
        return {Errc::Timeout, "the peer took too long"};
    }
    if (error == boost::asio::error::eof || error == boost::asio::error::connection_reset) {
        return {Errc::Closed, "the peer closed the connection"};
    }
    return {Errc::Io, error.message()};
}

async::Task<Result<std::size_t>> SocketStream::read_some(std::span<std::byte> into) {
    ENSURE(!into.empty());
    CO_CHECK(usable());
    // Asio waits for an edge that will not come when it is asked to read past the end.
    if (read_ended_) co_return fail(Errc::Closed, "the peer closed the connection");
    ++pending_;
    const auto buffer = boost::asio::buffer(into.data(), into.size());
    auto read = [this, buffer](auto completion) { socket_.async_read_some(buffer, completion); };
    const async::IoOutcome outcome = co_await async::IoAwaiter(read);
    --pending_;
    if (outcome.error) {
        read_ended_ = outcome.error != boost::asio::error::operation_aborted;
        co_return std::unexpected(to_error(outcome.error));
    }
    co_return outcome.transferred;
}

async::Task<Result<void>> SocketStream::wait(async::AsioSocket::wait_type event) {
    CO_CHECK(usable());
    ++pending_;
    auto begin = [this, event](auto completion) { socket_.async_wait(event, completion); };
    const async::IoOutcome outcome = co_await async::IoAwaiter(begin);
    --pending_;
    if (outcome.error) co_return std::unexpected(to_error(outcome.error));
    co_return {};
}

Result<std::size_t> SocketStream::try_write(std::span<const ByteSpan> pieces, std::size_t skip,
                                            int flags) {
    std::array<iovec, pieces_at_once_max> vectors;  // filled below, up to `count`
    std::size_t count = 0;
    for (const ByteSpan piece : pieces) {
        if (count == vectors.size()) break;
        const std::size_t skipped = std::min(skip, piece.size());
        skip -= skipped;
        const ByteSpan rest = piece.subspan(skipped);
        if (rest.empty()) continue;
        // The kernel only reads; iovec has no const form.
        vectors[count++] = {const_cast<std::byte*>(rest.data()), rest.size()};
    }
    if (count == 0) return 0;
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    for (;;) {
        const ssize_t sent =
            ::sendmsg(socket_.native_handle(), &message, flags | MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
        if (errno != EINTR) return write_failed("sendmsg", errno);
    }
}

async::Task<Result<void>> SocketStream::write(std::span<const ByteSpan> pieces) {
    if (const auto ok = usable(); !ok) return std::unexpected(ok.error());
    const auto sent = try_write(pieces, 0, 0);
    if (!sent) return std::unexpected(sent.error());
    if (*sent == total_size(pieces)) return Result<void>();
    return write_rest(pieces, *sent);
}

async::Task<Result<void>> SocketStream::write_rest(std::span<const ByteSpan> pieces,
                                                   std::size_t written) {
    const std::size_t total = total_size(pieces);
    while (written < total) {
        CO_TRY(const std::size_t sent, try_write(pieces, written, 0));
        written += sent;
        if (sent == 0) CO_CHECK(co_await wait_writable());
    }
    co_return {};
}

Result<std::size_t> SocketStream::try_send_file(int fd, std::uint64_t offset,
                                                std::uint64_t length) {
    auto at = static_cast<off_t>(offset);
    for (;;) {
        const ssize_t sent =
            ::sendfile(socket_.native_handle(), fd, &at, static_cast<std::size_t>(length));
        if (sent > 0) return static_cast<std::size_t>(sent);
        if (sent == 0) return fail(Errc::Io, "the file is shorter than its slice");
        if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
        if (errno != EINTR) return write_failed("sendfile", errno);
    }
}

async::Task<Result<void>> SocketStream::send_file(ByteSpan head, int fd, std::uint64_t offset,
                                                  std::uint64_t length) {
    if (const auto ok = usable(); !ok) return std::unexpected(ok.error());
    // The bytes before the file's next page are copied and go with the head (measured: page_bytes).
    std::array<std::byte, page_bytes> copied;  // filled up to `first`
    const std::size_t first = read_to_page_end(fd, offset, length, copied);
    const std::array<ByteSpan, 2> pieces = {head, ByteSpan(copied).first(first)};
    if (head.size() + first > 0) {
        // MSG_MORE: they wait in the socket for the rest of the file.
        const auto sent = try_write(pieces, 0, length > first ? MSG_MORE : 0);
        if (!sent) return std::unexpected(sent.error());
        const std::size_t of_head = std::min(*sent, head.size());
        head = head.subspan(of_head);
        offset += *sent - of_head;
        length -= *sent - of_head;
    }
    while (head.empty() && length > 0) {
        const auto sent = try_send_file(fd, offset, length);
        if (!sent) return std::unexpected(sent.error());
        if (*sent == 0) break;
        offset += *sent;
        length -= *sent;
    }
    if (head.empty() && length == 0) return Result<void>();
    return send_file_rest(head, fd, offset, length);
}

async::Task<Result<void>> SocketStream::send_file_rest(ByteSpan head, int fd, std::uint64_t offset,
                                                       std::uint64_t length) {
    while (!head.empty()) {
        CO_CHECK(co_await wait_writable());
        CO_TRY(const std::size_t sent,
               try_write(std::span(&head, 1), 0, length > 0 ? MSG_MORE : 0));
        head = head.subspan(sent);
    }
    while (length > 0) {
        CO_TRY(const std::size_t sent, try_send_file(fd, offset, length));
        offset += sent;
        length -= sent;
        if (sent == 0) CO_CHECK(co_await wait_writable());
    }
    co_return {};
}

void SocketStream::shut_down_write() {
    if (!closed_) ::shutdown(socket_.native_handle(), SHUT_WR);
}

void SocketStream::close() {
    if (closed_) return;
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void SocketStream::on_sweep(SteadyTime now) {
    if (pending_ == 0 || !deadline_ || *deadline_ > now) return;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

async::Task<Result<void>> Stream::write(ByteSpan one) {
    // The span must outlive the call below, so it lives in this frame.
    const ByteSpan piece = one;
    co_return co_await write(std::span(&piece, 1));
}

std::string_view host_of(std::string_view peer) {
    std::string_view host = peer.substr(0, peer.rfind(':'));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return host;
}

std::string limited_as(std::string_view peer) {
    const auto address = wire::IpAddress::parse(host_of(peer));
    return address ? wire::counted_as(*address) : std::string();
}

Result<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> make_stream_pair(
    async::Loop& loop) {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) != 0) {
        return fail_errno("socketpair", errno);
    }
    return std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>(
        std::make_unique<SocketStream>(loop, fds[0], AF_UNIX, "unix"),
        std::make_unique<SocketStream>(loop, fds[1], AF_UNIX, "unix"));
}

}  // namespace shopcast::net
