#include "people/totp.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace shopcast;
using namespace shopcast::people;

namespace {

constexpr std::string_view secret = "12345678901234567890";  // RFC 6238, appendix B

WallTime at(std::int64_t seconds) {
    return WallTime(std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("the codes of RFC 6238, appendix B") {
    struct Row {
        std::int64_t seconds;
        const char* code;
    };
    for (const auto& [seconds, code] : std::initializer_list<Row>{{59, "94287082"},
                                                                  {1111111109, "07081804"},
                                                                  {1111111111, "14050471"},
                                                                  {1234567890, "89005924"},
                                                                  {2000000000, "69279037"},
                                                                  {20000000000, "65353130"}}) {
        CHECK(totp::code_at(as_bytes(secret), totp::step_of(at(seconds)), 8) == code);
    }
    // RFC 4226, appendix D: six digits.
    CHECK(totp::code_at(as_bytes(secret), 0) == "755224");
    CHECK(totp::code_at(as_bytes(secret), 9) == "520489");
}

TEST_CASE("a code is good for its step and its neighbours, once") {
    const ByteSpan key = as_bytes(secret);
    const std::int64_t step = 1000;
    const std::string code = totp::code_at(key, step);
    const auto accepted_in = [&](std::int64_t now, std::int64_t last) {
        return totp::accept(key, code, at(now * 30 + 15), last);
    };
    CHECK(accepted_in(step, 0) == step);
    CHECK(accepted_in(step - 1, 0) == step);
    CHECK(accepted_in(step + 1, 0) == step);
    CHECK_FALSE(accepted_in(step - 2, 0));
    CHECK_FALSE(accepted_in(step + 2, 0));
    CHECK_FALSE(accepted_in(step, step));
    CHECK_FALSE(accepted_in(step, step + 1));
    CHECK(accepted_in(step, step - 1) == step);
    CHECK(totp::accept(key, code.substr(0, 3) + " " + code.substr(3), at(step * 30), 0) == step);
    CHECK_FALSE(totp::accept(key, "", at(step * 30), 0));
    CHECK_FALSE(totp::accept(key, code + "0", at(step * 30), 0));
}

TEST_CASE("secrets are shown as apps want them") {
    CHECK(totp::to_shown(as_bytes(secret)) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(totp::otpauth_url(as_bytes(secret), "My shop", "kim") ==
          "otpauth://totp/My%20shop:kim?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20shop");
    SeededRandom random(1);
    CHECK(totp::new_secret(random).size() == 20);
    const auto codes = totp::new_recovery_codes(random);
    CHECK(std::set(codes.begin(), codes.end()).size() == 10);
    CHECK(codes[0].size() == 9);
    CHECK(codes[0][4] == '-');
    CHECK(totp::plain_recovery_code(" AbCd-EfGh ") == "abcdefgh");
}
