#include <array>
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "picture/still_jpegs.hpp"

// Whatever somebody uploads as a picture, it becomes JPEGs or an error. libav* is Debian's, without
// coverage: this looks for what random bytes and the seeds break, not into every branch of its
// decoders (OSS-Fuzz does that).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    constexpr std::array<std::uint32_t, 2> widths{16, 160};
    const auto stills = picture::still_jpegs(std::as_bytes(std::span(data, size)), widths);
    if (!stills) return 0;
    ENSURE(stills->jpegs.size() == widths.size());
    for (const Bytes& jpeg : stills->jpegs) {
        ENSURE(jpeg.text().starts_with("\xff\xd8") && jpeg.text().ends_with("\xff\xd9"));
    }
    return 0;
}
