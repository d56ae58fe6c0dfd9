#include "api/channels/studio_channels_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* channels = "/api/v1/channels";

}  // namespace

TEST_CASE("a channel is made with a key that is shown once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made =
            co_await keeper.post(channels, R"({"name":"fresh","title":"Fresh things"})");
        CHECK(made.status == 201);
        CHECK(made.header("Location") == "/api/v1/channels/fresh");
        CHECK(made.header("Cache-Control") == "no-store");
        CHECK(at(made, "/title") == "Fresh things");
        CHECK(at(made, "/watch_url") == "http://a/watch/fresh");
        CHECK(at(made, "/server/rtmp") == "rtmp://127.0.0.1:1935/live");
        CHECK(at(made, "/server/rtmps") == "null");
        const std::string key = at(made, "/stream_key");
        CHECK(key.size() > 20);
        CHECK(at(made, "/publish_url") == "rtmp://127.0.0.1:1935/live/" + key);
        CHECK(row(door, "SELECT shop FROM channel WHERE name = 'fresh'") == "main");
        const auto one = co_await keeper.get("/api/v1/studio/channels/fresh");
        CHECK(one.status == 200);
        CHECK_FALSE(one.body.contains(key));
        CHECK(at(one, "/last_problem") == "null");
        const auto list = co_await keeper.get("/api/v1/studio/channels");
        CHECK(count_at(list, "/channels") == 2);
        const auto untitled = co_await keeper.post(channels, R"({"name":"plain"})");
        CHECK(at(untitled, "/title") == "plain");
    };
    play(story);
}

TEST_CASE("a channel is of the shop of whoever makes it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor theirs = co_await other_host(door);
        const auto made = co_await theirs.post(channels, R"({"name":"fresh"})");
        CHECK(made.status == 201);
        CHECK(row(door, "SELECT shop FROM channel WHERE name = 'fresh'") == "other");
        CHECK(row(door, "SELECT shop FROM audit WHERE action = 'channel.create'") == "other");
        const auto own = co_await theirs.get("/api/v1/studio/channels/fresh");
        CHECK(own.status == 200);
        const auto abroad = co_await theirs.post(channels, R"({"name":"abroad","shop":"main"})");
        CHECK(said(abroad) == "404 shop_not_found");
        Visitor boss = co_await admin(door);
        const auto there = co_await boss.post(channels, R"({"name":"there","shop":"other"})");
        CHECK(there.status == 201);
        CHECK(row(door, "SELECT shop FROM channel WHERE name = 'there'") == "other");
        const auto nowhere = co_await boss.post(channels, R"({"name":"lost","shop":"nowhere"})");
        CHECK(said(nowhere) == "404 shop_not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM channel WHERE name = 'lost'") == "0");
    };
    play(story);
}

TEST_CASE("a channel that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"{}", "400 invalid_name name"},
            {R"({"name":""})", "400 invalid_name name"},
            {R"({"name":"With Space"})", "400 invalid_name name"},
            {R"({"name":"../up"})", "400 invalid_name name"},
            {R"({"name":7})", "400 invalid_name name"},
            {R"({"name":"mine"})", "409 name_taken name"},
            {R"({"name":"theirs"})", "409 name_taken name"},
            {fmt::format(R"({{"name":"fresh","title":"{}"}})", std::string(1000, 'a')),
             "400 invalid_title title"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.post(channels, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM channel") == "2");
        Visitor person = co_await viewer(door);
        const auto forbidden = co_await person.post(channels, R"({"name":"fresh"})");
        CHECK(said(forbidden) == "403 forbidden");
    };
    play(story);
}

TEST_CASE("a channel that was asked for twice with one key is one, with one stream key") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const std::string key = "Idempotency-Key: one\r\n";
        const auto first = co_await keeper.post(channels, R"({"name":"fresh"})", key);
        const auto again = co_await keeper.post(channels, R"({"name":"fresh"})", key);
        CHECK(again.status == 201);
        CHECK(again.header("Idempotency-Replayed") == "true");
        CHECK(again.body == first.body);
        CHECK(row(door, "SELECT COUNT(*) FROM channel") == "3");
    };
    play(story);
}

TEST_CASE("a channel is renamed by who has seen it as it is") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto seen = co_await keeper.get("/api/v1/studio/channels/mine");
        const std::string old = "If-Match: " + seen.header("ETag") + "\r\n";
        const std::string one = "/api/v1/channels/mine";
        const auto renamed = co_await keeper.patch(one, R"({"title":"New"})", old);
        CHECK(renamed.status == 200);
        CHECK(at(renamed, "/title") == "New");
        CHECK(renamed.header("ETag") != seen.header("ETag"));
        const auto late = co_await keeper.patch(one, R"({"title":"Newer"})", old);
        CHECK(said(late) == "412 changed_meanwhile");
        const std::string now = "If-Match: " + renamed.header("ETag") + "\r\n";
        const auto right = co_await keeper.patch(one, R"({"title":"Newest"})", now);
        CHECK(right.status == 200);
        const auto unsaid = co_await keeper.patch(one, "{}");
        CHECK(blamed(unsaid) == "400 invalid_title title");
        const auto blank = co_await keeper.patch(one, R"({"title":""})");
        CHECK(blamed(blank) == "400 invalid_title title");
        CHECK(row(door, "SELECT title FROM channel WHERE name = 'mine'") == "Newest");
    };
    play(story);
}

TEST_CASE("a new stream key takes the old one's place") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const std::string url = "/api/v1/channels/mine/key";
        const std::string hash = "SELECT HEX(stream_key_hash) FROM channel WHERE name = 'mine'";
        const std::string before = row(door, hash);
        const auto first = co_await keeper.post(url);
        CHECK(first.status == 200);
        CHECK(at(first, "/publish_urls/rtmp").ends_with(at(first, "/stream_key")));
        CHECK(at(first, "/publish_urls/rtmps") == "null");
        CHECK(row(door, hash) != before);
        const auto second = co_await keeper.post(url);
        CHECK(at(second, "/stream_key") != at(first, "/stream_key"));
        const auto seen = co_await keeper.get("/api/v1/studio/channels/mine");
        CHECK(at(seen, "/key_changed_at") > at(seen, "/created_at"));
    };
    play(story);
}

TEST_CASE("a removed channel is gone, and its name stays its own") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const std::string one = "/api/v1/channels/mine";
        const auto removed = co_await keeper.del(one);
        CHECK(removed.status == 204);
        const auto again = co_await keeper.del(one);
        CHECK(said(again) == "404 channel_not_found");
        const auto shown = co_await keeper.get(one);
        CHECK(said(shown) == "404 channel_not_found");
        const auto list = co_await keeper.get("/api/v1/studio/channels");
        CHECK(at(list, "/channels") == "[]");
        const auto taken = co_await keeper.post(channels, R"({"name":"mine"})");
        CHECK(blamed(taken) == "409 name_taken name");
        CHECK(row(door, "SELECT removed_at_ms > 0 FROM channel WHERE name = 'mine'") == "1");
    };
    play(story);
}
