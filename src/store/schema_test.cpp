#include "store/schema.hpp"

#include <doctest/doctest.h>

#include <string>

#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;

namespace {

std::int64_t version_of(Database& database) {
    return number_of(database, "PRAGMA user_version");
}

void set_version(Database& database, std::int64_t version) {
    REQUIRE(database.execute(("PRAGMA user_version=" + std::to_string(version)).c_str()));
}

}  // namespace

TEST_CASE("migration brings any schema to the newest and is repeatable") {
    const TemporaryFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database));
    const std::int64_t newest = version_of(database);
    CHECK(newest > 1);
    CHECK(number_of(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'cart_line'") == 1);
    CHECK_FALSE(database.in_transaction());
    REQUIRE(migrate(database));
    CHECK(version_of(database) == newest);
}

TEST_CASE("a schema newer by one is refused in words and left alone") {
    const TemporaryFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database));
    const std::int64_t newest = version_of(database);
    set_version(database, newest + 1);
    const auto refused = migrate(database);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Config);
    const std::string words = "newer shopcast (schema " + std::to_string(newest + 1) +
                              ", this program knows " + std::to_string(newest) + ")";
    CHECK(refused.error().message.find(words) != std::string::npos);
    CHECK(version_of(database) == newest + 1);
}

TEST_CASE("a step begins where the version says, and one that fails leaves the version") {
    const TemporaryFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database));
    const std::int64_t newest = version_of(database);
    for (const std::int64_t version : {std::int64_t{0}, newest - 1}) {
        // Its tables are there already.
        set_version(database, version);
        CHECK_FALSE(migrate(database));
        if (database.in_transaction()) REQUIRE(database.execute("ROLLBACK"));
        CHECK(version_of(database) == version);
    }
}

TEST_CASE("an installation has a name of its own for life") {
    const TemporaryFolder folder;
    Database one = open_database(folder.path / "one.db");
    Database two = open_database(folder.path / "two.db");
    REQUIRE(migrate(one));
    REQUIRE(migrate(two));
    const auto name = installation_of(one);
    REQUIRE(name);
    CHECK(name->size() == 16);
    CHECK(installation_of(one) == *name);
    CHECK(installation_of(two) != *name);
    REQUIRE(one.execute("DELETE FROM installation"));
    const auto nameless = installation_of(one);
    REQUIRE_FALSE(nameless);
    CHECK(nameless.error().code == Errc::Malformed);
}
