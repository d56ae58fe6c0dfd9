#include <algorithm>

#include "base/limits.hpp"
#include "wire/http1.hpp"
#include "wire/http1_chars.hpp"

namespace shopcast::wire {
namespace {

/// Chunk extensions and trailers carry nothing we use; a few hundred bytes of them are honest.
constexpr std::size_t chunk_extension_bytes_max = 1024;
constexpr std::size_t trailer_bytes_max = 8 * limits::KiB;
/// 8 hexadecimal digits are 4 GiB, far above any body limit.
constexpr std::uint32_t chunk_size_digits_max = 8;

bool is_text(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::unexpected<Error> malformed(const char* what) {
    return fail(Errc::Malformed, what);
}

}  // namespace

Result<std::size_t> ChunkedDecoder::feed(ByteSpan in, ByteVector& out) {
    std::size_t at = 0;
    while (at < in.size() && state_ != State::Done) {
        if (state_ != State::Data) {
            TRY_VOID(step(static_cast<char>(in[at++])));
            continue;
        }
        const auto length =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at));
        const ByteSpan piece = in.subspan(at, length);
        out.insert(out.end(), piece.begin(), piece.end());
        at += length;
        left_ -= length;
        if (left_ == 0) state_ = State::DataCr;
    }
    return at;
}

// chunk-size = 1*HEXDIG (RFC 9112, 7.1); no sign, no "0x", no space.
Result<void> ChunkedDecoder::size_digit(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (++digits_ > chunk_size_digits_max) return fail(Errc::TooLarge, "a chunk is too large");
        left_ = left_ << 4 | static_cast<unsigned>(digit);
        return {};
    }
    if (digits_ == 0) return malformed("a chunk has no size");
    if (c == '\r') {
        state_ = State::SizeLf;
    } else if (c == ';') {
        state_ = State::Extension;
    } else {
        return malformed("a chunk's size is not hexadecimal");
    }
    return {};
}

Result<void> ChunkedDecoder::size_ended() {
    total_ += left_;
    if (total_ > body_bytes_max_) return fail(Errc::TooLarge, "the body is too large");
    state_ = left_ == 0 ? State::TrailerStart : State::Data;
    digits_ = 0;
    line_bytes_ = 0;
    return {};
}

Result<void> ChunkedDecoder::trailer(char c) {
    if (++trailer_bytes_ > trailer_bytes_max) return fail(Errc::TooLarge, "trailers too large");
    if (c == '\r') {
        // A line must have had a name and a colon, as in the head.
        if (state_ == State::TrailerName) return malformed("a trailer is not \"name: value\"");
        state_ = state_ == State::TrailerStart ? State::EndLf : State::TrailerLf;
        return {};
    }
    switch (state_) {
        case State::TrailerStart:
            if (!is_token_char(c)) return malformed("a trailer has no name");
            state_ = State::TrailerName;
            return {};
        case State::TrailerName:
            if (c == ':') {
                state_ = State::TrailerValue;
            } else if (!is_token_char(c)) {
                return malformed("a trailer's name is not a token");
            }
            return {};
        default: return is_text(c) ? Result<void>() : malformed("control byte in a trailer");
    }
}

Result<void> ChunkedDecoder::step(char c) {
    const auto expect = [this, c](char wanted, State next) -> Result<void> {
        if (c != wanted) return malformed("a line of the chunked body does not end in CR LF");
        state_ = next;
        return {};
    };
    switch (state_) {
        case State::Size: return size_digit(c);
        case State::Extension:
            if (c == '\r') {
                state_ = State::SizeLf;
            } else if (!is_text(c) || ++line_bytes_ > chunk_extension_bytes_max) {
                return malformed("a chunk extension is malformed or too long");
            }
            return {};
        case State::SizeLf: return c == '\n' ? size_ended() : expect('\n', State::Data);
        case State::DataCr: return expect('\r', State::DataLf);
        case State::DataLf: return expect('\n', State::Size);
        case State::TrailerStart:
        case State::TrailerName:
        case State::TrailerValue: return trailer(c);
        case State::TrailerLf: return expect('\n', State::TrailerStart);
        case State::EndLf: return expect('\n', State::Done);
        case State::Data:
        case State::Done: break;
    }
    return {};
}

}  // namespace shopcast::wire
