#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "picture/keyframe_jpeg.hpp"

// Whatever an encoder sends as a keyframe, it becomes a small JPEG or an error. The first byte says
// how long the record is. libav* is Debian's, without coverage: this looks for what random bytes
// and the seeds break, not into every branch of its decoder (OSS-Fuzz does that).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    if (in.empty() || in.size() <= std::size_t{data[0]} + 1) return 0;
    const ByteSpan record = in.subspan(1, data[0]);
    const auto jpeg = picture::keyframe_jpeg(record, in.subspan(1 + record.size()));
    if (!jpeg) return 0;
    ENSURE(jpeg->text().starts_with("\xff\xd8") && jpeg->text().ends_with("\xff\xd9"));
    return 0;
}
