#include "audit/retention.hpp"

#include <doctest/doctest.h>

#include "audit/deed.hpp"
#include "audit/limits.hpp"
#include "audit/schema.hpp"
#include "store/schema.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::audit;
using namespace std::chrono_literals;
using store::test::number_of;

namespace {

constexpr WallTime now{1'900'000'000'000ms};
constexpr auto keep = 24h * 365;

struct Book {
    Book() {
        const auto migrated = store::migrate(database, {&schema()});
        REQUIRE(migrated);
    }
    void enter(const std::string& who, Milliseconds age) {
        const Deed deed{.by = {.account = AccountId(who), .address = "192.0.2.1"},
                        .action = "product.change",
                        .target = "product/1",
                        .detail = {}};
        REQUIRE(record(database, deed, now - age));
    }
    store::Removed sweep() { return old_entries(keep).step(database, now).value(); }
    std::int64_t count(const std::string& where) {
        return number_of(database, "SELECT COUNT(*) FROM audit WHERE " + where);
    }

    store::test::DatabaseFolder folder;
    store::Database database = store::test::open_database(folder.database());
};

}  // namespace

TEST_CASE("an entry stays for its time, and goes after it") {
    Book book;
    book.enter("kim", keep + 1ms);
    book.enter("kim", keep);
    book.enter("kim", 0ms);
    CHECK(book.sweep().count == 1);
    CHECK(book.sweep().count == 0);
    CHECK(book.count("TRUE") == 2);
}

TEST_CASE("beyond what the record may hold the oldest go, however young") {
    Book book;
    book.enter("kim", 2ms);
    REQUIRE(book.database.execute(
        ("UPDATE audit SET seq = seq - " + std::to_string(limits::audit_entries_max)).c_str()));
    book.enter("lee", 1ms);
    CHECK(book.sweep().count == 1);
    CHECK(book.count("actor = 'lee'") == 1);
}

TEST_CASE("whoever does without end pushes out his own entries, and nobody else's") {
    Book book;
    book.enter("lee", 1h);
    // As many as he may have, at once.
    REQUIRE(book.database.execute(
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(limits::audit_entries_of_one_max) +
         ") INSERT INTO audit(at_ms, actor, action, target, address, detail)"
         " SELECT 0, 'kim', 'a', 't', '', '{}' FROM n")
            .c_str()));
    constexpr auto more = 3 * limits::audit_share_looked_at_every;
    for (std::int64_t i = 0; i < more; ++i) book.enter("kim", 0ms);
    const std::int64_t left = book.count("actor = 'kim'");
    CHECK(left >= limits::audit_entries_of_one_max);
    CHECK(left < limits::audit_entries_of_one_max + limits::audit_share_looked_at_every);
    CHECK(book.count("actor = 'kim' AND at_ms > 0") == more);
    CHECK(book.count("actor = 'lee'") == 1);
}
