#include "api/operations/operations_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"
#include "base/log.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

TEST_CASE("the summary says how the server is, to who operates it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor keeper = co_await host(door);
        door.place.audience.seen("mine", "viewer-0123456789", "192.0.2.1");
        const std::string url = "/api/v1/operations/summary";
        const auto summary = co_await boss.get(url);
        CHECK(summary.status == 200);
        CHECK(at(summary, "/version") == "test");
        CHECK(number_at(summary, "/uptime_s") >= 0);
        CHECK(at(summary, "/streams_live") == "0");
        CHECK(at(summary, "/viewers") == "1");
        CHECK(at(summary, "/connections/http") == "0");
        CHECK(at(summary, "/connections/rtmp") == "0");
        CHECK(number_at(summary, "/memory_bytes") > 0);
        CHECK(number_at(summary, "/database/commits") > 0);
        CHECK(at(summary, "/ready") == "true");
        CHECK(count_at(summary, "/alarms") >= 0);
        CHECK(at(summary, "/disk/free_bytes") != "(absent)");
        door.place.ready = false;
        const auto stopping = co_await boss.get(url);
        CHECK(at(stopping, "/ready") == "false");
        // A host operates channels, not the server.
        for (const std::string what : {"summary", "events", "self-check"}) {
            const auto forbidden = co_await keeper.get("/api/v1/operations/" + what);
            CHECK_MESSAGE(said(forbidden) == "403 forbidden", what);
        }
        Visitor nobody = co_await stranger(door);
        const auto strange = co_await nobody.get(url);
        CHECK(said(strange) == "401 sign_in_required");
    };
    play(story);
}

TEST_CASE("events are read from a number on, and from a level up") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        const std::string url = "/api/v1/operations/events";
        const auto before = co_await boss.get(url);
        CHECK(before.status == 200);
        const std::string after = "?after=" + at(before, "/last_seq");
        log::info("test.happened", {{"count", 1}});
        log::warning("test.happened", {{"count", 2}});
        const auto all = co_await boss.get(url + after + "&level=info");
        CHECK(at(all, "/events/0/event") == "test.happened");
        CHECK(at(all, "/events/0/level") == "info");
        CHECK(at(all, "/events/0/fields/count") == "1");
        const auto grave = co_await boss.get(url + after + "&level=warning");
        CHECK(count_at(grave, "/events") == 1);
        CHECK(at(grave, "/events/0/fields/count") == "2");
        const auto level = co_await boss.get(url + "?level=loud");
        CHECK(blamed(level) == "400 invalid_level level");
        for (const std::string number : {"now", "-1", ""}) {
            const auto wrong = co_await boss.get(url + "?after=" + number);
            CHECK_MESSAGE(blamed(wrong) == "400 invalid_after after", number);
        }
    };
    play(story);
}

TEST_CASE("what the server finds unsafe about itself is passed on") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        const std::string url = "/api/v1/operations/self-check";
        const auto safe = co_await boss.get(url);
        CHECK(at(safe, "/findings") == "[]");
        door.place.findings.push_back(
            {settings::Severity::High, "open_door", "It is open.", "Close it."});
        const auto unsafe = co_await boss.get(url);
        CHECK(count_at(unsafe, "/findings") == 1);
        CHECK(at(unsafe, "/findings/0/severity") == "high");
        CHECK(at(unsafe, "/findings/0/code") == "open_door");
        CHECK(at(unsafe, "/findings/0/message") == "It is open.");
        CHECK(at(unsafe, "/findings/0/advice") == "Close it.");
    };
    play(story);
}
