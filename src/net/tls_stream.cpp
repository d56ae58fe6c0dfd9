#include "net/tls_stream.hpp"
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "async/loop.hpp"
#include "base/check.hpp"
#include "net/socket_stream.hpp"
#include "net/tls_error.hpp"

namespace shopcast::net {
namespace {

/// A TLS record carries no more (RFC 8446, 5.1).
constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;

enum class Wants { Nothing, ToRead, ToWrite };

/// Where the pieces of one record are gathered. Used up before anything else of this thread runs.
std::span<std::byte> record_space() {
    thread_local std::array<std::byte, record_bytes_max> space;
    return space;
}

std::size_t total_size(std::span<const ByteSpan> pieces) {
    std::size_t total = 0;
    for (const ByteSpan piece : pieces) total += piece.size();
    return total;
}

/// The next record's bytes behind the first `skip`: where they lie, or gathered in record_space().
ByteSpan next_record(std::span<const ByteSpan> pieces, std::size_t skip) {
    const std::span<std::byte> space = record_space();
    std::size_t filled = 0;
    for (const ByteSpan piece : pieces) {
        const std::size_t skipped = std::min(skip, piece.size());
        skip -= skipped;
        const ByteSpan rest = piece.subspan(skipped);
        if (filled == 0 && rest.size() >= space.size()) return rest.first(space.size());
        const std::size_t count = std::min(rest.size(), space.size() - filled);
        std::ranges::copy(rest.first(count), space.begin() + static_cast<std::ptrdiff_t>(filled));
        filled += count;
    }
    return space.first(filled);
}

class TlsSocket final : public TlsStream {
public:
    TlsSocket(std::unique_ptr<SocketStream> socket, SSL* ssl)
        : socket_(std::move(socket)), ssl_(ssl) {
        SSL_set_fd(ssl_, socket_->fd());
    }
    ~TlsSocket() override {
        TlsSocket::close();
        SSL_free(ssl_);
    }

    async::Task<Result<void>> handshake(Milliseconds timeout) override;
    std::string_view protocol() const override;

    async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) override;
    async::Task<Result<void>> write(std::span<const ByteSpan> pieces) override;
    async::Task<Result<void>> send_file(ByteSpan head, int fd, std::uint64_t offset,
                                        std::uint64_t length) override;
    void set_deadline(std::optional<SteadyTime> deadline) override {
        socket_->set_deadline(deadline);
    }
    void shut_down_write() override;
    void close() override;
    std::string peer() const override { return socket_->peer(); }

private:
    /// What OpenSSL's last call, which gave `returned`, waits for; or why it will never succeed.
    Result<Wants> after(int returned);
    async::Task<Result<void>> wait(Wants wants);
    /// Encrypts and sends at most one record; gives how much of `record` went. With 0 the same
    /// bytes must be offered again once `wants` is there.
    Result<std::size_t> try_write(ByteSpan record, Wants& wants);
    async::Task<Result<void>> write_rest(std::span<const ByteSpan> pieces, std::size_t written,
                                         Wants wants);
    async::Task<Result<void>> copy_file(ByteSpan head, int fd, std::uint64_t offset,
                                        std::uint64_t length);
    async::Task<Result<void>> send_by_kernel(ByteSpan head, int fd, std::uint64_t offset,
                                             std::uint64_t length);
    /// Whether a new write may begin.
    Result<void> writable() const;
    void say_goodbye();

