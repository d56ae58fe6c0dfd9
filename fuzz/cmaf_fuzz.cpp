#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/cmaf_reader.hpp"

// Whatever is read lies inside the input, and every sample has bytes of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    (void)wire::cmaf::read_init(in);
    const auto fragments = wire::cmaf::read_fragments(in);
    if (!fragments) return 0;
    for (const auto& fragment : *fragments) {
        for (const auto& run : fragment.runs) {
            for (const auto& sample : run.samples) {
                ENSURE(!sample.data.empty());
                ENSURE(sample.data.data() >= in.data() &&
                       sample.data.data() + sample.data.size() <= in.data() + in.size());
            }
        }
    }
    return 0;
}
