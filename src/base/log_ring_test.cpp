#include "base/log_ring.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace shopcast;
using log::Level;

TEST_CASE("the ring keeps the newest lines and counts all of them") {
    log::Ring ring;
    const std::size_t written = limits::log_ring_lines_max + 5;
    for (std::size_t i = 1; i <= written; ++i) {
        ring.add(WallTime{}, i % 2 == 0 ? Level::Info : Level::Warning, "test.written",
                 "{\"number\":" + std::to_string(i) + "}");
    }
    const auto all = ring.read(0, Level::Debug, written);
    REQUIRE(all.lines.size() == limits::log_ring_lines_max);
    CHECK(all.last_seq == written);
    CHECK(all.lines.front().seq == 6);
    CHECK(all.lines.back().fields == "{\"number\":2005}");

    const auto warnings = ring.read(written - 4, Level::Warning, 10);
    REQUIRE(warnings.lines.size() == 2);
    CHECK(warnings.lines.front().seq == written - 2);

    const auto newest = ring.read(0, Level::Debug, 3);
    CHECK(newest.lines.front().seq == written - 2);
    CHECK(ring.read(written, Level::Debug, 3).lines.empty());
}

TEST_CASE("what is logged can be read again, fields as JSON") {
    const std::uint64_t before = log::recent().read(0, Level::Debug, 1).last_seq;
    log::error("test.ring_read", {{"name", "a \"b\""}, {"count", 3}, {"good", true}});
    const auto page = log::recent().read(before, Level::Error, 10);
    REQUIRE(page.lines.size() == 1);
    CHECK(page.lines.front().event == "test.ring_read");
    CHECK(page.lines.front().fields == R"({"name":"a \"b\"","count":3,"good":true})");
}
