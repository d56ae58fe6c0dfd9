#include "store/schema.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;

namespace {

constexpr std::array<std::string_view, 2> fruit_steps{
    "CREATE TABLE fruit (id INTEGER PRIMARY KEY) STRICT;",
    "ALTER TABLE fruit ADD COLUMN name TEXT; INSERT INTO fruit VALUES (1, 'pear');"};
const Schema fruit{.module = "fruit", .steps = fruit_steps};
const Schema young_fruit{.module = "fruit", .steps = std::span(fruit_steps).first(1)};

std::int64_t version_of(Database& database, std::string_view module) {
    return number_of(database, "SELECT version FROM schema_version WHERE module = '" +
                                   std::string(module) + "'");
}
std::int64_t fruits_in(Database& database) {
    return number_of(database, "SELECT count(*) FROM fruit");
}
std::string refusal_of(Database& database, std::initializer_list<const Schema*> modules) {
    const auto refused = migrate(database, modules);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Config);
    CHECK_FALSE(database.in_transaction());
    return refused.error().message;
}

}  // namespace

TEST_CASE("each module's steps run once, in their order, and later ones when they come") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database, {&young_fruit}));
    CHECK(version_of(database, "fruit") == 1);
    CHECK(version_of(database, "store") == 2);
    CHECK(fruits_in(database) == 0);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(migrate(database, {&fruit}));
        CHECK(version_of(database, "fruit") == 2);
        CHECK(fruits_in(database) == 1);
    }
}

TEST_CASE("what a newer program made is refused in words and left alone") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database, {&fruit}));
    CHECK(refusal_of(database, {&young_fruit})
              .contains("newer shopcast (fruit is at step 2, this program knows 1)"));
    CHECK(refusal_of(database, {}).contains("fruit is at step 2, this program knows 0"));
    CHECK(version_of(database, "fruit") == 2);
    REQUIRE(database.execute("PRAGMA user_version=1001"));
    CHECK(refusal_of(database, {&fruit}).contains("newer shopcast (layout 1001"));
}

TEST_CASE("a folder from before modules had tables of their own is refused in words") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(database.execute("PRAGMA user_version=6"));
    CHECK(refusal_of(database, {}).contains("an older shopcast (layout 6"));
}

TEST_CASE("a step that fails leaves nothing behind, and the step before it") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    constexpr std::array<std::string_view, 2> steps{
        fruit_steps[0], "INSERT INTO fruit VALUES (1); INSERT INTO nowhere VALUES (1);"};
    const Schema broken{.module = "fruit", .steps = steps};
    CHECK_FALSE(migrate(database, {&broken}));
    CHECK_FALSE(database.in_transaction());
    CHECK(version_of(database, "fruit") == 1);
    CHECK(fruits_in(database) == 0);
    REQUIRE(migrate(database, {&fruit}));
}

TEST_CASE("an installation has a name of its own for life") {
    const DatabaseFolder folder;
    Database one = open_database(folder.path / "one.db");
    Database two = open_database(folder.path / "two.db");
    REQUIRE(migrate(one, {}));
    REQUIRE(migrate(two, {}));
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

TEST_CASE("a new folder has one shop, which is meant where none is named; of several none is") {
    const DatabaseFolder folder;
    Database database = open_database(folder.database());
    REQUIRE(migrate(database, {}));
    CHECK(only_shop(database).value() == "main");
    CHECK(has_shop(database, "main").value());
    CHECK_FALSE(has_shop(database, "second").value());
    REQUIRE(database.execute("INSERT INTO shop VALUES ('second', 'dul', 'Two')"));
    CHECK(has_shop(database, "second").value());
    CHECK_FALSE(only_shop(database).value());
    REQUIRE(database.execute("DELETE FROM shop"));
    CHECK_FALSE(only_shop(database).value());
}
