#include "http/tls.hpp"

#include "http/connection.hpp"
#include "http/h2_connection.hpp"

namespace shopcast::http {
namespace {

/// A handshake under way; nothing is lost when it ends early.
class Handshake final : public Drainable {
public:
    Handshake(Shard& shard, net::TlsStream& stream) : stream_(stream) { shard.add(*this); }
    void on_drain() override { stream_.close(); }

private:
    net::TlsStream& stream_;
};

async::Task<Result<void>> shake_hands(Shard& shard, net::TlsStream& stream) {
    const Handshake listed(shard, stream);
    co_return co_await stream.handshake(shard.limits().handshake_timeout);
}

}  // namespace

async::Task<void> serve_tls(Admission admission, std::unique_ptr<net::TlsStream> stream) {
    const auto shaken = co_await shake_hands(admission.shard(), *stream);
    if (!shaken) {
        const ServerShared& shared = admission.shard().shared();
        shared.handshakes_failed.add();
        if (shaken.error().code != Errc::Closed) {
            shared.refused(RefusalKind::FailedHandshake, admission.peer(), shaken.error().message);
        }
        co_return;
    }
    if (stream->protocol() == "h2") {
        co_await H2Connection::serve(std::move(admission), std::move(stream));
    } else {
        co_await Connection::serve(std::move(admission), std::move(stream));
    }
}

}  // namespace shopcast::http
