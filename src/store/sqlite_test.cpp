#include "store/sqlite.hpp"
#include <sys/mman.h>

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;

namespace {

using Mode = Database::Mode;

/// Writes one page of `t` and nothing else.
void change_a_page(Database& database) {
    REQUIRE(database.execute("UPDATE t SET x = x + 1"));
}

Database one_row(const DatabaseFolder& folder) {
    Database database = open_database(folder.database());
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER) STRICT; INSERT INTO t VALUES(0)"));
    return database;
}

}  // namespace

TEST_CASE("parameters are bound in order and columns give them back") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    auto query = database.prepare("SELECT ?, ?, ?, ?, ?");
    REQUIRE(query);
    const std::string text = "before" + std::string(1, '\0') + "behind";
    const ByteVector blob = {std::byte{0}, std::byte{7}, std::byte{255}};
    query->bind(text).bind(std::int64_t{-5}).bind(ByteSpan(blob)).bind_null().bind("");
    REQUIRE(query->step() == true);
    CHECK(query->text(0) == text);
    CHECK(query->integer(1) == -5);
    const ByteSpan read = query->blob(2);
    CHECK(ByteVector(read.begin(), read.end()) == blob);
    CHECK(query->is_null(3));
    CHECK_FALSE(query->is_null(4));
    CHECK(query->text(4).empty());
    CHECK(query->step() == false);
}

TEST_CASE("a statement that was given back begins anew, and two of one text do not mix") {
    const DatabaseFolder folder;
    Database database = one_row(folder);
    REQUIRE(database.execute("INSERT INTO t VALUES(1), (2)"));
    constexpr std::string_view sql = "SELECT x FROM t WHERE x >= ? ORDER BY x";
    {
        auto first = database.prepare(sql);
        REQUIRE(first);
        CHECK(first->bind(std::int64_t{1}).step() == true);
        auto second = database.prepare(sql);
        REQUIRE(second);
        CHECK(second->bind(std::int64_t{0}).step() == true);
        CHECK(first->integer(0) == 1);
        CHECK(second->integer(0) == 0);
        CHECK(first->step() == true);
        CHECK(first->integer(0) == 2);
    }
    auto again = database.prepare(sql);
    REQUIRE(again);
    CHECK(again->step() == false);  // what was bound is forgotten: nothing is >= NULL
    // One that was left in the middle of its rows would keep the tables as they were.
    CHECK(database.execute("DROP TABLE t"));
    // Another table of that name is another statement.
    REQUIRE(
        database.execute("CREATE TABLE t(y TEXT, x INTEGER) STRICT; INSERT INTO t VALUES('', 5)"));
    again->reset().bind(std::int64_t{0});
    CHECK(again->step() == true);
    CHECK(again->integer(0) == 5);
}

// Whoever keeps his statements prepared may be destroyed after the one who has the connection.
TEST_CASE("a statement may end after its connection") {
    const DatabaseFolder folder;
    std::optional<Statement> kept;
    {
        Database database = one_row(folder);
        kept.emplace(*database.prepare("SELECT x FROM t"));
        CHECK(kept->step() == true);
        const auto given_back = database.prepare("SELECT x + 1 FROM t");
        CHECK(given_back);
    }
    kept.reset();
    Database again = open_database(folder.database());
    CHECK(number_of(again, "SELECT count(*) FROM t") == 1);
}

TEST_CASE("a parameter that the statement does not have is an error until reset") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    const auto one_more = [&](auto bind) {
        auto query = database.prepare("SELECT ?");
        REQUIRE(query);
        bind(*query);
        REQUIRE(query->step() == true);
        query->reset();
        bind(*query);
        bind(*query);
        const auto refused = query->step();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::Internal);
        CHECK(refused.error().message.starts_with("bind: "));
        query->reset();
        bind(*query);
        CHECK(query->step() == true);
    };
    one_more([](Statement& query) { query.bind("text"); });
    one_more([](Statement& query) { query.bind(std::int64_t{1}); });
    one_more([](Statement& query) { query.bind(as_bytes("blob")); });
    one_more([](Statement& query) { query.bind_null(); });
}

TEST_CASE("an error in one parameter is not forgotten for those behind it") {
    // Longer than SQLite takes; nobody reads it, so it needs no memory.
    constexpr std::size_t length = 1'000'000'001;
    void* const memory =
        ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    auto query = database.prepare("SELECT ?, ?, ?, ?");
    REQUIRE(query);
    query->bind(std::string_view(static_cast<const char*>(memory), length))
        .bind(std::int64_t{1})
        .bind("text")
        .bind_null();
    const auto refused = query->step();
    ::munmap(memory, length);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("too big") != std::string::npos);
}

