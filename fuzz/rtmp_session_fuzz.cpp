#include <cstddef>
#include <cstdint>

#include "base/log.hpp"
#include "ingest/testing.hpp"
#include "published.hpp"

using namespace shopcast;
using namespace shopcast::ingest::testing;

namespace {

class CheckingGate final : public ingest::PublishGate {
public:
    async::Task<Result<std::unique_ptr<ingest::Publication>>> open(
        ingest::PublishRequest request, ingest::PublishControl&) override {
        ENSURE(!request.stream_key.empty() && request.app == "live");
        return Result<std::unique_ptr<ingest::Publication>>(
            std::make_unique<CheckingPublication>());
    }
};

}  // namespace

// A connection after a simple handshake: whatever the encoder says, the session ends. The first
// byte sets how many bytes arrive at once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool quiet = (log::start(log::Level::Error), log::stop(), true);
    (void)quiet;
    if (size == 0) return 0;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    ByteVector bytes(1 + 2 * wire::RtmpHandshake::part_size, std::byte{0});
    bytes[0] = std::byte{3};
    bytes.insert(bytes.end(), in.begin() + 1, in.end());
    MemoryStream stream(std::move(bytes), std::size_t{1} << (data[0] % 16), Errc::Closed);
    CheckingGate gate;
    SeededRandom random(1);
    const StillClock clock;
    const ingest::RtmpEnvironment environment{.gate = gate, .random = random, .clock = clock};
    ingest::RtmpSession session(stream, environment, 1);
    bool done = false;
    detail::run_detached(session.run(), done);
    ENSURE(done && stream.closed);
    return 0;
}
