#include "shop/catalogue/jamo.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using shop::length_of;
using shop::to_jamo;

// Syllables by their code points, and their canonical decompositions (UnicodeData.txt, 15.0).
TEST_CASE("syllables fall into their letters") {
    CHECK(to_jamo("\uAC00") == "\u1100\u1161");                 // ga
    CHECK(to_jamo("\uAC01") == "\u1100\u1161\u11A8");           // gag
    CHECK(to_jamo("\uD7A3") == "\u1112\u1175\u11C2");           // hih, the last
    CHECK(to_jamo("\uB9BD") == "\u1105\u1175\u11B8");           // rip
    CHECK(to_jamo("\u1105\u1175\u11B8") == to_jamo("\uB9BD"));  // what macOS sends
    CHECK(length_of(to_jamo("\uB9BD\uC2A4\uD2F1")) == 8);       // rip-seu-tig
}

TEST_CASE("what is typed so far is the beginning of what will be") {
    const std::string rip = to_jamo("\uB9BD");
    CHECK(rip.starts_with(to_jamo("\u3139")));         // r
    CHECK(rip.starts_with(to_jamo("\uB9AC")));         // ri
    CHECK(to_jamo("\u3133") == to_jamo("\u3131"));     // gs begins with g
    CHECK(to_jamo("\u314E") == "\u1112");              // h
    CHECK(to_jamo("\u314F\u3163") == "\u1161\u1175");  // a, i
}

TEST_CASE("other letters stay, and what is no UTF-8 goes") {
    CHECK(to_jamo("Velvet 01 \u00E9\U0001F484") == "velvet 01 \u00E9\U0001F484");
    CHECK(to_jamo("a\xFF\xC3z\xE0\x80") == "az");
    CHECK(to_jamo(std::string_view("a\0b", 3)) == "ab");
    CHECK(to_jamo("").empty());
}

TEST_CASE("what lies beside the syllables and the letters stays as it is") {
    for (const char* same : {"\uABFF", "\uD7A4", "\u3130", "\u3164", "@", "[", "`", "{", "\u007F",
                             "\u0080", "\u07FF", "\u0800", "\uFFFD", "\U00010000", "\U0010FFFF"}) {
        CHECK(to_jamo(same) == same);
    }
    CHECK(to_jamo("AZ") == "az");
    CHECK(to_jamo("\u314F") == "\u1161");
    CHECK(to_jamo("\u3163") == "\u1175");
    CHECK(to_jamo("\uAE4C") == "\u1101\u1161");        // kka: the next initial
    CHECK(to_jamo("\uAC1C") == "\u1100\u1162");        // gae: the next medial
    CHECK(to_jamo("\uAC1B") == "\u1100\u1161\u11C2");  // gah: the last final
}

TEST_CASE("characters that are cut off or interrupted go, and what follows them stays") {
    CHECK(to_jamo("\xC3") == "");
    CHECK(to_jamo("\xE0\xA0") == "");
    CHECK(to_jamo("\xF0\x90\x80") == "");
    CHECK(to_jamo("\xF0\x90\x80z") == "z");
    CHECK(to_jamo("\x80z") == "z");
    CHECK(to_jamo("\xF8\x80\x80\x80\x80z") == "z");
    CHECK(to_jamo("\xE0\xC3\xA9") == "\u00E9");
    CHECK(length_of("a\u00E9\uAC00\U0001F484") == 4);
    CHECK(length_of("") == 0);
}
