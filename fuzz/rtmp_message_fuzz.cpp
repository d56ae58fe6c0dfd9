#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/rtmp_message.hpp"

// The first byte chooses the message's type, the rest is its payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    using wire::RtmpType;
    if (size == 0) return 0;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    const wire::RtmpMessage message{
        .type = RtmpType{data[0]}, .stream_id = 1, .payload = Bytes::copy_of(in.subspan(1))};
    (void)wire::parse_rtmp_user_control(message.payload);
    (void)wire::parse_rtmp_number(message.payload);
    if (const auto values = wire::parse_rtmp_data(message)) (void)wire::find_metadata(*values);
    if (const auto command = wire::parse_rtmp_command(message)) {
        const auto again = wire::parse_rtmp_command(wire::to_message(*command, 1));
        ENSURE(again.has_value() && again->name == command->name);
        ENSURE(again->arguments.size() == command->arguments.size());
    }
    wire::RtmpAggregate aggregate(message);
    std::size_t payload_bytes = 0;
    for (;;) {
        const auto part = aggregate.next();
        if (!part || !*part) break;
        payload_bytes += (*part)->payload.size();
    }
    ENSURE(payload_bytes < size);
    return 0;
}
