#include "net/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "async/loop.hpp"
#include "wire/limits.hpp"
#include "wire/proxy_protocol.hpp"

namespace shopcast::net {
namespace {

/// A stream with another peer.
class ProxiedStream final : public Stream {
public:
    ProxiedStream(std::unique_ptr<Stream> inner, std::string peer)
        : inner_(std::move(inner)), peer_(std::move(peer)) {}

    using Stream::send_file;
    using Stream::write;
    async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) override {
        return inner_->read_some(into);
    }
    async::Task<Result<void>> write(std::span<const ByteSpan> pieces) override {
        return inner_->write(pieces);
    }
    async::Task<Result<void>> send_file(ByteSpan head, int fd, std::uint64_t offset,
                                        std::uint64_t length) override {
        return inner_->send_file(head, fd, offset, length);
    }
    void set_deadline(std::optional<SteadyTime> deadline) override {
        inner_->set_deadline(deadline);
    }
    void shut_down_write() override { inner_->shut_down_write(); }
    void close() override { inner_->close(); }
    std::string peer() const override { return peer_; }

private:
    // Constant after construction.
    std::unique_ptr<Stream> inner_;
    std::string peer_;
};

}  // namespace

bool Proxies::trusts(std::string_view peer) const {
    if (trusted.empty()) return false;
    const auto endpoint = wire::IpEndpoint::parse(peer);
    return endpoint && trusted.contains(endpoint->address);
}

async::Task<Result<std::string>> read_proxy_header(async::Loop& loop, Stream& stream,
                                                   const Proxies& proxies) {
    if (!proxies.trusts(stream.peer())) {
        co_return fail(Errc::Unauthorized,
                       "the PROXY protocol is spoken here, and the peer is not in trusted_proxies");
    }
    stream.set_deadline(loop.coarse_now() + proxies.header_timeout);
    std::array<std::byte, limits::proxy_header_bytes_max> buffer;  // filled up to `have`
    std::size_t have = 0;
    for (;;) {
        // A header of the largest size fits, and a larger one is an error before it is all here.
        const std::size_t wanted = wire::proxy_header_bytes_left(ByteSpan(buffer).first(have));
        const std::span<std::byte> room = std::span(buffer).subspan(have);
        CO_TRY(const std::size_t count,
               co_await stream.read_some(room.first(std::min(wanted, room.size()))));
        have += count;
        CO_TRY(const auto header, wire::parse_proxy_header(ByteSpan(buffer).first(have)));
        if (!header) continue;
        stream.set_deadline({});
        co_return header->source ? header->source->to_string() : stream.peer();
    }
}

std::unique_ptr<Stream> with_peer(std::unique_ptr<Stream> stream, std::string peer) {
    return std::make_unique<ProxiedStream>(std::move(stream), std::move(peer));
}

}  // namespace shopcast::net
