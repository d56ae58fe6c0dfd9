#include "people/account.hpp"

#include <doctest/doctest.h>

#include "people/common_passwords.hpp"

using namespace shopcast;
using namespace shopcast::people;

namespace {

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

constexpr std::string_view hangul = "\uac00";     // three bytes
constexpr std::string_view emoji = "\U0001F600";  // four bytes

}  // namespace

TEST_CASE("logins are lower-case handles") {
    CHECK(checked_login(" Kim.Min-su_7 ") == "kim.min-su_7");
    CHECK(checked_login("7up") == "7up");
    CHECK(checked_login(std::string(32, 'a')));
    for (const std::string& wrong : {std::string("ab"), std::string(33, 'a'), std::string(".abc"),
                                     std::string("_abc"), std::string("a b c"), std::string("a/bc"),
                                     std::string("a@b.c"), std::string(hangul) + "abc"}) {
        const auto refused = checked_login(wrong);
        REQUIRE_MESSAGE(!refused, wrong);
        CHECK(refused.error().field == "login");
        CHECK(code_of(refused.error()) == "invalid_login");
    }
}

TEST_CASE("display names have 1 to 60 characters of any writing") {
    CHECK(checked_display_name("  Kim  ") == "Kim");
    CHECK(checked_display_name(repeated(hangul, 60)));
    CHECK_FALSE(checked_display_name(repeated(hangul, 61)));
    CHECK_FALSE(checked_display_name("   "));
    CHECK_FALSE(checked_display_name("a\nb"));
    CHECK_FALSE(checked_display_name("\xff\xfe"));
}

TEST_CASE("e-mail addresses are those that fit an envelope") {
    for (const char* right : {"a@b.co", "first.last+tag@sub.example.com", "x_y@1-2.example"}) {
        CHECK_MESSAGE(checked_email(right) == right, right);
    }
    for (const char* wrong : {"", "a", "@b.co", "a@", "a@b", "a b@c.de", "a@b..co", "a@-b.co",
                              "a@b.co\r\nBcc: x@y.z", "\"a\"@b.co", "a<b@c.de", "a@[192.0.2.1]"}) {
        CHECK_MESSAGE(!checked_email(wrong), wrong);
    }
    CHECK_FALSE(checked_email(std::string(65, 'a') + "@b.co"));
    CHECK(masked_email("kim@example.com") == "k***@example.com");
}

TEST_CASE("passwords count characters, not bytes, and need no special ones") {
    CHECK(check_password("correct horse", "kim"));
    CHECK(check_password(repeated(hangul, 8), "kim"));
    CHECK_FALSE(check_password(repeated(hangul, 7), "kim"));
    CHECK(check_password(repeated(emoji, 128), "kim"));
    CHECK_FALSE(check_password(repeated(emoji, 129), "kim"));
    CHECK(check_password("        ", "kim"));
    CHECK_FALSE(check_password("abcdefg\xc3", "kim"));          // ends within a character
    CHECK_FALSE(check_password("abcdefg\xc0\x80", "kim"));      // overlong
    CHECK_FALSE(check_password("abcdefg\xed\xa0\x80", "kim"));  // a surrogate
    const auto same = check_password("KIM.minsu", "kim.minsu", "new_password");
    REQUIRE_FALSE(same);
    CHECK(same.error().field == "new_password");
    CHECK(code_of(same.error()) == "invalid_new_password");
}

TEST_CASE("what guessers try first is refused in any case") {
    for (const char* common : {"password", "password1", "PassWord1", "12345678", "123456789",
                               "qwertyuiop", "iloveyou", "1q2w3e4r", "trustno1", "11111111",
                               "sunshine", "princess", "football", "passw0rd", "dkssudgktpdy"}) {
        CHECK_MESSAGE(is_common_password(common), common);
        CHECK_FALSE(check_password(common, "kim"));
    }
    CHECK_FALSE(is_common_password("CloudWave!"));
    CHECK_FALSE(is_common_password("correct horse"));
    CHECK_FALSE(is_common_password(""));
}
