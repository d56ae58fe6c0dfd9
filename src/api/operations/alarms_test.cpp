#include "api/operations/alarms.hpp"

#include <doctest/doctest.h>

#include "api/operations/conditions.hpp"
#include "api/testing.hpp"

using namespace shopcast;

TEST_CASE("alarms tell since when, and the disk's room") {
    const api::Alarms alarms("/", system_clock(), [](const ops::DiskRoom& disk) {
        CHECK(disk.total_bytes > 0);
        return std::vector<api::Alarm>{{"b", "B", "", {}}, {"a", "A", "", {}}};
    });
    async::block_until([&] { return !alarms.current().empty(); }, "the first look");
    const std::vector<api::Alarm> current = alarms.current();
    REQUIRE(current.size() == 2);
    CHECK(current.front().code == "a");
    CHECK(current.front().since > WallTime{});
    CHECK(alarms.disk().total_bytes > 0);
}

TEST_CASE("each condition raises its alarm") {
    const api::TestFolder folder;
    const store::Writer writer(folder.open());
    std::atomic<bool> ready{true};
    bool needs_admin = false;
    const auto codes = [&](bool plain, std::uint64_t free_bytes) {
        api::Conditions conditions(
            {.ready = ready, .writer = writer, .is_plain_http = plain, .needs_admin = [&] {
                 return needs_admin;
             }});
        (void)conditions.look({.free_bytes = free_bytes, .total_bytes = 1ULL << 40});
        std::string out;
        const auto found = conditions.look({.free_bytes = free_bytes, .total_bytes = 1ULL << 40});
        for (const api::Alarm& alarm : found) out += alarm.code + ' ';
        return out;
    };
    CHECK(codes(false, 1ULL << 39).empty());
    CHECK(codes(true, 1ULL << 39) == "no_tls ");
    CHECK(codes(false, 1000) == "disk_low ");
    needs_admin = true;
    CHECK(codes(false, 1ULL << 39) == "no_admin ");
    ready = false;
    CHECK(codes(false, 1ULL << 39) == "stopping no_admin ");
}
