#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/stream.hpp"

namespace shopcast::async {
class Loop;
}

namespace shopcast::net {

/// A listening socket on one loop.
class Listener {
public:
    /// Binds `endpoint` once, exclusively, then one listening socket for each loop (SO_REUSEPORT),
    /// so that each thread accepts for itself. Port 0 takes any free port. A unix socket has a
    /// single owner: it goes to the first loop alone, replaces a dead socket file, and only this
    /// user can connect.
    ///
    /// Errors: Config: the address is taken (names the holder where the system tells) or invalid.
    static Result<std::vector<std::unique_ptr<Listener>>> bind(std::span<async::Loop* const> loops,
                                                               const Endpoint& endpoint);
    static Result<std::unique_ptr<Listener>> bind(async::Loop& loop, const Endpoint& endpoint);
    ~Listener();

    /// The next connection. When descriptors run out it pauses, and sheds what waits, until some
    /// are free again. Errors: Closed after close().
    async::Task<Result<std::unique_ptr<Stream>>> accept();
    /// Pending and later accepts end with Closed. This loop's thread, or before or after run().
    void close();

    /// With the real port: "127.0.0.1:8080" or "unix:/run/shopcast.sock".
    const std::string& address() const;
    std::uint16_t port() const;
    async::Loop& loop() const;

    struct Impl;
    explicit Listener(std::unique_ptr<Impl> impl);

private:
    std::unique_ptr<Impl> impl_;
};

/// Connects to a server. Errors: Io, Timeout after `timeout`.
async::Task<Result<std::unique_ptr<Stream>>> connect(async::Loop& loop, Endpoint endpoint,
                                                     Milliseconds timeout);

}  // namespace shopcast::net
