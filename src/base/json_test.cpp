#include "base/json.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace shopcast;

TEST_CASE("only an object is read, and only what is as expected in it") {
    for (const std::string_view none : {"", "[]", "1", "{", "{\"a\":}", "null", "{} x"}) {
        CHECK_FALSE(parse_object(none));
    }
    const auto object = parse_object(R"({"a": "text", "b": {"c": "d"}, "n": 1})");
    REQUIRE(object);
    CHECK(text_at(*object, "a") == "text");
    CHECK(text_at(*object, "n") == "");
    CHECK(text_at(*object, "none") == "");
    REQUIRE(object_at(*object, "b") != nullptr);
    CHECK(text_at(*object_at(*object, "b"), "c") == "d");
    CHECK(object_at(*object, "a") == nullptr);
    CHECK(object_at(*object, "none") == nullptr);
}

TEST_CASE("what nests without end is refused, not followed") {
    CHECK_FALSE(parse_object("{\"a\":" + std::string(100'000, '[')));
}
