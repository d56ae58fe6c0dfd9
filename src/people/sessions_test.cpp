#include "people/sessions.hpp"

#include "base/text.hpp"
#include "people/limits.hpp"
#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<void> end_session(World& world, const AccountId& account, const std::string& id) {
    return world.ask(
        [&](async::Loop& loop) { return world.people().sessions().end(loop, account, id); });
}

}  // namespace

TEST_CASE("a session is found by its token alone, and only its hash is kept") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    CHECK(kim.token.size() == 52);  // 256 bits
    const Caller caller = world.caller(kim.token);
    REQUIRE(caller.who);
    CHECK(caller.who->login == "kim");
    CHECK(caller.session_id == kim.caller.session_id);
    CHECK_FALSE(caller.by_token());
    CHECK_FALSE(world.caller("").who);
    CHECK_FALSE(world.caller(kim.token + "a").who);
    CHECK_FALSE(world.caller(kim.caller.session_id).who);
    const std::string with_token = "SELECT count(*) FROM session WHERE hash = CAST('" + kim.token +
                                   "' AS BLOB) OR id = '" + kim.token + "'";
    CHECK(world.count(with_token) == 0);
    const std::string with_hash =
        "SELECT count(*) FROM session WHERE hash = x'" + to_hex(hash_of(kim.token)) + "'";
    CHECK(world.count(with_hash) == 1);
}

TEST_CASE("a session of plain HTTP is nothing over TLS, and the other way round") {
    World world;
    const SignedIn over_tls = world.sign_up("kim");
    CHECK_FALSE(world.caller(over_tls.token, Transport::Plain).who);
    Visit plain = World::visit();
    plain.transport = Transport::Plain;
    const auto in_clear = world.sign_in("kim", "correct horse", "", plain);
    REQUIRE(in_clear);
    CHECK(world.caller(in_clear->token, Transport::Plain).who);
    CHECK_FALSE(world.caller(in_clear->token, Transport::Tls).who);
    world.restart();
    CHECK(world.caller(in_clear->token, Transport::Plain).who);
    CHECK_FALSE(world.caller(in_clear->token, Transport::Tls).who);
}

TEST_CASE("sessions end when idle, and in any case after their time") {
    Settings settings = World::cheap();
    settings.session_idle = std::chrono::days(30);
    settings.session_absolute = std::chrono::days(90);
    World world(settings);
    const SignedIn kim = world.sign_up("kim");
    const SignedIn lee = world.sign_up("lee");
    for (int month = 0; month < 3; ++month) {
        world.clock().advance(std::chrono::days(29));
        CHECK(world.caller(kim.token).who);
    }
    CHECK_FALSE(world.caller(lee.token).who);
    world.clock().advance(std::chrono::days(3));
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK(world.people().sessions().count() == 2);
    for (int i = 0; i < 16; ++i) world.settle();
    CHECK(world.people().sessions().count() == 0);
    CHECK(world.count("SELECT count(*) FROM session") == 0);
}

TEST_CASE("a restart keeps sessions, and what was saved of when they were seen") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto saved = [&] { return world.count("SELECT last_seen_at_ms FROM session"); };
    const std::int64_t first = saved();
    world.clock().advance(30s);
    CHECK(world.caller(kim.token).who);
    world.settle();
    CHECK(saved() == first);  // less than a minute is nothing
    world.clock().advance(10min);
    CHECK(world.caller(kim.token).who);
    CHECK(world.caller(kim.token).who);
    CHECK(saved() == first);
    world.settle();
    CHECK(saved() == first + 630'000);
    CHECK(world.count("SELECT last_seen_at_ms FROM account") == first + 630'000);
    world.restart();
    CHECK(world.caller(kim.token).who);
    const auto list = world.people().sessions().list(kim.account.id);
    REQUIRE(list.size() == 1);
    CHECK(to_unix_ms(list[0].last_seen_at) == first + 630'000);
    CHECK(list[0].visit.user_agent == "test");
}

TEST_CASE("one ends a session, all others, or somebody else's: not found") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const SignedIn lee = world.sign_up("lee");
    const auto phone = world.sign_in("kim", "correct horse");
    const auto tablet = world.sign_in("kim", "correct horse");
    REQUIRE(phone);
    REQUIRE(tablet);
    CHECK(world.people().sessions().list(kim.account.id).size() == 3);

    const auto others = end_session(world, kim.account.id, lee.caller.session_id);
    REQUIRE_FALSE(others);
    CHECK(others.error().reason == Reason::NotFound);
    CHECK(world.caller(lee.token).who);

    CHECK(end_session(world, kim.account.id, phone->caller.session_id));
    CHECK_FALSE(world.caller(phone->token).who);
    CHECK(world.caller(tablet->token).who);
    const auto ended = world.ask([&](async::Loop& loop) {
        return world.people().sessions().end_all(loop, kim.account.id, tablet->caller.session_id);
    });
    CHECK(ended);
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK(world.caller(tablet->token).who);
    world.restart();
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK_FALSE(world.caller(phone->token).who);
    CHECK(world.caller(tablet->token).who);
    CHECK(world.caller(lee.token).who);
}

TEST_CASE("one account holds so many sessions; the one idle longest makes room") {
    World world;
    const SignedIn first = world.sign_up("kim");
    std::string second;
    for (std::size_t i = 1; i < limits::sessions_per_account_max; ++i) {
        world.clock().advance(2min);
        const auto more = world.sign_in("kim", "correct horse");
        REQUIRE(more);
        if (i == 1) second = more->token;
    }
    CHECK(world.caller(first.token).who);  // seen just now
    CHECK(world.people().sessions().count() == limits::sessions_per_account_max);
    REQUIRE(world.sign_in("kim", "correct horse"));
    CHECK(world.people().sessions().count() == limits::sessions_per_account_max);
    CHECK(world.caller(first.token).who);
    CHECK_FALSE(world.caller(second).who);
    world.restart();
    CHECK(world.people().sessions().count() == limits::sessions_per_account_max);
}
