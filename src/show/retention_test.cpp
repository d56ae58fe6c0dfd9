#include <doctest/doctest.h>

#include <string>

#include "async/testing.hpp"
#include "audit/schema.hpp"
#include "base/testing.hpp"
#include "show/channel_directory.hpp"
#include "show/limits.hpp"
#include "show/schema.hpp"
#include "show/stream_records.hpp"
#include "store/schema.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::show;
using namespace std::chrono_literals;
using store::test::number_of;

namespace {

constexpr WallTime now{1'900'000'000'000ms};
constexpr auto keep = 730 * 24h;

/// Any time.
struct TurnedClock final : Clock {
    SteadyTime steady() const override { return SteadyTime(1h + passed); }
    WallTime wall() const override { return now + passed; }
    Milliseconds passed{0};
};

store::Database open_database(const std::filesystem::path& path) {
    store::Database database = store::test::open_database(path);
    const auto migrated = store::migrate(database, {&audit::schema(), &schema()});
    REQUIRE(migrated);
    return database;
}

struct Station {
    template <typename T>
    static async::Task<void> keep_answer(async::Task<T> task, std::optional<T>& out) {
        T answer = co_await std::move(task);
        out.emplace(std::move(answer));
    }
    /// Why not; none: it was made.
    std::optional<Errc> create(const std::string& name, const std::string& shop = "main") {
        async::Loop loop("create");
        std::optional<Result<ChannelDirectory::Created>> out;
        async::run_to_end(loop, keep_answer(channels.create(loop, name, name, shop), out));
        if (*out) return std::nullopt;
        return out->error().code;
    }
    void remove(const std::string& name) {
        async::Loop loop("remove");
        std::optional<Result<void>> out;
        async::run_to_end(loop, keep_answer(channels.remove(loop, name), out));
        REQUIRE(*out);
    }
    void write(const std::string& sql) {
        const auto done = store::test::submit_and_wait(
            writer, [&](store::Database& database) { return database.execute(sql.c_str()); });
        REQUIRE(done);
    }
    /// As a server does: streams first, for a name is kept for them.
    void sweep() {
        std::vector<store::Retention> all;
        all.push_back(old_streams(keep));
        all.push_back(channels.old_names());
        store::Sweeper sweeper(writer, clock, std::move(all));
        async::Loop loop("sweep");
        async::run_to_end(loop, sweeper.sweep(loop));
    }
    std::int64_t rows(const std::string& table) {
        auto reader =
            store::test::open_database(folder.database(), store::Database::Mode::ReadOnly);
        return number_of(reader, "SELECT COUNT(*) FROM " + table);
    }

    store::test::DatabaseFolder folder;
    TurnedClock clock;
    SeededRandom random{1};
    store::Writer writer{open_database(folder.database())};
    ChannelDirectory channels{{}, writer, random, clock};
};

}  // namespace

TEST_CASE("the name of a removed channel is free again after a year, here and after a restart") {
    Station station;
    station.create("studio");
    station.create("stays");
    station.remove("studio");
    station.clock.passed += limits::channel_name_kept_for;
    station.sweep();
    CHECK(station.create("studio") == Errc::Conflict);
    station.clock.passed += 1ms;
    station.sweep();
    CHECK(station.rows("channel") == 1);
    CHECK_FALSE(station.create("studio"));
    CHECK(station.create("stays") == Errc::Conflict);
}

TEST_CASE("a name is kept as long as streams of it are") {
    Station station;
    station.create("studio");
    station.write(
        "INSERT INTO stream(id, channel, started_at_ms, ended_at_ms) VALUES ('s',"
        " 'studio', " +
        std::to_string(to_unix_ms(now)) + ", 1)");
    station.remove("studio");
    station.clock.passed += keep;
    station.sweep();
    CHECK(station.rows("channel") == 1);
    CHECK(station.rows("stream") == 1);
    station.clock.passed += 1ms;
    station.sweep();
    CHECK(station.rows("stream") == 0);
    CHECK(station.rows("channel") == 0);
}

TEST_CASE("a shop has its share of the names, those of removed channels too") {
    Station station;
    station.write("INSERT INTO shop VALUES ('other', 'Geu', 'Other')");
    ChannelDirectory::Stored stored;
    for (std::size_t i = 0; i < limits::channels_of_shop_max - 1; ++i) {
        stored.removed.emplace_back("gone-" + std::to_string(i), "main");
    }
    ChannelDirectory full(stored, station.writer, station.random, station.clock);
    async::Loop loop("create");
    std::optional<Result<ChannelDirectory::Created>> last;
    std::optional<Result<ChannelDirectory::Created>> beyond;
    std::optional<Result<ChannelDirectory::Created>> others;
    loop.spawn(Station::keep_answer(full.create(loop, "last", "a"), last));
    async::run_to_end(loop, async::until(loop, [&] { return last.has_value(); }, "the last"));
    async::Loop again("create");
    again.spawn(Station::keep_answer(full.create(again, "beyond", "a"), beyond));
    again.spawn(Station::keep_answer(full.create(again, "others", "a", "other"), others));
    async::run_to_end(again, async::until(again, [&] { return beyond && others; }, "both"));
    CHECK(*last);
    CHECK(beyond->error().code == Errc::TooLarge);
    CHECK(*others);
}

TEST_CASE("an encoder that comes and goes for ever is remembered for its latest streams") {
    const store::test::DatabaseFolder folder;
    store::Database database = open_database(folder.database());
    REQUIRE(database.execute(
        "INSERT INTO channel(name, title, stream_key_hash, created_at_ms) VALUES ('studio', 't',"
        " x'00', 0), ('other', 't', x'01', 0)"));
    REQUIRE(database.execute(
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(limits::streams_of_channel_max) +
         ") INSERT INTO stream(id, channel, started_at_ms, ended_at_ms)"
         " SELECT 'old ' || i, 'studio', i, i FROM n UNION ALL SELECT 'theirs', 'other', 0, 0")
            .c_str()));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(insert_stream(database, {.id = media::StreamId("new " + std::to_string(i)),
                                         .channel = "studio",
                                         .started_at = now}));
    }
    CHECK(number_of(database, "SELECT COUNT(*) FROM stream WHERE channel = 'studio'") ==
          limits::streams_of_channel_max);
    CHECK(number_of(database, "SELECT COUNT(*) FROM stream WHERE id LIKE 'new%'") == 3);
    CHECK(number_of(database, "SELECT MIN(started_at_ms) FROM stream WHERE channel = 'studio'") ==
          4);
    CHECK(number_of(database, "SELECT COUNT(*) FROM stream WHERE channel = 'other'") == 1);
}
