#include "shop/catalogue/jamo.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace shopcast::shop {
namespace {

constexpr char32_t syllables_from = 0xAC00;
constexpr char32_t initials_from = 0x1100;
constexpr char32_t medials_from = 0x1161;
constexpr char32_t finals_from = 0x11A7;  // one before the first: 0 is "no final"
constexpr char32_t medials_count = 21;
constexpr char32_t finals_count = 28;
constexpr char32_t syllables_count = 19 * medials_count * finals_count;

constexpr char32_t letters_from = 0x3131;
constexpr char32_t letters_medials_from = 0x314F;
constexpr char32_t letters_end = 0x3164;
/// The initial consonant of each letter from U+3131 to U+314E; pairs that begin no syllable (as
/// U+3133) by their first.
constexpr std::array<std::uint8_t, 30> initial_of{0, 1,  0,  2,  2,  2,  3,  4,  5,  5,
                                                  5, 5,  5,  5,  5,  5,  6,  7,  8,  7,
                                                  9, 10, 11, 12, 13, 14, 15, 16, 17, 18};

void append_utf8(std::string& out, char32_t c) {
    const auto tail = [&](int shift) {
        out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F)));
    };
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (c >> 6)));
        tail(0);
    } else if (c < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (c >> 12)));
        tail(6);
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0 | (c >> 18)));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// The character that `text` begins with, which is taken off it. None: the byte taken is not the
/// beginning of one.
std::optional<char32_t> take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80             ? 1
                             : (first & 0xE0) == 0xC0 ? 2
                             : (first & 0xF0) == 0xE0 ? 3
                             : (first & 0xF8) == 0xF0 ? 4
                                                      : 0;
    if (size == 0 || size > text.size()) {
        text.remove_prefix(1);
        return std::nullopt;
    }
    char32_t c = size == 1 ? first : first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) {
            text.remove_prefix(1);
            return std::nullopt;
        }
        c = (c << 6) | (next & 0x3F);
    }
    text.remove_prefix(size);
    return c;
}

void append(std::string& out, char32_t c) {
    if (c >= syllables_from && c < syllables_from + syllables_count) {
        const char32_t place = c - syllables_from;
        append_utf8(out, initials_from + place / (medials_count * finals_count));
        append_utf8(out, medials_from + place / finals_count % medials_count);
        const char32_t final = place % finals_count;
        if (final != 0) append_utf8(out, finals_from + final);
    } else if (c >= letters_from && c < letters_medials_from) {
        append_utf8(out, initials_from + initial_of[c - letters_from]);
    } else if (c >= letters_medials_from && c < letters_end) {
        append_utf8(out, medials_from + (c - letters_medials_from));
    } else if (c >= 'A' && c <= 'Z') {
        append_utf8(out, c - 'A' + 'a');
    } else if (c != 0) {
        append_utf8(out, c);
    }
}

}  // namespace

std::string to_jamo(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size() * 2);
    while (!utf8.empty()) {
        if (const auto c = take_character(utf8)) append(out, *c);
    }
    return out;
}

std::size_t length_of(std::string_view jamo) {
    std::size_t count = 0;
    for (const char c : jamo) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

}  // namespace shopcast::shop