TEST_CASE("a statement is prepared once and run many times") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(database.execute("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT"));
    auto insert = database.prepare("INSERT INTO t VALUES(?)");
    REQUIRE(insert);
    CHECK(insert->bind(std::int64_t{1}).run());
    const auto twice = insert->bind(std::int64_t{1}).run();
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == Errc::Conflict);
    CHECK(twice.error().message.find("UNIQUE") != std::string::npos);
    CHECK(insert->bind(std::int64_t{2}).run());  // and an error does not stick
    CHECK(count_rows(folder.database()) == 2);
}

TEST_CASE("errors say what they are, in SQLite's words") {
    const DatabaseFolder folder;
    Database database = one_row(folder);
    const auto unknown = database.prepare("SELECT nothing FROM t");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::Io);
    CHECK(unknown.error().message.starts_with("cannot prepare a statement: "));
    CHECK(unknown.error().message.find("nothing") != std::string::npos);
    const auto null = database.execute("CREATE TABLE u(x NOT NULL); INSERT INTO u VALUES(NULL)");
    REQUIRE_FALSE(null);
    CHECK(null.error().code == Errc::Conflict);
    CHECK(null.error().message.starts_with("cannot execute a statement: "));
    REQUIRE(database.execute("PRAGMA max_page_count=10"));
    const auto full = database.execute("CREATE TABLE v(x); INSERT INTO v VALUES(zeroblob(99999))");
    REQUIRE_FALSE(full);
    CHECK(full.error().code == Errc::Full);
    // Only as much of the text as the view has.
    CHECK(database.prepare(std::string_view("SELECT x FROM t WHERE").substr(0, 15)));
}

TEST_CASE("only who writes creates a database, and only who writes changes it") {
    const DatabaseFolder folder;
    const auto missing = Database::open(folder.database(), Mode::ReadOnly);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::Io);
    CHECK(missing.error().message.starts_with("cannot open " + folder.database().string() + ": "));
    const Database writer = one_row(folder);
    Database reader = open_database(folder.database(), Mode::ReadOnly);
    CHECK(number_of(reader, "SELECT count(*) FROM t") == 1);
    CHECK_FALSE(reader.execute("INSERT INTO t VALUES(1)"));
    // Nor does a reader change how the database is kept.
    Database plain = open_database(folder.path / "plain.db");
    REQUIRE(plain.execute("PRAGMA journal_mode=DELETE; CREATE TABLE t(x INTEGER) STRICT"));
    Database plain_reader = open_database(folder.path / "plain.db", Mode::ReadOnly);
    CHECK(number_of(plain_reader, "SELECT count(*) FROM t") == 0);
    // A folder is no database for either.
    CHECK_FALSE(Database::open(folder.path, Mode::ReadWrite));
}

TEST_CASE("commits are durable, references kept, and nobody checkpoints unasked") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    auto journal = database.prepare("PRAGMA journal_mode");
    REQUIRE(journal);
    REQUIRE(journal->step() == true);
    CHECK(journal->text(0) == "wal");
    CHECK(number_of(database, "PRAGMA synchronous") == 2);  // FULL
    CHECK(number_of(database, "PRAGMA foreign_keys") == 1);
    CHECK(number_of(database, "PRAGMA busy_timeout") == 5000);
    CHECK(number_of(database, "PRAGMA wal_autocheckpoint") == 0);
}

TEST_CASE("a transaction is open from BEGIN to its end") {
    const DatabaseFolder folder;
    Database database = one_row(folder);
    CHECK_FALSE(database.in_transaction());
    REQUIRE(database.execute("BEGIN"));
    CHECK(database.in_transaction());
    REQUIRE(database.execute("COMMIT"));
    CHECK_FALSE(database.in_transaction());
}

TEST_CASE("the rows of the latest change are counted") {
    const DatabaseFolder folder;
    Database database = one_row(folder);
    REQUIRE(database.execute("INSERT INTO t VALUES(1), (2), (3)"));
    CHECK(database.changed_rows() == 3);
    REQUIRE(database.execute("DELETE FROM t WHERE x > 1"));
    CHECK(database.changed_rows() == 2);
    REQUIRE(database.execute("DELETE FROM t WHERE x > 1"));
    CHECK(database.changed_rows() == 0);
}

TEST_CASE("the log grows by the pages of each commit until a checkpoint empties it") {
    const DatabaseFolder folder;
    CHECK(open_database(folder.path / "other.db").wal_pages() == 0);
    Database database = one_row(folder);
    const int before = database.wal_pages();
    CHECK(before > 0);
    change_a_page(database);
    CHECK(database.wal_pages() == before + 1);
    REQUIRE(database.checkpoint());
    CHECK(std::filesystem::file_size(folder.database()) >= 2 * 4096);
    change_a_page(database);
    CHECK(database.wal_pages() == 1);
}

TEST_CASE("a checkpoint in the middle of a transaction is refused") {
    const DatabaseFolder folder;
    Database database = one_row(folder);
    REQUIRE(database.execute("BEGIN IMMEDIATE"));
    change_a_page(database);
    const auto refused = database.checkpoint();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("cannot checkpoint: "));
    REQUIRE(database.execute("COMMIT"));
    CHECK(database.checkpoint());
}
