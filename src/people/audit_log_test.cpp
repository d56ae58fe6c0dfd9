#include "people/audit_log.hpp"

#include "audit/deed.hpp"
#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;

namespace {

Result<void> submit(World& world, audit::Deed deed) {
    const auto work = [deed, &world](store::Database& database) {
        return audit::record(database, deed, world.clock().wall());
    };
    return world.ask([&](async::Loop& loop) { return run_in_writer(world, loop, work); });
}

AuditPage list(World& world, AuditFilter filter) {
    auto page =
        world.ask([&](async::Loop& loop) { return list_audit(loop, world.readers(), filter); });
    REQUIRE(page);
    return std::move(*page);
}

}  // namespace

TEST_CASE("deeds are listed newest first, filtered, and page by page") {
    World world;
    const Account kim = world.create("kim");
    const Actor by{.account = kim.id, .address = "192.0.2.1"};
    for (int i = 0; i < 3; ++i) {
        REQUIRE(submit(world, {.by = by,
                               .action = "channel.create",
                               .target = "channel/" + std::to_string(i),
                               .shop = i < 2 ? "main" : "another",
                               .detail = {{"title", "a \"quoted\" title"}}}));
    }
    REQUIRE(submit(world, {.action = "channels.import", .target = "channel/x"}));
    const AuditPage all = list(world, {});
    CHECK(all.entries.size() == 5);
    CHECK_FALSE(all.next);
    CHECK(all.entries[0].action == "channels.import");
    CHECK_FALSE(all.entries[0].actor);
    CHECK(all.entries[1].actor_login == "kim");
    CHECK(all.entries[1].address == "192.0.2.1");
    CHECK(all.entries[1].detail == R"({"title":"a \"quoted\" title"})");

    CHECK(list(world, {.actor = "kim"}).entries.size() == 3);
    CHECK(list(world, {.actor = "nobody"}).entries.empty());
    CHECK(list(world, {.action = "channel."}).entries.size() == 3);
    CHECK(list(world, {.action = "channel.create"}).entries.size() == 3);
    CHECK(list(world, {.action = "channel"}).entries.empty());
    const std::vector<std::string> mine{"main"};
    CHECK(list(world, {.shops = mine}).entries.size() == 2);
    CHECK(list(world, {.shops = std::vector<std::string>()}).entries.empty());

    const AuditPage first = list(world, {.limit = 2});
    REQUIRE(first.next);
    const AuditPage second = list(world, {.before = first.next, .limit = 2});
    REQUIRE(second.next);
    const AuditPage third = list(world, {.before = second.next, .limit = 2});
    CHECK_FALSE(third.next);
    CHECK(first.entries.size() + second.entries.size() + third.entries.size() == 5);
    CHECK(third.entries[0].seq < second.entries[1].seq);
}

TEST_CASE("a deed is there exactly when its change is") {
    World world;
    const auto work = [&](store::Database& database) -> Result<void> {
        TRY_VOID(audit::record(database, {.action = "x.y", .target = "z"}, world.clock().wall()));
        return fail(Errc::Conflict, "no");
    };
    CHECK_FALSE(world.ask([&](async::Loop& loop) { return run_in_writer(world, loop, work); }));
    CHECK(list(world, {}).entries.empty());
}
