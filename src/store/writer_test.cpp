#include "store/writer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "async/testing.hpp"
#include "base/metrics.hpp"
#include "store/limits.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;
using namespace std::chrono_literals;

namespace {

struct TurnedClock final : Clock {
    SteadyTime steady() const override { return SteadyTime(1h + time.load()); }
    WallTime wall() const override { return {}; }
    std::atomic<Nanoseconds> time{0ns};
};

Result<void> insert(Database& database) {
    return database.execute("INSERT INTO t VALUES(1)");
}

void ignore(const Result<void>&) {}

std::uint64_t count_of(std::string_view name) {
    return metrics::counter(name, "").value();
}

/// A writer of a database with one table, and a way to hold it up.
struct Fixture {
    Fixture() {
        Database database = open_database(folder.database());
        REQUIRE(database.execute("CREATE TABLE t(x ANY) STRICT"));
        writer = std::make_unique<Writer>(std::move(database), clock);
    }
    ~Fixture() {
        if (writer) writer->drain();
    }
    /// Returns when the writer stands still in a transaction of its own. What is submitted from
    /// then on waits, and runs together after release().
    void hold() {
        std::promise<void> standing;
        writer->submit(
            [this, &standing](Database&) -> Result<void> {
                standing.set_value();
                gone.wait();
                return {};
            },
            ignore);
        standing.get_future().wait();
    }
    void release() { go.set_value(); }

