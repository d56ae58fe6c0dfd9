#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace shopcast {

/// The whole of `text` as a decimal integer: no sign for unsigned types, no spaces, no overflow.
template <std::integral T>
std::optional<T> parse_int(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// ASCII only; header names, host names and toml keys need no more.
bool iequals(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

std::string to_hex(ByteSpan bytes);
std::optional<ByteVector> from_hex(std::string_view text);
std::string to_base32(ByteSpan bytes);

/// The one of `known` with the smallest edit distance to `word`, for "did you mean"; empty when
/// nothing is close.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace shopcast
