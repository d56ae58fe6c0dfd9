#include "people/retention.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "people/limits.hpp"
#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;
constexpr auto unused_kept = 90 * day;

std::int64_t accounts(World& world, const std::string& login) {
    return world.count("SELECT COUNT(*) FROM account WHERE login = '" + login + "'");
}

void sign_out(World& world, const SignedIn& who) {
    const auto done = world.ask([&](async::Loop& loop) {
        return world.people().sessions().end_all(loop, who.account.id, "");
    });
    REQUIRE(done);
}

void erase(World& world, const SignedIn& who) {
    const auto done = world.ask([&](async::Loop& loop) {
        return world.people().accounts().erase(loop, who.account.id, std::nullopt, {});
    });
    REQUIRE(done);
}

}  // namespace

TEST_CASE("who signed up and never came back is forgotten after a while, his login is free") {
    World world;
    sign_out(world, world.sign_up("gone", "correct horse", "gone@example.com"));
    world.clock().advance(unused_kept);
    world.sweep();
    CHECK(accounts(world, "gone") == 1);
    world.clock().advance(1ms);
    world.sweep();
    CHECK(accounts(world, "gone") == 0);
    for (const char* table : {"known_place", "one_time_link", "outbox"}) {
        CHECK_MESSAGE(world.count(std::string("SELECT count(*) FROM ") + table) == 0, table);
    }
    world.sign_up("gone");
}

TEST_CASE("whoever came back, or has something here, stays") {
    Settings settings = World::cheap();
    std::string buyer;
    settings.is_needed = [&](store::Database&, const AccountId& id) -> Result<bool> {
        return id.value == buyer;
    };
    World world(settings);
    const SignedIn back = world.sign_up("back");
    sign_out(world, back);
    world.clock().advance(limits::account_first_day);
    sign_out(world, *world.sign_in("back", "correct horse"));

    const SignedIn bought = world.sign_up("bought");
    buyer = bought.account.id.value;
    sign_out(world, bought);
    world.create("moderates", {{Role::Moderator, "main"}});
    const SignedIn program = world.sign_up("program");
    sign_out(world, program);
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, program.account.id, "ci", {Scope::Read},
                                              std::nullopt, {});
    }));
    sign_out(world, world.sign_up("gone"));

    world.clock().advance(unused_kept + 1ms);
    world.sign_up("signed-in");
    world.sweep();
    for (const char* login : {"back", "bought", "moderates", "program", "signed-in"}) {
        CHECK_MESSAGE(accounts(world, login) == 1, login);
    }
    CHECK(accounts(world, "gone") == 0);
}

TEST_CASE("those who stay do not stand before those who go") {
    Settings settings = World::cheap();
    settings.is_needed = [](store::Database& database, const AccountId& id) -> Result<bool> {
        store::Statement query =
            TRY(database.prepare("SELECT login LIKE 'buyer%' FROM account WHERE id = ?"));
        TRY_VOID(query.bind(id.value).step());
        return query.integer(0) != 0;
    };
    World world(settings);
    for (int i = 0; i < 40; ++i) sign_out(world, world.sign_up("buyer" + std::to_string(i)));
    sign_out(world, world.sign_up("gone"));
    world.clock().advance(unused_kept + 1ms);
    world.sweep();
    CHECK(accounts(world, "gone") == 0);
    CHECK(world.count("SELECT COUNT(*) FROM account") == 40);
}

TEST_CASE("a deleted account's login stays taken for a while") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().roles().grant(loop, "kim", {Role::Operator, "*"}, {});
    }));
    world.create("lee");
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().roles().grant(loop, "lee", {Role::Moderator, "main"},
                                            {.account = kim.account.id, .address = ""});
    }));
    erase(world, kim);
    world.clock().advance(limits::deleted_login_kept_for);
    world.sweep();
    CHECK(accounts(world, "kim") == 1);
    world.clock().advance(1ms);
    world.sweep();
    CHECK(accounts(world, "kim") == 0);
    // What it gave others stays theirs.
    CHECK(world.count("SELECT COUNT(*) FROM role_grant WHERE granted_by IS NULL") == 1);
}

TEST_CASE("a browser that nobody signs in from any more is forgotten") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    world.create("moderates", {{Role::Moderator, "main"}});
    CHECK(world.count("SELECT COUNT(*) FROM known_place") == 1);
    world.clock().advance(limits::known_place_lasts);
    world.sweep();
    CHECK(world.count("SELECT COUNT(*) FROM known_place") == 1);
    world.clock().advance(1ms);
    world.sweep();
    CHECK(world.count("SELECT COUNT(*) FROM known_place") == 0);
}
