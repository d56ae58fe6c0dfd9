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
        for (const std::string what : {"summary", "events", "refusals", "self-check"}) {
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

TEST_CASE("who was refused is listed, the last or the most first, with the logins there are") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        const std::string url = "/api/v1/operations/refusals";
        const auto none = co_await boss.get(url);
        CHECK(none.status == 200);
        CHECK(at(none, "/addresses") == "[]");
        CHECK(at(none, "/totals") == "[]");
        const std::string id = row(door, "SELECT id FROM account WHERE login = 'admin'");
        Refusals& refusals = door.place.refusals;
        refusals.add({.kind = RefusalKind::Flood, .address = "192.0.2.1"});
        for (int i = 0; i < 3; ++i) {
            refusals.add(
                {.kind = RefusalKind::WrongPassword, .address = "2001:db8::/64", .account = id});
        }
        refusals.add({.kind = RefusalKind::WrongCode, .address = "2001:db8::/64"});
        refusals.add(
            {.kind = RefusalKind::Forbidden, .address = "192.0.2.3", .account = "of nobody"});

        const auto most = co_await boss.get(url + "?order=most");
        CHECK(at(most, "/addresses_known") == "3");
        CHECK(count_at(most, "/addresses") == 3);
        CHECK(at(most, "/addresses/0/address") == "2001:db8::/64");
        CHECK(at(most, "/addresses/0/count") == "4");
        CHECK(at(most, "/addresses/0/account/login") == "admin");
        CHECK(at(most, "/addresses/0/account/id") == id);
        CHECK(at(most, "/addresses/0/kinds") ==
              R"([{"kind":"wrong_password","count":3},{"kind":"wrong_code","count":1}])");
        CHECK(at(most, "/addresses/0/first_at").ends_with("Z"));
        CHECK(at(most, "/addresses/0/last_at").ends_with("Z"));
        CHECK(at(most, "/totals/0/kind") == "wrong_password");
        CHECK(count_at(most, "/totals") == 4);

        const auto newest = co_await boss.get(url + "?limit=2");
        CHECK(count_at(newest, "/addresses") == 2);
        CHECK(at(newest, "/addresses_known") == "3");
        const auto others = co_await boss.get(url + "?order=newest");
        for (const std::string_view place : {"/addresses/0", "/addresses/1", "/addresses/2"}) {
            const bool is_boss = at(others, std::string(place) + "/address") == "2001:db8::/64";
            CHECK((at(others, std::string(place) + "/account") == "null") == !is_boss);
        }
        const auto order = co_await boss.get(url + "?order=loudest");
        CHECK(blamed(order) == "400 invalid_order order");
        const auto limit = co_await boss.get(url + "?limit=101");
        CHECK(blamed(limit) == "400 invalid_limit limit");
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
