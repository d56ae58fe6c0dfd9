#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace shopcast {

/// Appends big-endian numbers and bytes to a vector it owns.
class ByteWriter {
public:
    void u8(std::uint8_t value) { number<1>(value); }
    void u16(std::uint16_t value) { number<2>(value); }
    void u24(std::uint32_t value) { number<3>(value); }
    void u32(std::uint32_t value) { number<4>(value); }
    void u64(std::uint64_t value) { number<8>(value); }
    void bytes(ByteSpan in) { out_.insert(out_.end(), in.begin(), in.end()); }
    void text(std::string_view in) { bytes(as_bytes(in)); }
    void zeros(std::size_t count) { out_.resize(out_.size() + count); }

    std::size_t size() const { return out_.size(); }
    ByteSpan span() const { return out_; }
    void reserve(std::size_t size) { out_.reserve(size); }

    /// Overwrites four bytes written before, for sizes known only at the end.
    /// REQUIRES: position + 4 <= size().
    void patch_u32(std::size_t position, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i) {
            out_[position + i] = static_cast<std::byte>(value >> (24 - 8 * i));
        }
    }
    ByteVector take() && { return std::move(out_); }

private:
    template <std::size_t Length>
    void number(std::uint64_t value) {
        for (std::size_t i = Length; i-- > 0;)
            out_.push_back(static_cast<std::byte>(value >> (8 * i)));
    }

    ByteVector out_;
};

}  // namespace shopcast
