#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "async/task.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace shopcast::async {
class Loop;
}

namespace shopcast::net {

/// A connected byte stream (TCP or unix socket). One thread; at most one reading and one writing
/// coroutine at a time. What a pending operation refers to must outlive it.
///
/// Errors of the operations: Closed (the peer or close() ended it), Timeout (set_deadline), Io.
class Stream {
public:
    virtual ~Stream() = default;

    /// Waits for at least one byte and gives how many were read; Errc::Closed at the end.
    /// REQUIRES: `into` is not empty.
    virtual async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) = 0;
    /// Writes all of `pieces`, in one system call where the socket has room.
    virtual async::Task<Result<void>> write(std::span<const ByteSpan> pieces) = 0;
    /// Writes `head`, then `length` bytes of file `fd` from `offset` without copying them through
    /// this process (sendfile), so that the head does not travel in a packet of its own.
    virtual async::Task<Result<void>> send_file(ByteSpan head, int fd, std::uint64_t offset,
                                                std::uint64_t length) = 0;

    /// Pending and later operations end with Errc::Timeout past it; checked 4 times a second. None:
    /// wait for ever.
    virtual void set_deadline(std::optional<SteadyTime> deadline) = 0;
    /// Says "no more bytes will come" and leaves the reading side open, so that the peer can read
    /// the last answer before the connection goes away.
    virtual void shut_down_write() = 0;
    /// Pending operations end with Errc::Closed; later ones as well.
    virtual void close() = 0;
    /// "127.0.0.1:50312", "[::1]:50312" or "unix".
    virtual std::string peer() const = 0;

    /// The caller's bytes outlive the write.
    async::Task<Result<void>> write(ByteSpan one);
    async::Task<Result<void>> send_file(int fd, std::uint64_t offset, std::uint64_t length) {
        return send_file({}, fd, offset, length);
    }
};

/// "127.0.0.1" of "127.0.0.1:50312", "::1" of "[::1]:50312".
std::string_view host_of(std::string_view peer);
/// Whom a peer counts for in limits: its address (wire::counted_as); empty for a unix socket's.
std::string limited_as(std::string_view peer);

/// Two streams connected with each other, for tests.
Result<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> make_stream_pair(
    async::Loop& loop);

}  // namespace shopcast::net
