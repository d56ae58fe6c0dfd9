#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "picture/decoder_pipe.hpp"
#include "picture/limits.hpp"

// Whatever a decoder that somebody has taken over answers, it is JPEGs within their bounds or an
// error of a decoder's, in words that can be printed; and what it is asked reads back as written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const ByteSpan in = std::as_bytes(std::span(data, size));
    constexpr std::size_t count = 2;
    const auto stills = picture::parse_stills(in, count);
    if (stills) {
        ENSURE(stills->jpegs.size() == count);
        for (const Bytes& jpeg : stills->jpegs) {
            ENSURE(jpeg.size() <= limits::still_jpeg_bytes_max);
        }
        ENSURE(as_text(picture::write_answer(*stills)) == as_text(in));
    } else {
        for (const char c : stills.error().message) ENSURE(c >= ' ' && c <= '~');
    }
    const auto poster = picture::parse_poster(in);
    ENSURE(!poster || poster->size() <= limits::poster_bytes_max);
    const auto order = picture::parse_order(in);
    if (order) ENSURE(as_text(picture::write_order(*order)) == as_text(in));
    return 0;
}
