#include "api/channels/streams_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* streams = "/api/v1/streams";

/// Two that have ended on "mine", one that has not, and one on "theirs".
void put_streams(const Door& door) {
    execute(door,
            "INSERT INTO stream(id, channel, started_at_ms, ended_at_ms, end_reason, viewers_peak,"
            " encoder) VALUES ('first', 'mine', 1000, 2000, 'done', 7, 'obs'),"
            " ('second', 'mine', 3000, 4000, 'done', 0, NULL),"
            " ('third', 'mine', 5000, NULL, NULL, 0, NULL),"
            " ('foreign', 'theirs', 6000, NULL, NULL, 0, NULL)");
}

/// "third second": a list's streams.
std::string ids(const http::Answer& answer) {
    std::string out;
    for (std::int64_t i = 0; i < count_at(answer, "/streams"); ++i) {
        out += out.empty() ? "" : " ";
        out += at(answer, fmt::format("/streams/{}/id", i));
    }
    return out;
}

}  // namespace

TEST_CASE("streams are listed newest first, to each what is theirs") {
    const auto story = [](Door& door) -> Task<void> {
        put_streams(door);
        Visitor keeper = co_await host(door);
        Visitor boss = co_await admin(door);
        const auto all = co_await boss.get(streams);
        CHECK(ids(all) == "foreign third second first");
        const auto mine = co_await keeper.get(streams);
        CHECK(ids(mine) == "third second first");
        CHECK(at(mine, "/streams/0/state") == "reconnecting");
        CHECK(at(mine, "/streams/0/ended_at") == "null");
        CHECK(at(mine, "/streams/2/state") == "ended");
        CHECK(at(mine, "/streams/2/end_reason") == "done");
        CHECK(at(mine, "/streams/2/viewers_peak") == "7");
        CHECK(at(mine, "/streams/2/encoder") == "obs");
        struct Case {
            std::string query;
            std::string ids;
        };
        const std::vector<Case> cases = {
            {"?state=live", "foreign third"}, {"?state=ended", "second first"},
            {"?channel=theirs", "foreign"},   {"?channel=mine&state=live", "third"},
            {"?channel=nobodys", ""},
        };
        for (const Case& each : cases) {
            const auto found = co_await boss.get(streams + each.query);
            CHECK_MESSAGE(ids(found) == each.ids, each.query);
        }
        const auto elsewhere = co_await keeper.get(std::string(streams) + "?channel=theirs");
        CHECK(ids(elsewhere) == "");
    };
    play(story);
}

TEST_CASE("streams come in pages, and wrong ones are named") {
    const auto story = [](Door& door) -> Task<void> {
        put_streams(door);
        Visitor boss = co_await admin(door);
        const auto first = co_await boss.get(std::string(streams) + "?limit=3");
        CHECK(ids(first) == "foreign third second");
        const auto rest = co_await boss.get(std::string(streams) +
                                            "?limit=3&cursor=" + at(first, "/next_cursor"));
        CHECK(ids(rest) == "first");
        CHECK(at(rest, "/next_cursor") == "null");
        const auto state = co_await boss.get(std::string(streams) + "?state=new");
        CHECK(blamed(state) == "400 invalid_state state");
        for (const std::string cursor : {"zz", "31", "612031"}) {  // "1", "a 1"
            const auto nowhere = co_await boss.get(std::string(streams) + "?cursor=" + cursor);
            CHECK_MESSAGE(blamed(nowhere) == "400 invalid_cursor cursor", cursor);
        }
        Visitor person = co_await viewer(door);
        const auto forbidden = co_await person.get(streams);
        CHECK(said(forbidden) == "403 forbidden");
    };
    play(story);
}

TEST_CASE("one stream is shown to who may see its channel") {
    const auto story = [](Door& door) -> Task<void> {
        put_streams(door);
        Visitor keeper = co_await host(door);
        const auto one = co_await keeper.get("/api/v1/streams/first");
        CHECK(one.status == 200);
        CHECK(one.has("ETag"));
        CHECK(at(one, "/channel") == "mine");
        CHECK(at(one, "/health") == "[]");
        CHECK(at(one, "/history") == "[]");
        const auto foreign = co_await keeper.get("/api/v1/streams/foreign");
        CHECK(said(foreign) == "404 stream_not_found");
        const auto unknown = co_await keeper.get("/api/v1/streams/nothing");
        CHECK(said(unknown) == "404 stream_not_found");
    };
    play(story);
}

TEST_CASE("a stream is stopped by who may, with the reason") {
    const auto story = [](Door& door) -> Task<void> {
        put_streams(door);
        Visitor keeper = co_await host(door);
        struct Case {
            std::string id;
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"nothing", "{}", "404 stream_not_found"},
            {"foreign", "{}", "404 stream_not_found"},
            {"first", "{}", "409 stream_ended"},
            {"third", R"({"reason":7})", "400 invalid_reason"},
            {"third", fmt::format(R"({{"reason":"{}"}})", std::string(201, 'a')),
             "400 invalid_reason"},
        };
        for (const Case& each : cases) {
            const auto answer =
                co_await keeper.post("/api/v1/streams/" + each.id + "/stop", each.body);
            CHECK_MESSAGE(said(answer) == each.said, each.id);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'stream.stop'") == "0");
        const auto stopped =
            co_await keeper.post("/api/v1/streams/third/stop", R"({"reason":"too late"})");
        CHECK(stopped.status == 204);
        CHECK(row(door, "SELECT target || detail FROM audit WHERE action = 'stream.stop'") ==
              R"(stream/third{"channel":"mine","reason":"too late"})");
    };
    play(story);
}

TEST_CASE("a stream that is over is listed so before its row says it") {
    const auto story = [](Door& door) -> Task<void> {
        put_streams(door);
        door.place.history.begin("third", "mine");
        door.place.history.connected("third", "OBS", "10.0.0.1");
        Visitor keeper = co_await host(door);
        const auto live = co_await keeper.get(std::string(streams) + "?state=live");
        CHECK(ids(live) == "third");
        CHECK(at(live, "/streams/0/encoder") == "OBS");
        door.place.history.end("third", "encoder finished");
        const auto still = co_await keeper.get(std::string(streams) + "?state=live");
        CHECK(ids(still) == "");
        const auto past = co_await keeper.get(std::string(streams) + "?state=ended");
        CHECK(ids(past) == "third second first");
        CHECK(at(past, "/streams/0/state") == "ended");
        CHECK(at(past, "/streams/0/end_reason") == "encoder finished");
        CHECK(at(past, "/streams/0/ended_at") != "null");
        const auto one = co_await keeper.get("/api/v1/streams/third");
        CHECK(at(one, "/state") == "ended");
        const auto stopped = co_await keeper.post("/api/v1/streams/third/stop", "{}");
        CHECK(said(stopped) == "409 stream_ended");
    };
    play(story);
}
