#include "api/frame/times.hpp"

#include <doctest/doctest.h>

using namespace shopcast;

TEST_CASE("times are read in the shapes of RFC 3339, and nothing else is one") {
    const auto read = [](std::string_view text) {
        const auto time = api::from_rfc3339(text);
        return time ? to_rfc3339(*time) : "none";
    };
    CHECK(read("2026-11-22T15:57:00.123Z") == "2026-11-22T15:57:00.123Z");
    CHECK(read("2026-11-22T15:57:00Z") == "2026-11-22T15:57:00.000Z");
    CHECK(read("2026-11-23T00:57:00+09:00") == "2026-11-22T15:57:00.000Z");
    CHECK(read("2026-11-22t10:27:00.5-05:30") == "2026-11-22T15:57:00.500Z");
    CHECK(read("2024-02-29T00:00:00.12345Z") == "2024-02-29T00:00:00.123Z");
    for (const char* text :
         {"", "2026-11-22", "2026-11-22T15:57:00", "2026-11-22 15:57:00Z", "2026-13-22T15:57:00Z",
          "2025-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T15:57:00+9:00",
          "2026-11-22T15:57:0xZ", "-026-11-22T15:57:00Z", "1969-12-31T23:59:59Z"}) {
        CHECK_MESSAGE(read(text) == "none", text);
    }
}
