#include "store/sweeper.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>

#include "async/testing.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;
using namespace std::chrono_literals;

namespace {

struct TwoClocks final : Clock {
    SteadyTime steady() const override { return SteadyTime(1h + uptime); }
    WallTime wall() const override { return WallTime(time); }
    Milliseconds uptime{0};
    Milliseconds time{1'900'000'000'000};
};

constexpr auto kept_for = 10 * 24h;

/// A writer of a database with one table of times, and who sweeps it.
struct Fixture {
    Fixture() {
        Database database = open_database(folder.database());
        REQUIRE(database.execute("CREATE TABLE t(at_ms INTEGER) STRICT"));
        writer = std::make_unique<Writer>(std::move(database), clock);
    }
    ~Fixture() { sweeper.reset(); }

    void put(int count, Milliseconds age) {
        const Result<void> done = submit_and_wait(*writer, [&](Database& database) -> Result<void> {
            for (int i = 0; i < count; ++i) {
                auto insert = database.prepare("INSERT INTO t VALUES (?)");
                TRY_VOID(insert->bind(to_unix_ms(clock.wall() - age)).run());
            }
            return {};
        });
        REQUIRE(done);
    }
    Retention rows() {
        return {.what = "rows",
                .step = [this](Database& database, WallTime now) -> Result<Removed> {
                    ++pieces;
                    if (failing) return fail(Errc::Io, "as the test wants");
                    return remove_older(database,
                                        "DELETE FROM t WHERE rowid IN (SELECT rowid FROM t"
                                        " WHERE at_ms < ?1 LIMIT ?2)",
                                        now - kept_for);
                },
                .then = [this] { ++durable; }};
    }
    void sweep(std::vector<Retention> retentions) {
        sweeper = std::make_unique<Sweeper>(*writer, clock, std::move(retentions));
        again();
    }
    void again() {
        async::Loop loop("sweep");
        async::run_to_end(loop, sweeper->sweep(loop));
    }
    std::vector<Retention> just_rows() {
        std::vector<Retention> all;
        all.push_back(rows());
        return all;
    }
    std::int64_t left() { return count_rows(folder.database()); }

    DatabaseFolder folder;
    TwoClocks clock;
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Sweeper> sweeper;
    int pieces = 0;
    int durable = 0;
    bool failing = false;
};

}  // namespace

TEST_CASE("what has had its time goes, in pieces, and nothing else") {
    Fixture fixture;
    constexpr int old = 2 * static_cast<int>(limits::retention_rows_at_once) + 1;
    fixture.put(old, kept_for + 1ms);
    fixture.put(5, kept_for);
    fixture.sweep(fixture.just_rows());
    CHECK(fixture.left() == 5);
    CHECK(fixture.pieces == 3);
    CHECK(fixture.durable == 3);
    fixture.clock.uptime += 1ms;
    fixture.clock.time += 1ms;
    fixture.again();
    CHECK(fixture.left() == 0);
}

TEST_CASE("a step that fails is undone, and keeps no other from its turn") {
    Fixture fixture;
    fixture.put(1, kept_for + 1ms);
    std::vector<Retention> all;
    all.push_back({.what = "broken", .step = [](Database& database, WallTime) -> Result<Removed> {
                       TRY_VOID(database.execute("DELETE FROM t"));
                       return fail(Errc::Io, "as the test wants");
                   }});
    all.push_back(fixture.rows());
    fixture.put(1, 0ms);
    fixture.sweep(std::move(all));
    CHECK(fixture.left() == 1);
    CHECK(fixture.durable == 1);

    fixture.put(1, kept_for + 1ms);
    fixture.failing = true;
    fixture.again();
    CHECK(fixture.durable == 1);
    fixture.failing = false;
    fixture.again();
    CHECK(fixture.left() == 1);
}

TEST_CASE("a clock that is set to another year while the server runs takes nothing away") {
    Fixture fixture;
    fixture.put(1, 0ms);
    fixture.sweep(fixture.just_rows());
    fixture.clock.time += 365 * 24h;
    fixture.again();
    CHECK(fixture.left() == 1);
    fixture.clock.uptime += kept_for - limits::clock_step_believed;
    fixture.again();
    CHECK(fixture.left() == 1);
    fixture.clock.uptime += 1ms;
    fixture.again();
    CHECK(fixture.left() == 0);
}
