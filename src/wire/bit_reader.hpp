#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// Reads bits, most significant first, and the Exp-Golomb codes of H.264 (9.1). A read past the
/// end is an Errc::Malformed. The span must outlive the reader.
class BitReader {
public:
    explicit BitReader(ByteSpan in) : in_(in) {}

    std::size_t position() const { return at_; }
    std::size_t remaining() const { return in_.size() * 8 - at_; }

    /// REQUIRES: count <= 32.
    Result<std::uint32_t> bits(std::size_t count) {
        ENSURE(count <= 32);
        if (count > remaining()) return fail(Errc::Malformed, "the data ends early");
        std::uint64_t value = 0;
        std::size_t left = count;
        while (left > 0) {
            const std::size_t in_byte = 8 - at_ % 8;
            const std::size_t taken = left < in_byte ? left : in_byte;
            const auto byte = std::to_integer<std::uint64_t>(in_[at_ / 8]);
            const std::uint64_t piece = byte >> (in_byte - taken) & ((1U << taken) - 1);
            value = value << taken | piece;
            at_ += taken;
            left -= taken;
        }
        return static_cast<std::uint32_t>(value);
    }
    Result<bool> flag() {
        const std::uint32_t bit = TRY(bits(1));
        return bit != 0;
    }
    Result<void> skip(std::size_t count) {
        if (count > remaining()) return fail(Errc::Malformed, "the data ends early");
        at_ += count;
        return {};
    }

    /// ue(v): up to 2^32 - 2.
    Result<std::uint32_t> unsigned_golomb() {
        std::size_t zeros = 0;
        while (!TRY(flag())) {
            if (++zeros > 31) return fail(Errc::Malformed, "an Exp-Golomb code is too long");
        }
        const std::uint32_t rest = TRY(bits(zeros));
        return static_cast<std::uint32_t>((std::uint64_t{1} << zeros) - 1 + rest);
    }
    /// se(v).
    Result<std::int32_t> signed_golomb() {
        const std::uint32_t code = TRY(unsigned_golomb());
        const auto magnitude = static_cast<std::int64_t>((std::uint64_t{code} + 1) / 2);
        return static_cast<std::int32_t>(code % 2 == 1 ? magnitude : -magnitude);
    }

private:
    ByteSpan in_;
    std::size_t at_ = 0;  // bits
};

}  // namespace shopcast::wire
