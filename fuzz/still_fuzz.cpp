#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/still.hpp"

// Whatever somebody uploads, its essence is a picture of the same format, hardly longer than what
// came, of which nothing more can be left out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    const int turned = wire::exif_orientation(in);
    ENSURE(turned >= 1 && turned <= 8);
    const auto still = wire::still_essence(in);
    if (!still) return 0;
    ENSURE(still->width > 0 && still->height > 0);
    ENSURE(still->orientation >= 1 && still->orientation <= 8);
    ENSURE(still->bytes.size() <= in.size() + 2);
    const auto again = wire::still_essence(still->bytes);
    ENSURE(again && again->bytes == still->bytes);
    ENSURE(again->width == still->width && again->height == still->height);
    ENSURE(again->format == still->format && again->orientation == 1);
    return 0;
}