    std::unique_ptr<SocketStream> socket_;
    SSL* ssl_;
    bool established_ = false;
    bool half_written_ = false;  ///< a record was begun: its bytes must be offered again
    bool failed_ = false;
    bool said_goodbye_ = false;
};

Result<Wants> TlsSocket::after(int returned) {
    const int error_number = errno;
    switch (SSL_get_error(ssl_, returned)) {
        case SSL_ERROR_WANT_READ: return Wants::ToRead;
        case SSL_ERROR_WANT_WRITE: return Wants::ToWrite;
        case SSL_ERROR_ZERO_RETURN: return fail(Errc::Closed, "the peer closed the connection");
        case SSL_ERROR_SYSCALL:
            failed_ = true;
            if (error_number == 0 || error_number == EPIPE || error_number == ECONNRESET) {
                return fail(Errc::Closed, "the peer closed the connection");
            }
            return fail_errno("TLS", error_number);
        default: break;
    }
    failed_ = true;
    // Many a client just leaves; only an attacker who cuts answers short would be told apart by
    // it, and every body here says its length.
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return fail(Errc::Closed, "the peer closed the connection");
    }
    return fail(Errc::Malformed, "TLS: " + take_tls_error());
}

async::Task<Result<void>> TlsSocket::wait(Wants wants) {
    if (wants == Wants::ToRead) return socket_->wait_readable();
    return socket_->wait_writable();
}

async::Task<Result<void>> TlsSocket::handshake(Milliseconds timeout) {
    ENSURE(!established_, "one handshake a connection");
    socket_->set_deadline(std::chrono::steady_clock::now() + timeout);
    for (;;) {
        // Between two calls the socket may have been closed, and its number be another's.
        CO_CHECK(socket_->usable());
        ERR_clear_error();
        const int returned = SSL_do_handshake(ssl_);
        if (returned == 1) break;
        CO_TRY(const Wants wants, after(returned));
        CO_CHECK(co_await wait(wants));
    }
    established_ = true;
    socket_->set_deadline({});
    co_return {};
}

std::string_view TlsSocket::protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

async::Task<Result<std::size_t>> TlsSocket::read_some(std::span<std::byte> into) {
    ENSURE(!into.empty());
    for (bool has_waited = false;; has_waited = true) {
        CO_CHECK(socket_->usable());
        if (failed_) co_return fail(Errc::Closed, "the connection has failed");
        ERR_clear_error();
        std::size_t count = 0;
        const int returned = SSL_read_ex(ssl_, into.data(), into.size(), &count);
        if (returned == 1) {
            // A peer that always has more to say must not keep the loop from everybody else.
            if (!has_waited) co_await socket_->loop().yield();
            co_return count;
        }
        CO_TRY(const Wants wants, after(returned));
        CO_CHECK(co_await wait(wants));
    }
}

Result<void> TlsSocket::writable() const {
    TRY_VOID(socket_->usable());
    // OpenSSL would take other bytes for the rest of a record that a deadline interrupted.
    if (half_written_) return fail(Errc::Closed, "an earlier write did not finish");
    return {};
}

Result<std::size_t> TlsSocket::try_write(ByteSpan record, Wants& wants) {
    TRY_VOID(socket_->usable());
    if (failed_) return fail(Errc::Closed, "the connection has failed");
    ERR_clear_error();
    std::size_t count = 0;
    const int returned = SSL_write_ex(ssl_, record.data(), record.size(), &count);
    half_written_ = returned != 1;
    if (half_written_) wants = TRY(after(returned));
    return count;
}

async::Task<Result<void>> TlsSocket::write(std::span<const ByteSpan> pieces) {
    if (const auto ok = writable(); !ok) return std::unexpected(ok.error());
    const std::size_t total = total_size(pieces);
    std::size_t written = 0;
    Wants wants = Wants::Nothing;
    while (written < total) {
        const auto count = try_write(next_record(pieces, written), wants);
        if (!count) return std::unexpected(count.error());
        if (*count == 0) return write_rest(pieces, written, wants);
        written += *count;
    }
    return Result<void>();
}

async::Task<Result<void>> TlsSocket::write_rest(std::span<const ByteSpan> pieces,
                                                std::size_t written, Wants wants) {
    const std::size_t total = total_size(pieces);
    while (written < total) {
        if (half_written_) CO_CHECK(co_await wait(wants));
        CO_TRY(const std::size_t count, try_write(next_record(pieces, written), wants));
        written += count;
    }
    co_return {};
}

