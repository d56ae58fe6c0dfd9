#include <algorithm>
#include <cstdint>

#include "base/check.hpp"
#include "wire/limits.hpp"
#include "wire/proxy_protocol.hpp"

using namespace shopcast;

// What a header says depends on neither how it is cut nor on what follows it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteSpan in = std::as_bytes(std::span(data, size));
    const auto whole = wire::parse_proxy_header(in);
    for (std::size_t length = 0; length <= std::min<std::size_t>(in.size(), 300); ++length) {
        const auto cut = wire::parse_proxy_header(in.first(length));
        // An error that is certain early stays one.
        if (!cut) ENSURE(!whole);
        if (!cut || !*cut) continue;
        ENSURE(whole && *whole && (*whole)->length == (*cut)->length);
        ENSURE((*cut)->length <= length && (*whole)->source == (*cut)->source);
    }
    // Who reads as much as he is told takes nothing of what follows.
    std::size_t have = 0;
    for (;;) {
        const auto read = wire::parse_proxy_header(in.first(have));
        if (read && *read) ENSURE((*read)->length == have);
        if (!read || *read || have == in.size()) break;
        const std::size_t left = wire::proxy_header_bytes_left(in.first(have));
        ENSURE(left > 0);
        have += std::min(left, in.size() - have);
    }
    if (whole && *whole) {
        ENSURE((*whole)->length <= std::min(in.size(), limits::proxy_header_bytes_max));
        if (const auto source = (*whole)->source) {
            ENSURE(wire::IpEndpoint::parse(source->to_string()) == source);
        }
    }
    return 0;
}
