#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.hpp"
#include "wire/rtmp_chunk.hpp"

using namespace shopcast;

namespace {

struct Outcome {
    bool failed = false;
    std::vector<wire::RtmpMessage> messages;
};

Outcome read_all(ByteSpan in, std::size_t portion) {
    Outcome out;
    wire::RtmpChunkReader reader;
    while (!in.empty()) {
        ByteSpan now = in.first(std::min(portion, in.size()));
        in = in.subspan(now.size());
        while (!now.empty()) {
            const std::size_t before = now.size();
            auto message = reader.next(now);
            if (!message) {
                out.failed = true;
                return out;
            }
            ENSURE(now.size() <= before);
            if (!*message) {
                ENSURE(now.empty());
                break;
            }
            out.messages.push_back(**std::move(message));
        }
    }
    return out;
}

}  // namespace

// Portions do not matter, and what the writer cuts the reader puts together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteSpan in = std::as_bytes(std::span(data, size));
    const Outcome whole = read_all(in, std::max<std::size_t>(in.size(), 1));
    const Outcome cut = read_all(in, in.empty() ? 1 : 1 + std::to_integer<std::size_t>(in[0]) % 9);
    ENSURE(whole.failed == cut.failed && whole.messages.size() == cut.messages.size());
    const wire::RtmpChunkWriter writer;
    ByteVector written;
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
        ENSURE(whole.messages[i].payload == cut.messages[i].payload);
        ENSURE(whole.messages[i].timestamp_ms == cut.messages[i].timestamp_ms);
        writer.write(written, 5, whole.messages[i]);
    }
    const Outcome again = read_all(written, std::max<std::size_t>(written.size(), 1));
    ENSURE(!again.failed && again.messages.size() == whole.messages.size());
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
        ENSURE(again.messages[i].payload == whole.messages[i].payload);
        ENSURE(again.messages[i].timestamp_ms == whole.messages[i].timestamp_ms);
    }
    return 0;
}
