#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/rtmp_handshake.hpp"

using namespace shopcast;

namespace {

struct Outcome {
    bool failed = false;
    bool done = false;
    std::size_t consumed = 0;
    ByteVector output;
};

Outcome shake(ByteSpan in, std::size_t portion) {
    SeededRandom random(1);
    wire::RtmpHandshake handshake(random);
    Outcome out;
    while (out.consumed < in.size() && !handshake.done()) {
        const ByteSpan rest = in.subspan(out.consumed);
        const auto count = handshake.feed(rest.first(std::min(portion, rest.size())));
        if (!count) {
            out.failed = true;
            return out;
        }
        out.consumed += *count;
        const ByteVector answer = handshake.take_output();
        out.output.insert(out.output.end(), answer.begin(), answer.end());
    }
    out.done = handshake.done();
    return out;
}

}  // namespace

// Portions do not matter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteSpan in = std::as_bytes(std::span(data, size));
    const Outcome whole = shake(in, in.size());
    const Outcome cut = shake(in, 97);
    ENSURE(whole.failed == cut.failed && whole.done == cut.done);
    ENSURE(whole.consumed == cut.consumed && whole.output == cut.output);
    return 0;
}
