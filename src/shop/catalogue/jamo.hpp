#pragma once

#include <string>
#include <string_view>

namespace shopcast::shop {

/// Korean as it is searched: every syllable as its letters, initial, medial, final (Unicode 15,
/// 3.12, "Hangul Syllable Decomposition", which is NFD); the letters that a keyboard gives while a
/// syllable is unfinished (U+3131..U+3163) as the initials and medials they are going to be;
/// everything else as it is, ASCII in lower case.
///
/// So what is typed so far is found: "ri" finds "rip". An index of three characters each, which is
/// useless for words of one or two syllables, sees two to six letters. Bytes that are no UTF-8 are
/// left out.
std::string to_jamo(std::string_view utf8);

/// How many characters `jamo` has. REQUIRES: what to_jamo() gave.
std::size_t length_of(std::string_view jamo);

}  // namespace shopcast::shop
