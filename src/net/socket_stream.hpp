#pragma once

#include "async/asio_loop.hpp"
#include "net/stream.hpp"

namespace shopcast::net {

/// Stream over a connected socket of any stream protocol.
class SocketStream final : public Stream, public async::Swept {
public:
    /// Takes over `fd`, a connected (or connecting) non-blocking socket.
    SocketStream(async::Loop& loop, int fd, int family, std::string peer);
    ~SocketStream() override { SocketStream::close(); }

    using Stream::send_file;
    using Stream::write;
    async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) override;
    async::Task<Result<void>> write(std::span<const ByteSpan> pieces) override;
    async::Task<Result<void>> send_file(ByteSpan head, int fd, std::uint64_t offset,
                                        std::uint64_t length) override;
    void set_deadline(std::optional<SteadyTime> deadline) override { deadline_ = deadline; }
    void shut_down_write() override;
    void close() override;
    std::string peer() const override { return peer_; }

    void on_sweep(SteadyTime now) override;
    void on_stop() override { close(); }

    /// For those who read and write the descriptor themselves: an operation that may begin now, and
    /// the waits between its tries.
    Result<void> usable() const;
    async::Task<Result<void>> wait_readable() { return wait(async::AsioSocket::wait_read); }
    async::Task<Result<void>> wait_writable() { return wait(async::AsioSocket::wait_write); }
    bool is_open() const { return !closed_; }
    int fd() { return socket_.native_handle(); }
    async::Loop& loop() const { return loop_; }

private:
    async::Task<Result<void>> wait(async::AsioSocket::wait_type event);
    Error to_error(const boost::system::error_code& error) const;
    async::Task<Result<void>> write_rest(std::span<const ByteSpan> pieces, std::size_t written);
    async::Task<Result<void>> send_file_rest(ByteSpan head, int fd, std::uint64_t offset,
                                             std::uint64_t length);
    /// How many bytes the kernel took; 0 when it has no room now.
    Result<std::size_t> try_write(std::span<const ByteSpan> pieces, std::size_t skip, int flags);
    Result<std::size_t> try_send_file(int fd, std::uint64_t offset, std::uint64_t length);

    // Constant after construction.
    async::Loop& loop_;
    std::string peer_;

    // Owned by the loop's thread.
    async::AsioSocket socket_;
    std::optional<SteadyTime> deadline_;
    int pending_ = 0;
    bool closed_ = false;
    bool read_ended_ = false;
};

}  // namespace shopcast::net
