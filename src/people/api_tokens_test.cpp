#include "people/api_tokens.hpp"

#include "people/limits.hpp"
#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<ApiTokens::Created> create(World& world, const AccountId& id, std::string name,
                                  Scopes scopes = {Scope::Read}, std::optional<int> days = {}) {
    return world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, id, name, scopes, days, {.account = id});
    });
}

Answer<void> end(World& world, const AccountId& account, const std::string& id) {
    return world.ask(
        [&](async::Loop& loop) { return world.people().tokens().end(loop, account, id, {}); });
}

}  // namespace

TEST_CASE("a token is shown once, found by its hash, and says so") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto made = create(world, kim.account.id, " ci ", {Scope::Channels, Scope::Streams});
    REQUIRE(made);
    CHECK(made->secret.starts_with("sct_"));
    CHECK(made->secret.size() == 36);
    CHECK(made->token.name == "ci");
    const Caller caller = world.people().tokens().find(made->secret, "192.0.2.1");
    REQUIRE(caller.who);
    CHECK(caller.by_token());
    CHECK(caller.session_id.empty());
    CHECK(caller.scopes == Scopes{Scope::Channels, Scope::Streams});
    CHECK_FALSE(world.people().tokens().find(made->secret.substr(4), "192.0.2.1").who);
    CHECK_FALSE(world.people().tokens().find(made->secret + "a", "192.0.2.1").who);
    CHECK_FALSE(world.people().tokens().find(kim.token, "192.0.2.1").who);
    CHECK_FALSE(world.caller(made->secret).who);
    world.restart();
    CHECK(world.people().tokens().find(made->secret, "192.0.2.1").scopes == made->token.scopes);
    CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'token.create'") == 1);
}

TEST_CASE("a token keeps its account's roles as they are now, without a session") {
    World world;
    const Account kim = world.create("kim");
    const auto made = create(world, kim.id, "ci", {Scope::Channels});
    REQUIRE(made);
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().roles().grant(loop, "kim", {Role::Host, "main"}, {});
    }));
    const Caller caller = world.people().tokens().find(made->secret, "192.0.2.1");
    CHECK(decide(caller, Action::ManageChannels, {.owner = std::nullopt, .shop = "main"},
                 Access::Write) == Decision::Allowed);
    CHECK(decide(caller, Action::GrantRoles, {.owner = std::nullopt, .shop = "main"},
                 Access::Write) == Decision::Forbidden);
}

TEST_CASE("tokens end by time and by hand, and only by their owner's") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const SignedIn lee = world.sign_up("lee");
    const auto a_day = create(world, kim.account.id, "a day", {Scope::Read}, 1);
    const auto for_ever = create(world, kim.account.id, "for ever");
    REQUIRE(a_day);
    REQUIRE(for_ever);
    CHECK(world.people().tokens().list(kim.account.id).size() == 2);
    CHECK(world.people().tokens().list(lee.account.id).empty());
    world.clock().advance(24h);
    CHECK_FALSE(world.people().tokens().find(a_day->secret, "192.0.2.1").who);
    CHECK(world.people().tokens().list(kim.account.id).size() == 1);
    world.settle();
    CHECK(world.count("SELECT count(*) FROM api_token") == 1);

    CHECK(end(world, lee.account.id, for_ever->token.id).error().reason == Reason::NotFound);
    CHECK(world.people().tokens().find(for_ever->secret, "192.0.2.1").who);
    CHECK(end(world, kim.account.id, for_ever->token.id));
    CHECK_FALSE(world.people().tokens().find(for_ever->secret, "192.0.2.1").who);
    world.restart();
    CHECK_FALSE(world.people().tokens().find(for_ever->secret, "192.0.2.1").who);
}

TEST_CASE("when a token was last used is saved once a minute") {
    World world;
    const Account kim = world.create("kim");
    const auto made = create(world, kim.id, "ci");
    REQUIRE(made);
    CHECK_FALSE(world.people().tokens().list(kim.id)[0].last_used_at);
    CHECK(world.people().tokens().find(made->secret, "192.0.2.1").who);
    const auto used = world.people().tokens().list(kim.id)[0].last_used_at;
    CHECK(used == world.clock().wall());
    world.settle();
    world.restart();
    CHECK(world.people().tokens().list(kim.id)[0].last_used_at == used);
}

TEST_CASE("tokens have rules in words and a limit") {
    World world;
    const Account kim = world.create("kim");
    CHECK(create(world, kim.id, "").error().field == "name");
    CHECK(create(world, kim.id, "ci", {}).error().field == "scopes");
    CHECK(create(world, kim.id, "ci", {Scope::Read}, 0).error().field == "expires_in_days");
    CHECK(create(world, kim.id, "ci", {Scope::Read}, 366).error().field == "expires_in_days");
    CHECK(create(world, AccountId("nobody"), "ci").error().reason == Reason::NotFound);
    const auto fill = [&](const AccountId& account, std::size_t most) {
        for (std::size_t i = 0; i < most; ++i) REQUIRE(create(world, account, "ci"));
        CHECK(create(world, account, "ci").error().reason == Reason::TooMany);
    };
    fill(kim.id, limits::api_tokens_per_viewer_max);
    fill(world.create("lee", {{Role::Host, "main"}}).id, limits::api_tokens_per_account_max);
}
