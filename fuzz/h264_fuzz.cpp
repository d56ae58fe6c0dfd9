#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/h264.hpp"

// A record that was read can be written, and then reads as the same; NAL units lie inside the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    if (const auto record = wire::AvcRecord::parse(in)) {
        const Bytes written = record->serialize();
        const auto again = wire::AvcRecord::parse(written);
        ENSURE(again.has_value() && again->nal_length_size == 4);
        ENSURE(again->serialize() == written);
        const auto sps = record->parse_sps();
        ENSURE(sps.has_value() && sps->width > 0 && sps->height > 0);
    }
    (void)wire::parse_sps(in);
    for (std::uint8_t length_size = 1; length_size <= 4; ++length_size) {
        const auto unit = wire::split_access_unit(in, length_size);
        if (!unit) continue;
        std::size_t bytes = 0;
        for (const ByteSpan nal : unit->nals) {
            ENSURE(!nal.empty() && nal.data() >= in.data());
            ENSURE(nal.data() + nal.size() <= in.data() + in.size());
            bytes += 4 + nal.size();
        }
        ENSURE(!unit->is_exact || bytes == in.size());
        ENSURE(wire::join_nals(unit->nals).size() == bytes);
    }
    return 0;
}
