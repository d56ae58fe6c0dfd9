#include <stdlib.h>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>

#include "base/limits.hpp"
#include "net/testing.hpp"
#include "store/data_folder.hpp"
#include "store/readers.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"
#include "store/writer.hpp"

using namespace shopcast;
using namespace shopcast::store;

namespace {

/// A folder that goes away with the test.
struct TemporaryFolder {
    TemporaryFolder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

Database open_database(const std::filesystem::path& path) {
    auto database = Database::open(path, Database::Mode::ReadWrite);
    REQUIRE(database);
    return std::move(*database);
}

Result<void> submit_and_wait(Writer& writer, Writer::Work work) {
    // The writer's as well: it may answer when the test has given up.
    const auto answered = std::make_shared<std::promise<Result<void>>>();
    writer.submit(std::move(work),
                  [answered](Result<void> result) { answered->set_value(result); });
    return net::value_of(answered->get_future(), "the writer's answer");
}

std::int64_t count_rows(const std::filesystem::path& path) {
    auto reader = Database::open(path, Database::Mode::ReadOnly);
    REQUIRE(reader);
    auto query = reader->prepare("SELECT count(*) FROM t");
    REQUIRE(query);
    REQUIRE(query->step() == true);
    return query->integer(0);
}

Result<std::int64_t> count_in(Database& database) {
    Statement query = TRY(database.prepare("SELECT count(*) FROM t"));
    TRY_VOID(query.step());
    return query.integer(0);
}

Result<std::int64_t> try_to_write(Database& database) {
    TRY_VOID(database.execute("INSERT INTO t VALUES(9)"));
    return 0;
}

net::Task<void> write_and_read(net::Loop& loop, Writer& writer, Readers& readers) {
    for (std::int64_t rows = 1; rows <= 50; ++rows) {
        Writer::Work insert = [](Database& db) { return db.execute("INSERT INTO t VALUES(1)"); };
        const auto written = co_await writer.run(loop, std::move(insert));
        CHECK(written);
        const auto counted = co_await readers.read<std::int64_t>(loop, count_in);
        CHECK(counted == rows);
    }
    const auto refused = co_await readers.read<std::int64_t>(loop, try_to_write);
    CHECK_FALSE(refused);
}

}  // namespace

TEST_CASE("readers see what the writer has answered, and change nothing") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    Database database = open_database(path);
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER) STRICT"));
    Writer writer(std::move(database));
    auto readers = Readers::open(path);
    REQUIRE(readers);
    net::Loop loop("test");
    net::run_to_end(loop, write_and_read(loop, writer, **readers));
}

TEST_CASE("reads beyond the queue are refused") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    const Database database = open_database(path);
    auto readers = Readers::open(path);
    REQUIRE(readers);
    std::promise<void> go;
    const std::shared_future<void> gone = go.get_future().share();
    const auto hold = [gone](Database&) { gone.wait(); };
    std::size_t accepted = 0;
    while (accepted < 2 * limits::reader_queue_max && (*readers)->submit(hold)) ++accepted;
    CHECK(accepted >= limits::reader_queue_max);
    CHECK(accepted <= limits::reader_queue_max + limits::reader_threads);
    go.set_value();
}

TEST_CASE("a failing piece is undone alone and the others are committed when answered") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    Database database = open_database(path);
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT"));
    Writer writer(std::move(database));

    CHECK(submit_and_wait(writer,
                          [](Database& db) { return db.execute("INSERT INTO t VALUES(1)"); }));
    const auto failed = submit_and_wait(writer, [](Database& db) -> Result<void> {
        TRY_VOID(db.execute("INSERT INTO t VALUES(2)"));
        return db.execute("INSERT INTO t VALUES(1)");
    });
    CHECK_FALSE(failed);
    CHECK(submit_and_wait(writer,
                          [](Database& db) { return db.execute("INSERT INTO t VALUES(3)"); }));
    CHECK(count_rows(path) == 2);
}

