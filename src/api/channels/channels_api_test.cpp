#include "api/channels/channels_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* beats = "/api/v1/channels/mine/viewers";

std::string beat(std::string_view viewer) {
    return fmt::format(R"({{"viewer":"{}"}})", viewer);
}

}  // namespace

TEST_CASE("anybody sees the channels, and caches may keep them a second") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const auto list = co_await anybody.get("/api/v1/channels");
        CHECK(list.status == 200);
        CHECK(list.header("Cache-Control") == "public, max-age=1");
        CHECK(list.has("ETag"));
        CHECK(count_at(list, "/channels") == 2);
        const auto one = co_await anybody.get("/api/v1/channels/mine");
        CHECK(one.status == 200);
        CHECK(at(one, "/name") == "mine");
        CHECK(at(one, "/title") == "mine");
        CHECK(at(one, "/state") == "offline");
        CHECK(at(one, "/playback_url") == "/live/mine/index.m3u8");
        CHECK(at(one, "/poster_url") == "null");
        CHECK(at(one, "/viewers") == "0");
        CHECK(at(one, "/stream") == "null");
        // What an encoder needs is not everybody's.
        CHECK_FALSE(one.body.contains("key"));
        const auto unknown = co_await anybody.get("/api/v1/channels/nobodys");
        CHECK(said(unknown) == "404 channel_not_found");
        CHECK(unknown.header("Cache-Control") == "no-store");
        const std::string known = "If-None-Match: " + one.header("ETag") + "\r\n";
        const auto same = co_await anybody.client().exchange(
            "GET /api/v1/channels/mine HTTP/1.1\r\nHost: a\r\n" + known + "\r\n", false);
        CHECK(same.status == 304);
    };
    play(story);
}

TEST_CASE("a viewer counts once, whatever page it watches from") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const std::string elsewhere = "Origin: http://elsewhere.example\r\n";
        const auto one = co_await anybody.post(beats, beat("viewer-0123456789"), elsewhere);
        CHECK(one.status == 200);
        CHECK(at(one, "/viewers") == "1");
        CHECK(at(one, "/state") == "offline");
        const auto same = co_await anybody.post(beats, beat("viewer-0123456789"));
        CHECK(at(same, "/viewers") == "1");
        const auto two = co_await anybody.post(beats, beat("viewer-abcdefghij"));
        CHECK(at(two, "/viewers") == "2");
        CHECK(door.place.audience.count("mine") == 2);
        CHECK(door.place.audience.count("theirs") == 0);
    };
    play(story);
}

TEST_CASE("a beat that says nobody, or nowhere, does not count") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const std::vector<std::string> bodies = {
            "",
            "{}",
            "[]",
            "viewer",
            R"({"viewer":7})",
            beat("too-short"),
            beat("with space 0123456"),
            beat(std::string(65, 'a')),
        };
        for (const std::string& body : bodies) {
            const auto answer = co_await anybody.post(beats, body);
            CHECK_MESSAGE(blamed(answer) == "400 malformed viewer", body);
        }
        const auto longest = co_await anybody.post(beats, beat(std::string(64, 'a')));
        CHECK(longest.status == 200);
        const auto nowhere =
            co_await anybody.post("/api/v1/channels/nobodys/viewers", beat("viewer-0123456789"));
        CHECK(said(nowhere) == "404 channel_not_found");
        CHECK(door.place.audience.total() == 1);
    };
    play(story);
}
