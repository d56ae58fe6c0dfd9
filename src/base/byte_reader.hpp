#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast {

/// Reads big-endian numbers and slices from a span, in order. A read past the end is an
/// Errc::Malformed and consumes nothing. The span must outlive the reader.
class ByteReader {
public:
    explicit ByteReader(ByteSpan in) : in_(in) {}

    std::size_t remaining() const { return in_.size() - at_; }
    std::size_t position() const { return at_; }
    bool done() const { return remaining() == 0; }
    ByteSpan rest() const { return in_.subspan(at_); }

    Result<std::uint8_t> u8() { return number<std::uint8_t, 1>(); }
    Result<std::uint16_t> u16() { return number<std::uint16_t, 2>(); }
    Result<std::uint32_t> u24() { return number<std::uint32_t, 3>(); }
    Result<std::uint32_t> u32() { return number<std::uint32_t, 4>(); }
    Result<std::uint64_t> u64() { return number<std::uint64_t, 8>(); }

    Result<ByteSpan> bytes(std::size_t length) {
        if (length > remaining()) return ends_early();
        const ByteSpan out = in_.subspan(at_, length);
        at_ += length;
        return out;
    }
    Result<void> skip(std::size_t length) {
        if (length > remaining()) return ends_early();
        at_ += length;
        return {};
    }

private:
    static std::unexpected<Error> ends_early() {
        return fail(Errc::Malformed, "the data ends early");
    }
    template <std::unsigned_integral T, std::size_t Length>
    Result<T> number() {
        if (remaining() < Length) return ends_early();
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < Length; ++i) {
            value = value << 8 | std::to_integer<std::uint64_t>(in_[at_ + i]);
        }
        at_ += Length;
        return static_cast<T>(value);
    }

    ByteSpan in_;
    std::size_t at_ = 0;
};

}  // namespace shopcast
