#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/byte_reader.hpp"
#include "ingest/media_path.hpp"
#include "published.hpp"

// The input is a list of messages: type (audio, video, aggregate), timestamp, length, payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    using wire::RtmpType;
    ByteReader in(std::as_bytes(std::span(data, size)));
    CheckingPublication publication;
    ingest::MediaPath path(publication);
    for (;;) {
        const auto type = in.u8();
        const auto timestamp = in.u32();
        const auto length = in.u16();
        if (!type || !timestamp || !length) return 0;
        const auto payload = in.bytes(std::min<std::size_t>(*length, in.remaining()));
        const RtmpType types[] = {RtmpType::Video, RtmpType::Audio, RtmpType::Aggregate};
        const auto taken = path.on_message({.type = types[*type % 3],
                                            .timestamp_ms = *timestamp,
                                            .stream_id = 1,
                                            .payload = Bytes::copy_of(*payload)});
        if (!taken) return 0;
    }
}
