#include "base/log_ring.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/limits.hpp"

using namespace shopcast;
using log::Level;

TEST_CASE("the ring keeps the newest lines and counts all of them") {
    log::Ring ring;
    const std::size_t written = limits::log_ring_lines_of_level_max + 5;
    for (std::size_t i = 1; i <= written; ++i) {
        ring.add(WallTime{}, Level::Info, "test.written", "{\"number\":" + std::to_string(i) + "}");
    }
    const auto all = ring.read(0, Level::Debug, written);
    REQUIRE(all.lines.size() == limits::log_ring_lines_of_level_max);
    CHECK(all.last_seq == written);
    CHECK(all.lines.front().seq == 6);
    CHECK(all.lines.back().fields == "{\"number\":1005}");

    const auto newest = ring.read(0, Level::Debug, 3);
    REQUIRE(newest.lines.size() == 3);
    CHECK(newest.lines.front().seq == written - 2);
    CHECK(ring.read(written, Level::Debug, 3).lines.empty());
}

TEST_CASE("however many lines of one level come, those of others stay, and all are in order") {
    log::Ring ring;
    ring.add(WallTime{}, Level::Error, "test.failed", "{}");
    ring.add(WallTime{}, Level::Debug, "test.looked", "{}");
    for (std::size_t i = 0; i < 3 * limits::log_ring_lines_of_level_max; ++i) {
        ring.add(WallTime{}, i % 2 == 0 ? Level::Info : Level::Warning, "test.written", "{}");
    }
    ring.add(WallTime{}, Level::Error, "test.failed_again", "{}");
    const auto errors = ring.read(0, Level::Error, 10);
    REQUIRE(errors.lines.size() == 2);
    CHECK(errors.lines[0].event == "test.failed");
    CHECK(errors.lines[1].event == "test.failed_again");

    const std::size_t kept = 2 * limits::log_ring_lines_of_level_max + 3;
    const auto all = ring.read(0, Level::Debug, kept + 1);
    REQUIRE(all.lines.size() == kept);
    CHECK(std::ranges::is_sorted(all.lines, {}, &log::Line::seq));
    CHECK(all.lines[1].event == "test.looked");
    const auto grave = ring.read(all.last_seq - 4, Level::Warning, 10);
    REQUIRE(grave.lines.size() == 3);
    CHECK(grave.lines.back().level == Level::Error);
    CHECK(ring.read(0, Level::Warning, 2).lines.front().level == Level::Warning);
}

TEST_CASE("what is logged can be read again, fields as JSON") {
    const std::uint64_t before = log::recent().read(0, Level::Debug, 1).last_seq;
    log::error("test.ring_read", {{"name", "a \"b\""}, {"count", 3}, {"good", true}});
    const auto page = log::recent().read(before, Level::Error, 10);
    REQUIRE(page.lines.size() == 1);
    CHECK(page.lines.front().event == "test.ring_read");
    CHECK(page.lines.front().fields == R"({"name":"a \"b\"","count":3,"good":true})");
}
