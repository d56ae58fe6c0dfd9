#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/flv.hpp"
#include "wire/limits.hpp"

using namespace shopcast;

namespace {

template <typename Tags>
void check_inside(const Tags& tags, ByteSpan body) {
    ENSURE(tags.size() <= limits::flv_tracks_max);
    for (const auto& tag : tags) {
        if (tag.data.empty()) continue;
        const ByteSpan data = tag.data;
        ENSURE(data.data() >= body.data() &&
               data.data() + data.size() <= body.data() + body.size());
        ENSURE(tag.nanoseconds < 1'000'000);
        ENSURE(!wire::to_string(tag.codec).empty());
    }
}

}  // namespace

// Whatever a tag says lies inside the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes body = Bytes::copy_of(std::as_bytes(std::span(data, size)));
    if (const auto tags = wire::parse_video_body(body)) check_inside(*tags, body);
    if (const auto tags = wire::parse_audio_body(body)) check_inside(*tags, body);
    return 0;
}
