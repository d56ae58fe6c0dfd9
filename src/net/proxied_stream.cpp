#include "net/proxied_stream.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "net/loop.hpp"
#include "wire/proxy_protocol.hpp"

namespace shopcast::net {
namespace {

/// A stream with another peer, and with bytes that were read from it too early.
class ProxiedStream final : public Stream {
public:
    ProxiedStream(std::unique_ptr<Stream> inner, std::string peer, ByteVector early)
        : inner_(std::move(inner)), peer_(std::move(peer)), early_(std::move(early)) {}

    using Stream::send_file;
    using Stream::write;
    Task<Result<std::size_t>> read_some(std::span<std::byte> into) override {
        if (early_.empty()) return inner_->read_some(into);
        const std::size_t count = std::min(into.size(), early_.size());
        std::copy_n(early_.begin(), count, into.begin());
        early_.erase(early_.begin(), early_.begin() + static_cast<std::ptrdiff_t>(count));
        return Result<std::size_t>(count);
    }
    Task<Result<void>> write(std::span<const ByteSpan> pieces) override {
        return inner_->write(pieces);
    }
    Task<Result<void>> send_file(ByteSpan head, int fd, std::uint64_t offset,
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

    // Owned by the loop's thread.
    ByteVector early_;
};

}  // namespace

bool Proxies::trusts(std::string_view peer) const {
    if (trusted.empty()) return false;
    const auto endpoint = wire::IpEndpoint::parse(peer);
    return endpoint && trusted.contains(endpoint->address);
}

Task<Result<std::unique_ptr<Stream>>> read_proxy_header(Loop& loop, std::unique_ptr<Stream> stream,
                                                        const Proxies& proxies) {
    if (!proxies.trusts(stream->peer())) {
        co_return fail(Errc::Unauthorized,
                       "the PROXY protocol is spoken here, and the peer is not in trusted_proxies");
    }
    stream->set_deadline(loop.coarse_now() + proxies.header_timeout);
    std::array<std::byte, limits::proxy_header_bytes_max> buffer;  // filled up to `have`
    std::size_t have = 0;
    for (;;) {
        // A header of the largest size fits, and a larger one is an error before it is all here.
        CO_TRY(const std::size_t count,
               co_await stream->read_some(std::span(buffer).subspan(have)));
        have += count;
        const ByteSpan read = std::span(buffer).first(have);
        CO_TRY(const auto header, wire::parse_proxy_header(read));
        if (!header) continue;
        stream->set_deadline({});
        std::string peer = header->source ? header->source->to_string() : stream->peer();
        const ByteSpan early = read.subspan(header->length);
        co_return std::make_unique<ProxiedStream>(std::move(stream), std::move(peer),
                                                  ByteVector(early.begin(), early.end()));
    }
}

}  // namespace shopcast::net
