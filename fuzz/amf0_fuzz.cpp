#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/amf0.hpp"

// What was read can be written, and then reads as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const auto values = wire::decode_amf0(std::as_bytes(std::span(data, size)));
    if (!values) return 0;
    ByteWriter written;
    for (const wire::Amf0Value& value : *values) wire::encode_amf0(written, value);
    const auto again = wire::decode_amf0(written.span());
    ENSURE(again.has_value() && again->size() == values->size());
    ByteWriter rewritten;
    for (const wire::Amf0Value& value : *again) wire::encode_amf0(rewritten, value);
    ENSURE(std::ranges::equal(written.span(), rewritten.span()));
    return 0;
}
