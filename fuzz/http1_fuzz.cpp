#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "wire/http1.hpp"

using namespace shopcast;

namespace {

constexpr std::size_t head_max = 4096;

/// Bytes that arrive one by one must mean what they mean at once.
void head_agrees_with_itself(std::string_view in) {
    wire::RequestHead whole;
    const wire::HeadResult at_once = wire::parse_request_head(in, 0, head_max, whole);
    wire::RequestHead grown;
    wire::HeadResult result{wire::HeadStatus::NeedMore, 0, {}};
    std::size_t scanned = 0;
    const std::size_t step = in.empty() ? 1 : 1 + static_cast<unsigned char>(in.back()) % 7;
    for (std::size_t size = 0; result.status == wire::HeadStatus::NeedMore && size < in.size();) {
        size = std::min(in.size(), size + step);
        result = wire::parse_request_head(in.substr(0, size), scanned, head_max, grown);
        scanned = size;
    }
    const bool complete = at_once.status == wire::HeadStatus::Complete;
    ENSURE(complete == (result.status == wire::HeadStatus::Complete));
    if (!complete) return;
    ENSURE(at_once.length == result.length && at_once.length <= in.size());
    ENSURE(whole.target == grown.target && whole.host == grown.host);
    ENSURE(whole.content_length == grown.content_length && whole.chunked == grown.chunked);
    ENSURE(whole.keep_alive == grown.keep_alive && whole.headers_count == grown.headers_count);

    // What must hold of every accepted head, checked without the parser's help.
    const std::string_view head = in.substr(0, at_once.length);
    ENSURE(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") + 4 == head.size());
    ENSURE(std::ranges::count(head, '\n') == std::ranges::count(head, '\r'));
    ENSURE(!(whole.chunked && whole.content_length));
    for (std::size_t i = 0; i < whole.headers_count; ++i) {
        ENSURE(wire::is_token(whole.field(i).name) && wire::is_field_value(whole.field(i).value));
    }
}

void chunked_agrees_with_itself(ByteSpan in) {
    wire::ChunkedDecoder at_once(512);
    wire::ChunkedDecoder stepped(512);
    ByteVector body;
    ByteVector stepped_body;
    const auto used = at_once.feed(in, body);
    std::size_t at = 0;
    bool failed = false;
    while (at < in.size() && !stepped.done() && !failed) {
        const auto step = stepped.feed(in.subspan(at, 1), stepped_body);
        failed = !step;
        at += failed ? 0 : *step;
    }
    ENSURE(failed == !used && at_once.done() == stepped.done());
    if (!used) return;
    ENSURE(*used == at && body == stepped_body && body.size() <= 512);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view in(reinterpret_cast<const char*>(data), size);
    head_agrees_with_itself(in);
    chunked_agrees_with_itself(as_bytes(in));
    const wire::RangeResult range = wire::parse_range(in, 1000);
    if (range.status == wire::RangeStatus::Partial) {
        ENSURE(range.range.length > 0 && range.range.first + range.range.length <= 1000);
    }
    wire::etag_matches(in, "\"etag\"");
    return 0;
}