    DatabaseFolder folder;
    TurnedClock clock;
    std::promise<void> go;
    std::shared_future<void> gone = go.get_future().share();
    std::unique_ptr<Writer> writer;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a failing piece is undone alone and the others are committed") {
    std::vector<std::string> answers;
    const auto note = [&](const Result<void>& result) {
        answers.push_back(result ? "done" : std::string(to_string(result.error().code)));
    };
    hold();
    writer->submit(insert, note);
    writer->submit(
        [](Database& db) -> Result<void> {
            TRY_VOID(insert(db));
            return fail(Errc::NotFound, "what it wanted");
        },
        note);
    writer->submit(insert, note);
    CHECK(writer->queued() == 3);
    const std::uint64_t commits = count_of("shopcast_store_commits_total");
    const std::uint64_t pieces = count_of("shopcast_store_writes_total");
    release();
    writer->drain();
    CHECK(answers ==
          std::vector<std::string>{"done", std::string(to_string(Errc::NotFound)), "done"});
    CHECK(count_rows(folder.database()) == 2);
    CHECK(writer->queued() == 0);
    // The one that stood still, and the three together.
    CHECK(count_of("shopcast_store_commits_total") - commits == 2);
    CHECK(count_of("shopcast_store_writes_total") - pieces == 4);
}

TEST_CASE_FIXTURE(Fixture, "an answer comes when others can see the change") {
    for (std::int64_t rows = 1; rows <= 3; ++rows) {
        REQUIRE(submit_and_wait(*writer, insert));
        CHECK(count_rows(folder.database()) == rows);
    }
}

TEST_CASE_FIXTURE(Fixture, "pieces beyond the queue are refused at once, those in it are done") {
    hold();
    std::size_t done = 0;
    const auto nothing = [](Database&) -> Result<void> { return {}; };
    for (std::size_t i = 0; i < limits::writer_queue_max; ++i) {
        writer->submit(nothing, [&](const Result<void>& result) { done += result ? 1 : 0; });
    }
    CHECK(writer->queued() == limits::writer_queue_max);
    Errc refused = Errc::Internal;
    writer->submit(nothing, [&](const Result<void>& result) {
        if (!result) refused = result.error().code;
    });
    CHECK(refused == Errc::Busy);
    CHECK(writer->queued() == limits::writer_queue_max);
    release();
    writer->drain();
    CHECK(done == limits::writer_queue_max);
}

TEST_CASE_FIXTURE(Fixture, "drained is what was submitted before") {
    writer->drain();  // nothing was
    std::size_t answered = 0;
    for (int i = 0; i < 100; ++i) {
        writer->submit(insert, [&](const Result<void>&) { ++answered; });
    }
    writer->drain();
    CHECK(answered == 100);
    CHECK(count_rows(folder.database()) == 100);
}

TEST_CASE_FIXTURE(Fixture, "what was submitted before the end is done") {
    std::size_t answered = 0;
    for (int i = 0; i < 100; ++i) {
        writer->submit(insert, [&](const Result<void>& result) { answered += result ? 1 : 0; });
    }
    writer.reset();
    CHECK(answered == 100);
    CHECK(count_rows(folder.database()) == 100);
}

TEST_CASE_FIXTURE(Fixture, "a full disk refuses the whole batch and loses nothing else") {
    REQUIRE(submit_and_wait(*writer, insert));
    REQUIRE(submit_and_wait(*writer,
                            [](Database& db) { return db.execute("PRAGMA max_page_count=20"); }));
    const auto insert_much = [](Database& db) {
        return db.execute("INSERT INTO t VALUES(zeroblob(1000000))");
    };
    const std::uint64_t full = count_of("shopcast_store_disk_full_total");
    const std::uint64_t pieces = count_of("shopcast_store_writes_total");
    std::size_t refused = 0;
    const auto note = [&](const Result<void>& result) {
        REQUIRE_FALSE(result);
        CHECK(result.error().code == Errc::Full);
        CHECK(result.error().message.find("disk is full") != std::string::npos);
        ++refused;
    };
    CHECK(writer->conditions().empty());
    hold();
    writer->submit(insert, note);
    writer->submit(insert_much, note);
    writer->submit(insert, note);
    release();
    writer->drain();
    CHECK(refused == 3);
    REQUIRE(writer->conditions().size() == 1);
    CHECK(writer->conditions().front().code == "disk_full");
    CHECK(count_of("shopcast_store_disk_full_total") - full == 1);
    CHECK(count_of("shopcast_store_writes_total") - pieces == 1);  // the one that stood still
    CHECK(count_rows(folder.database()) == 1);
    CHECK(submit_and_wait(*writer, insert));
    CHECK(count_rows(folder.database()) == 2);
}

// It used to be an I/O error like any other, which ends the process.
TEST_CASE_FIXTURE(Fixture, "while another program holds the database, changes are refused") {
    const auto hurry = [](Database& db) { return db.execute("PRAGMA busy_timeout=20"); };
    REQUIRE(submit_and_wait(*writer, hurry));
    Database other = open_database(folder.database());
    REQUIRE(other.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES(7)"));
    const auto refused = submit_and_wait(*writer, insert);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Busy);
    CHECK(refused.error().message.contains("another program"));
    REQUIRE(writer->conditions().size() == 1);
    CHECK(writer->conditions().front().code == "database_busy");
    REQUIRE(other.execute("COMMIT"));
    CHECK(submit_and_wait(*writer, insert));
    CHECK(count_rows(folder.database()) == 2);
}

TEST_CASE_FIXTURE(Fixture, "a piece that finds the disk full undoes its batch as well") {
    int refused = 0;
    const auto note = [&](const Result<void>& result) {
        REQUIRE_FALSE(result);
        CHECK(result.error().code == Errc::Full);
        ++refused;
    };
    hold();
    writer->submit(insert, note);
    writer->submit(
        [](Database& db) -> Result<void> {
            TRY_VOID(insert(db));
            return fail(Errc::Full, "of something else");
        },
        note);
    release();
    writer->drain();
    CHECK(refused == 2);
    CHECK(count_rows(folder.database()) == 0);
    CHECK(submit_and_wait(*writer, insert));
    CHECK(count_rows(folder.database()) == 1);
}

namespace {

/// Orders that come `left` times.
class Orders final : public Foremost {
public:
    bool run(Database& database) override {
        CHECK_FALSE(database.in_transaction());
        CHECK(database.execute("INSERT INTO t VALUES(1)"));
        ++batches;
        batches.notify_all();
        return --left > 0;
    }
    void until(int wanted) const {
        for (int seen = batches; seen < wanted; seen = batches) batches.wait(seen);
    }
    std::atomic<int> batches = 0;
    std::atomic<int> left = 1;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "the foremost gets a turn at once, one for each wake, more if it wants") {
    Orders orders;
    const std::uint64_t commits = count_of("shopcast_store_commits_total");
    writer->put_first(orders);
    orders.until(1);
    CHECK(submit_and_wait(*writer, insert));
    // Orders commit by themselves.
    CHECK(count_of("shopcast_store_commits_total") - commits == 1);
    CHECK(orders.batches == 1);
    orders.left = 3;
    writer->wake_foremost();
    orders.until(4);
    CHECK(submit_and_wait(*writer, insert));
    CHECK(orders.batches == 4);
    hold();
    for (int i = 0; i < 5; ++i) writer->wake_foremost();
    release();
    writer->drain();
    CHECK(submit_and_wait(*writer, insert));
    CHECK(orders.batches == 5);
    // A wake is not lost when the writer ends.
    writer->wake_foremost();
    writer.reset();
    CHECK(orders.batches == 6);
}

TEST_CASE_FIXTURE(Fixture, "waking nobody is no harm") {
    writer->wake_foremost();
    CHECK(submit_and_wait(*writer, insert));
}

TEST_CASE_FIXTURE(Fixture, "while the foremost waits, closures get a turn and no more") {
    Orders orders;
    orders.left = 1'000'000;  // more than there is time for
    std::vector<int> batches_before;
    const auto takes = [&](Nanoseconds duration) {
        return [&, duration](Database&) -> Result<void> {
            batches_before.push_back(orders.batches);
            clock.time = clock.time.load() + duration;
            return {};
        };
    };
    hold();
    writer->put_first(orders);
    // Two fit into a turn, the second one ends it; then one that fills it alone, and one more.
    const Nanoseconds turn = limits::writer_turn;
    for (const Nanoseconds duration : {turn - 1ns, 1ns, turn, 0ns}) {
        writer->submit(takes(duration), ignore);
    }
    writer->submit(
        [&](Database&) -> Result<void> {
            batches_before.push_back(orders.batches);
            orders.left = 0;
            return {};
        },
        ignore);
    release();
    writer.reset();  // before the orders go
    REQUIRE(batches_before.size() == 5);
    CHECK(batches_before[0] == 1);
    CHECK(batches_before[1] == batches_before[0]);
    CHECK(batches_before[2] == batches_before[1] + 1);
    CHECK(batches_before[3] == batches_before[2] + 1);
    CHECK(batches_before[4] == batches_before[3]);
}

TEST_CASE_FIXTURE(Fixture, "without a foremost, closures take as long as they need") {
    const std::uint64_t commits = count_of("shopcast_store_commits_total");
    hold();
    for (int i = 0; i < 5; ++i) {
        writer->submit(
            [this](Database&) -> Result<void> {
                clock.time = clock.time.load() + 1h;
                return {};
            },
            ignore);
    }
    release();
    writer->drain();
    CHECK(count_of("shopcast_store_commits_total") - commits == 2);
}

TEST_CASE_FIXTURE(Fixture, "the log is moved into the database beyond its limit, and at the end") {
    // Another connection, or SQLite itself would move it when the writer's closes.
    Database other = open_database(folder.database(), Database::Mode::ReadOnly);
    REQUIRE(number_of(other, "SELECT count(*) FROM t") == 0);
    int pages = 0;
    const auto look = [&](Database& database) -> Result<void> {
        pages = database.wal_pages();
        return {};
    };
    REQUIRE(submit_and_wait(*writer, insert));
    REQUIRE(submit_and_wait(*writer, [](Database& db) {
        return db.execute("INSERT INTO t VALUES(zeroblob(4096 * 980))");
    }));
    REQUIRE(submit_and_wait(*writer, look));
    REQUIRE(pages > 900);
    REQUIRE(pages < limits::wal_pages_before_checkpoint);
    const auto change_a_page = [](Database& db) {
        return db.execute("UPDATE t SET x = x + 1 WHERE rowid = 1");
    };
    for (int expected = pages + 1; expected <= limits::wal_pages_before_checkpoint; ++expected) {
        REQUIRE(submit_and_wait(*writer, change_a_page));
        REQUIRE(submit_and_wait(*writer, look));
        REQUIRE(pages == expected);
    }
    const auto size_before = std::filesystem::file_size(folder.database());
    REQUIRE(submit_and_wait(*writer, change_a_page));  // one too many
    REQUIRE(submit_and_wait(*writer, look));           // behind the checkpoint
    CHECK(std::filesystem::file_size(folder.database()) > size_before + 900 * 4096);
    REQUIRE(submit_and_wait(*writer, change_a_page));
    REQUIRE(submit_and_wait(*writer, look));
    CHECK(pages == 1);

    const auto size_now = std::filesystem::file_size(folder.database());
    REQUIRE(submit_and_wait(*writer, [](Database& db) {
        return db.execute("INSERT INTO t VALUES(zeroblob(4096 * 20))");
    }));
    CHECK(std::filesystem::file_size(folder.database()) == size_now);
    writer.reset();
    CHECK(std::filesystem::file_size(folder.database()) >= size_now + 20 * 4096);
}

TEST_CASE_FIXTURE(Fixture, "at the end even a single page is moved into the database") {
    Database other = open_database(folder.database());
    REQUIRE(submit_and_wait(*writer, insert));
    REQUIRE(other.checkpoint());
    int pages = 0;
    REQUIRE(
        submit_and_wait(*writer, [](Database& db) { return db.execute("UPDATE t SET x = 7"); }));
    REQUIRE(submit_and_wait(*writer, [&](Database& db) -> Result<void> {
        pages = db.wal_pages();
        return {};
    }));
    REQUIRE(pages == 1);
    writer.reset();
    // The file alone, without its log.
    std::filesystem::copy_file(folder.database(), folder.path / "copy.db");
    Database copy = open_database(folder.path / "copy.db");
    CHECK(number_of(copy, "SELECT x FROM t") == 7);
}