TEST_CASE("a full disk refuses what does not fit and loses nothing else") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    Database database = open_database(path);
    REQUIRE(database.execute("CREATE TABLE t(x BLOB) STRICT; PRAGMA max_page_count=20"));
    Writer writer(std::move(database));
    const auto insert = [](int bytes) {
        return [bytes](Database& db) {
            const std::string sql = "INSERT INTO t VALUES(zeroblob(" + std::to_string(bytes) + "))";
            return db.execute(sql.c_str());
        };
    };
    CHECK(submit_and_wait(writer, insert(1000)));
    for (int tries = 0; tries < 3; ++tries) {
        const auto refused = submit_and_wait(writer, insert(1'000'000));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::Full);
        CHECK(refused.error().message.find("disk is full") != std::string::npos);
    }
    CHECK(submit_and_wait(writer, insert(1000)));
    CHECK(count_rows(path) == 2);
}

TEST_CASE("what was submitted before the end is done") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    int answered = 0;
    {
        Database database = open_database(path);
        REQUIRE_FALSE(database.execute("CREATE TABLE t(x) STRICT"));  // STRICT wants types
        REQUIRE(database.execute("CREATE TABLE t(x INTEGER) STRICT"));
        Writer writer(std::move(database));
        for (int i = 0; i < 100; ++i) {
            writer.submit([](Database& db) { return db.execute("INSERT INTO t VALUES(1)"); },
                          [&](Result<void> result) { answered += result ? 1 : 0; });
        }
    }
    CHECK(answered == 100);
    CHECK(count_rows(path) == 100);
}

namespace {

/// Orders that do not stop coming before somebody says so.
class EndlessOrders final : public Foremost {
public:
    bool run(Database& database) override {
        CHECK_FALSE(database.in_transaction());
        REQUIRE(database.execute("INSERT INTO t VALUES(1)"));
        ++batches;
        return !is_enough;
    }
    std::atomic<int> batches = 0;
    std::atomic<bool> is_enough = false;
};

}  // namespace

TEST_CASE("orders come first, and closures get a turn between them that is bounded") {
    const TemporaryFolder folder;
    const auto path = folder.path / "test.db";
    Database database = open_database(path);
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER) STRICT"));
    EndlessOrders orders;
    std::vector<int> batches_before;
    {
        Writer writer(std::move(database));
        writer.put_first(orders);
        // Each closure takes longer than a turn, so an order batch comes between any two of them.
        for (int i = 0; i < 5; ++i) {
            writer.submit(
                [&](Database&) -> Result<void> {
                    batches_before.push_back(orders.batches);
                    const auto began = std::chrono::steady_clock::now();
                    while (std::chrono::steady_clock::now() - began < limits::writer_turn) {
                    }
                    orders.is_enough = batches_before.size() == 5;
                    return {};
                },
                [](const Result<void>& done) { CHECK(done); });
        }
    }
    CHECK(count_rows(path) == orders.batches);
    REQUIRE(batches_before.size() == 5);
    for (std::size_t i = 1; i < 5; ++i) CHECK(batches_before[i] > batches_before[i - 1]);
}

TEST_CASE("a statement is prepared once and run many times") {
    const TemporaryFolder folder;
    Database database = open_database(folder.path / "test.db");
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT"));
    auto insert = database.prepare("INSERT INTO t VALUES(?)");
    REQUIRE(insert);
    CHECK(insert->bind(std::int64_t{1}).run());
    CHECK_FALSE(insert->bind(std::int64_t{1}).run());  // and an error does not stick
    CHECK(insert->bind(std::int64_t{2}).run());
    CHECK(count_rows(folder.path / "test.db") == 2);
}

TEST_CASE("migration is repeatable and refuses a newer schema in words") {
    const TemporaryFolder folder;
    Database database = open_database(folder.path / "test.db");
    CHECK(migrate(database));
    CHECK(migrate(database));
    REQUIRE(database.execute("PRAGMA user_version=99"));
    const auto refused = migrate(database);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("newer shopcast (schema 99") != std::string::npos);
}

TEST_CASE("a data folder has one owner") {
    const TemporaryFolder folder;
    const auto first = DataFolder::open(folder.path / "data");
    REQUIRE(first);
    const auto second = DataFolder::open(folder.path / "data");
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
    CHECK(std::filesystem::status(folder.path / "data").permissions() ==
          std::filesystem::perms::owner_all);
}
