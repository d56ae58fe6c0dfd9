#include "wire/amf0.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "wire/hex_for_tests.hpp"
#include "wire/limits.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

std::vector<Amf0Value> decoded(std::string_view hex) {
    auto values = decode_amf0(unhex(hex));
    REQUIRE(values);
    return *values;
}

std::string encoded(const Amf0Value& value) {
    ByteWriter out;
    encode_amf0(out, value);
    return to_hex(out.span());
}

}  // namespace

TEST_CASE("AMF0 numbers, booleans, strings, null and undefined read as the specification writes") {
    // AMF0 2.2, 2.3, 2.4, 2.7, 2.8.
    const auto values = decoded("003ff0000000000000 0101 020004 6c697665 05 06");
    REQUIRE(values.size() == 5);
    CHECK(values[0] == Amf0Value(1.0));
    CHECK(values[1] == Amf0Value(true));
    CHECK(values[2] == Amf0Value("live"));
    CHECK(values[3] == Amf0Value());
    CHECK(values[4] == Amf0Value(Amf0Undefined{}));
}

TEST_CASE("AMF0 objects, arrays, dates, long strings and typed objects read") {
    // AMF0 2.5, 2.12, 2.13, 2.14, 2.18.
    const auto values = decoded(
        "03 000161 003ff0000000000000 000009 0a00000002 0101 0100 0b4273d9b1b2a4c000 0000 "
        "0c00000003 616263 10 000454657374 000161 05 000009");
    REQUIRE(values.size() == 5);
    CHECK(values[0] == Amf0Value::object({{"a", 1.0}}));
    CHECK(values[1] == Amf0Value(Amf0Array{{true, false}}));
    CHECK(std::holds_alternative<Amf0Date>(values[2].data));
    CHECK(values[3] == Amf0Value("abc"));
    CHECK(values[4] == Amf0Value::object({{"a", Amf0Value()}}));
}

TEST_CASE("an ECMA array ends at its end marker, whatever count it announces") {
    // OBS and ffmpeg announce right counts, hardware encoders announce 0 or too many.
    for (const char* count : {"00000000", "00000001", "000000ff"}) {
        const auto values =
            decoded(std::string("08") + count + "000161 0101 000162 0100 000009 05");
        REQUIRE(values.size() == 2);
        CHECK(values[0] == Amf0Value::ecma_array({{"a", true}, {"b", false}}));
        CHECK(values[1] == Amf0Value());
    }
}

TEST_CASE("an object without its end, or cut inside a property, keeps what was read") {
    CHECK(decoded("03 000161 0101")[0] == Amf0Value::object({{"a", true}}));
    CHECK(decoded("03 000161 0101 0000")[0] == Amf0Value::object({{"a", true}}));
    CHECK(decoded("03 000161 0101 000162 0040")[0] == Amf0Value::object({{"a", true}}));
    CHECK(decoded("0a00000005 0101")[0] == Amf0Value(Amf0Array{{true}}));
}

TEST_CASE("trailing bytes after the first value are ignored, an unreadable first value is not") {
    CHECK(decoded("0101 ffeedd").size() == 1);
    CHECK(decode_amf0(unhex("ff")).error().code == Errc::Malformed);
    CHECK(decode_amf0({}).error().code == Errc::Malformed);
    CHECK(decode_amf0(unhex("0040")).error().code == Errc::Malformed);
}

TEST_CASE("AMF0 nesting and element counts are bounded") {
    std::string deep;
    for (int i = 0; i < limits::amf0_depth_max + 1; ++i) deep += "03000161";
    CHECK(decode_amf0(unhex(deep + "05")).error().code == Errc::TooLarge);

    std::string many;
    for (std::size_t i = 0; i < limits::amf0_elements_max; ++i) many += "05";
    CHECK(decode_amf0(unhex(many))->size() == limits::amf0_elements_max);
    CHECK(decode_amf0(unhex(many + "05")).error().code == Errc::TooLarge);
}

TEST_CASE("AMF0 values are written as the specification says") {
    CHECK(encoded(1.0) == "003ff0000000000000");
    CHECK(encoded("ab") == "0200026162");
    CHECK(encoded(Amf0Value()) == "05");
    CHECK(encoded(Amf0Value::object({{"a", true}})) == "030001610101000009");
    CHECK(encoded(Amf0Value::ecma_array({{"a", true}})) == "08000000010001610101000009");
    CHECK(encoded(Amf0Array{{1.0, Amf0Undefined{}}}) == "0a00000002003ff000000000000006");
    const std::string long_text(70'000, 'x');
    CHECK(encoded(long_text).starts_with("0c00011170"));
}