async::Task<Result<void>> TlsSocket::send_file(ByteSpan head, int fd, std::uint64_t offset,
                                               std::uint64_t length) {
    if (const auto ok = writable(); !ok) return std::unexpected(ok.error());
    if (BIO_get_ktls_send(SSL_get_wbio(ssl_)) == 0) return copy_file(head, fd, offset, length);
    return send_by_kernel(head, fd, offset, length);
}

async::Task<Result<void>> TlsSocket::copy_file(ByteSpan head, int fd, std::uint64_t offset,
                                               std::uint64_t length) {
    while (!head.empty() || length > 0) {
        // Filled anew for every try: with the same bytes, since the slice does not change.
        const std::span<std::byte> space = record_space();
        const std::size_t of_head = std::min(head.size(), space.size());
        std::ranges::copy(head.first(of_head), space.begin());
        const std::size_t of_file = std::min<std::uint64_t>(length, space.size() - of_head);
        const ssize_t got =
            of_file == 0 ? 0
                         : ::pread(fd, space.data() + of_head, of_file, static_cast<off_t>(offset));
        if (got < 0) co_return fail_errno("pread", errno);
        if (of_file > 0 && got == 0) {
            co_return fail(Errc::Io, "the file is shorter than its slice");
        }
        Wants wants = Wants::Nothing;
        CO_TRY(const std::size_t count,
               try_write(space.first(of_head + static_cast<std::size_t>(got)), wants));
        if (half_written_) CO_CHECK(co_await wait(wants));
        const std::size_t head_sent = std::min(count, head.size());
        head = head.subspan(head_sent);
        offset += count - head_sent;
        length -= count - head_sent;
    }
    co_return {};
}

async::Task<Result<void>> TlsSocket::send_by_kernel(ByteSpan head, int fd, std::uint64_t offset,
                                                    std::uint64_t length) {
    CO_CHECK(co_await Stream::write(head));
    while (length > 0) {
        CO_CHECK(socket_->usable());
        ERR_clear_error();
        const ossl_ssize_t sent =
            SSL_sendfile(ssl_, fd, static_cast<off_t>(offset), static_cast<std::size_t>(length), 0);
        if (sent > 0) {
            offset += static_cast<std::uint64_t>(sent);
            length -= static_cast<std::uint64_t>(sent);
            continue;
        }
        if (sent == 0) co_return fail(Errc::Io, "the file is shorter than its slice");
        CO_TRY(const Wants wants, after(-1));
        CO_CHECK(co_await wait(wants));
    }
    co_return {};
}

void TlsSocket::say_goodbye() {
    if (!established_ || failed_ || half_written_ || said_goodbye_ || !socket_->is_open()) return;
    said_goodbye_ = true;
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

void TlsSocket::shut_down_write() {
    say_goodbye();
    socket_->shut_down_write();
}

void TlsSocket::close() {
    say_goodbye();
    socket_->close();
}

}  // namespace

std::unique_ptr<TlsStream> TlsStream::over(std::unique_ptr<Stream> plain, ssl_st* ssl) {
    auto* const socket = dynamic_cast<SocketStream*>(plain.get());
    ENSURE(socket != nullptr, "TLS needs a socket below it");
    (void)plain.release();
    return std::make_unique<TlsSocket>(std::unique_ptr<SocketStream>(socket), ssl);
}

std::unique_ptr<TlsStream> TlsStream::serve(std::unique_ptr<Stream> plain,
                                            const TlsIdentity& identity, const char* protocols) {
    SSL* const ssl = SSL_new(identity.context());
    ENSURE(ssl != nullptr, "out of memory");
    SSL_set_accept_state(ssl);
    // Only read, by choose_protocol(); OpenSSL has no const form.
    SSL_set_app_data(ssl, const_cast<char*>(protocols));
    return over(std::move(plain), ssl);
}

std::string take_tls_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return reason != nullptr ? reason : "no reason given";
}

}  // namespace shopcast::net
