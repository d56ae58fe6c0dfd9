#include "show/stream_history.hpp"

#include <doctest/doctest.h>

#include "base/testing.hpp"
#include "show/limits.hpp"
#include "show/schema.hpp"
#include "show/stream_records.hpp"

using namespace shopcast;
using namespace shopcast::show;
using namespace std::chrono_literals;

TEST_CASE("a stream's last ten minutes stay, and go a while after its end") {
    StoppedClock clock;
    StreamHistory history(clock);
    history.add("unknown", {});
    CHECK_FALSE(history.find("unknown"));

    history.begin("s1", "studio");
    history.connected("s1", "OBS", "10.0.0.1");
    for (std::size_t i = 0; i < limits::stream_samples_max + 5; ++i) {
        history.add("s1", {.bitrate_bps = i, .viewers = i == 3 ? 70UZ : 2UZ});
    }
    history.fail("studio", "Choose H.264.", "s1");
    auto facts = history.find("s1");
    REQUIRE(facts);
    CHECK(facts->samples.size() == limits::stream_samples_max);
    CHECK(facts->samples.front().bitrate_bps == 5);
    CHECK(facts->viewers_peak == 70);
    CHECK(facts->encoder == "OBS");
    CHECK(facts->last_error == "Choose H.264.");

    CHECK(history.ended().empty());
    history.end("s1", "encoder finished");
    history.end("unknown", "encoder finished");
    CHECK(history.ended() == std::vector<std::string>{"s1"});
    CHECK(history.find("s1")->ended_at == clock.wall());
    CHECK(history.find("s1")->end_reason == "encoder finished");
    clock.passed += limits::stream_history_kept_for;
    CHECK(history.find("s1"));
    clock.passed += 1ms;
    CHECK_FALSE(history.find("s1"));
}

TEST_CASE("a channel's last problem stays until its encoder does right") {
    StoppedClock clock;
    StreamHistory history(clock);
    CHECK_FALSE(history.last_problem("studio"));
    history.fail("studio", "Choose H.264.");
    REQUIRE(history.last_problem("studio"));
    CHECK(history.last_problem("studio")->message == "Choose H.264.");
    CHECK(history.last_problem("studio")->at == clock.wall());
    history.solved("studio");
    CHECK_FALSE(history.last_problem("studio"));
}

TEST_CASE("streams are listed newest first, filtered, and page by page") {
    auto database = store::Database::open(":memory:", store::Database::Mode::ReadWrite).value();
    const auto migrated = store::migrate(database, {&show::schema()});
    REQUIRE(migrated);
    REQUIRE(database.execute(
        "INSERT INTO channel(name, title, stream_key_hash, created_at_ms, shop) VALUES"
        " ('a', 'A', x'01', 0, 'main'), ('b', 'B', x'02', 0, 'other')"));
    for (int i = 0; i < 6; ++i) {
        media::LiveStreamSettings settings;
        settings.id = media::StreamId("s" + std::to_string(i));
        settings.channel = i % 2 == 0 ? "a" : "b";
        settings.started_at = WallTime(Milliseconds(1000 + i / 2));  // two at the same time
        REQUIRE(insert_stream(database, settings));
        if (i < 4) REQUIRE(end_stream(database, settings.id.value, WallTime{} + 5s, "done"));
    }
    REQUIRE(save_facts(database, "s0", {.encoder = "OBS", .last_error = "bad", .viewers_peak = 9}));

    const auto ids = [&](const StreamFilter& filter) {
        std::string out;
        for (const StreamRecord& record : list_streams(database, filter).value()) {
            out += record.id + ' ';
        }
        return out;
    };
    CHECK(ids({}) == "s5 s4 s3 s2 s1 s0 ");
    CHECK(ids({.live = true}) == "s5 s4 ");
    CHECK(ids({.live = false}) == "s3 s2 s1 s0 ");
    CHECK(ids({.live = true, .over = {"s4", "s1"}}) == "s5 ");
    CHECK(ids({.live = false, .over = {"s4", "s1"}}) == "s4 s3 s2 s1 s0 ");
    CHECK(ids({.channel = "a", .live = false, .over = {"s4", "s5"}}) == "s4 s2 s0 ");
    CHECK(ids({.channel = "b"}) == "s5 s3 s1 ");
    CHECK(ids({.shops = std::vector<std::string>{"main"}}) == "s4 s2 s0 ");
    CHECK(ids({.shops = std::vector<std::string>{}}).empty());
    CHECK(ids({.count_max = 2}) == "s5 s4 ");
    CHECK(ids({.behind = StreamPlace{1002, "s4"}, .count_max = 2}) == "s3 s2 ");

    const auto record = find_stream(database, "s0").value();
    REQUIRE(record);
    CHECK(record->shop == "main");
    CHECK(record->encoder == "OBS");
    CHECK(record->viewers_peak == 9);
    CHECK(record->end_reason == "done");
    CHECK_FALSE(find_stream(database, "none").value());
}

TEST_CASE("what a stream says after its channel was removed is forgotten with it") {
    StoppedClock clock;
    StreamHistory history(clock);
    history.begin("s1", "removed");
    history.solved("removed");
    history.fail("removed", "This channel was removed.", "s1");
    history.fail("studio", "Choose H.264.");
    history.keep_only({"studio"});
    CHECK_FALSE(history.last_problem("removed"));
    CHECK(history.last_problem("studio"));
    CHECK(history.find("s1"));
}
