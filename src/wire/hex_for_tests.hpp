#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/text.hpp"

namespace shopcast::wire {

/// Bytes written down as "02 000004 6c697665": spaces set fields apart.
inline ByteVector unhex(std::string_view text) {
    std::string digits(text);
    std::erase(digits, ' ');
    auto bytes = from_hex(digits);
    ENSURE(bytes.has_value(), "a test's hex is wrong");
    return *std::move(bytes);
}

}  // namespace shopcast::wire
