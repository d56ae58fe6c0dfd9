#include "people/sign_in.hpp"

#include <map>

#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<SignedIn> sign_up(World& world, NewAccount account, std::string address = "192.0.2.9") {
    return world.ask([&](async::Loop& loop) {
        return world.people().sign_in().sign_up(loop, account, World::visit(address));
    });
}

Answer<Account> set_disabled(World& world, const AccountId& id, bool disabled) {
    return world.ask([&](async::Loop& loop) {
        return world.people().accounts().set_disabled(loop, id, disabled, {});
    });
}

async::Task<void> count_answer(async::Loop& loop, SignIn& door, Credentials credentials,
                               std::map<Reason, int>& answers) {
    const auto answer = co_await door.sign_in(loop, std::move(credentials), World::visit());
    REQUIRE_FALSE(answer);
    ++answers[answer.error().reason];
}

async::Task<Answer<void>> rush(async::Loop& loop, SignIn& door, int people,
                               std::map<Reason, int>& answers) {
    for (int i = 0; i < people; ++i) {
        Credentials credentials{.login = "user" + std::to_string(i), .password = "wrong horse"};
        loop.spawn(count_answer(loop, door, std::move(credentials), answers));
    }
    const auto all_answered = [&] {
        int all = 0;
        for (const auto& [reason, count] : answers) all += count;
        return all == people;
    };
    co_await async::until(loop, all_answered, "an answer to everybody");
    co_return Answer<void>();
}

}  // namespace

TEST_CASE("one signs up, and in with the login in any case") {
    World world;
    const SignedIn kim = world.sign_up("Kim");
    CHECK(kim.account.login == "kim");
    CHECK(kim.account.display_name == "kim");
    CHECK(kim.account.grants.empty());
    CHECK(world.sign_in(" KIM ", "correct horse"));
    CHECK(world.count("SELECT count(*) FROM account WHERE password_hash LIKE '$argon2id$%'") == 1);
    CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'account.create'") == 1);
}

TEST_CASE("a login is given away once, also after a restart") {
    World world;
    world.sign_up("kim");
    world.restart();
    const auto taken = sign_up(world, {.login = "KIM", .password = "another horse"});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().reason == Reason::LoginTaken);
    CHECK(taken.error().field == "login");
    CHECK(code_of(taken.error()) == "login_taken");
}

TEST_CASE("signing up names the field that is wrong, before it costs a hash") {
    World world;
    const auto field_of = [&](NewAccount account) {
        const auto answer = sign_up(world, std::move(account));
        return answer ? std::string("none") : std::string(answer.error().field);
    };
    const auto before = world.people().hasher().computed();
    CHECK(field_of({.login = "k", .password = "correct horse"}) == "login");
    CHECK(field_of({.login = "kim", .password = "short"}) == "password");
    CHECK(field_of({.login = "kim", .password = "password1"}) == "password");
    CHECK(field_of({.login = "kim", .password = "correct horse", .email = "nonsense"}) == "email");
    CHECK(field_of({.login = "kim", .password = "correct horse", .display_name = "a\nb"}) ==
          "display_name");
    CHECK(world.people().hasher().computed() == before);
    CHECK(world.count("SELECT count(*) FROM account") == 0);
}

TEST_CASE("an unknown login, a wrong password and a disabled account look and cost the same") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const SignedIn lee = world.sign_up("lee");
    REQUIRE(set_disabled(world, lee.account.id, true));
    const std::map<std::string, std::string> ids = {{"kim", kim.account.id.value},
                                                    {"lee", lee.account.id.value}};
    std::string words;
    for (const auto& [login, password] : std::initializer_list<std::pair<const char*, const char*>>{
             {"kim", "wrong horse"},
             {"nobody", "correct horse"},
             {"not a login", "correct horse"},
             {"lee", "correct horse"},
             {"lee", "wrong horse"},
             {"", ""}}) {
        CAPTURE(login);
        const auto before = world.people().hasher().computed();
        const auto refused = world.sign_in(login, password);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().reason == Reason::InvalidCredentials);
        CHECK(refused.error().field.empty());
        CHECK((words.empty() || words == refused.error().error.message));
        words = refused.error().error.message;
        // Who was meant is for the log alone, and for one that there is.
        CHECK(refused.error().account == (ids.contains(login) ? ids.at(login) : ""));
        CHECK(world.people().hasher().computed() == before + 1);
    }
}

TEST_CASE("every sign-in has a session of its own, so none can be planted") {
    World world;
    const SignedIn first = world.sign_up("kim");
    const auto second = world.sign_in("kim", "correct horse");
    REQUIRE(second);
    CHECK(second->token != first.token);
    CHECK(second->caller.session_id != first.caller.session_id);
}

TEST_CASE("signing out ends the session at once and for good") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto sign_out = [&](const Caller& caller) {
        return world.ask(
            [&](async::Loop& loop) { return world.people().sign_in().sign_out(loop, caller); });
    };
    CHECK(sign_out(kim.caller));
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK(sign_out(kim.caller));
    CHECK(sign_out({}));
    world.restart();
    CHECK_FALSE(world.caller(kim.token).who);
}

TEST_CASE("guessing is slowed down, tells when to come back, and spares other addresses") {
    World world;
    world.sign_up("kim");
    for (int i = 0; i < 10; ++i) {
        const auto refused = world.sign_in("kim", "wrong horse");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().reason == Reason::InvalidCredentials);
    }
    const auto before = world.people().hasher().computed();
    const auto throttled = world.sign_in("kim", "correct horse");
    REQUIRE_FALSE(throttled);
    CHECK(throttled.error().reason == Reason::TooManyAttempts);
    CHECK(throttled.error().retry_after == 90s);
    CHECK(world.people().hasher().computed() == before);
    CHECK(world.sign_in("kim", "correct horse", "", World::visit("203.0.113.7")));
    world.clock().advance(90s);
    CHECK(world.sign_in("kim", "correct horse"));
}

TEST_CASE("strangers who use up all tries leave its owner the places that are known") {
    World world;
    Visit home = World::visit("203.0.113.7");
    const SignedIn kim = [&] {
        const NewAccount account{.login = "kim", .password = "correct horse"};
        auto answer = world.ask([&](async::Loop& loop) {
            return world.people().sign_in().sign_up(loop, account, home);
        });
        REQUIRE(answer);
        return std::move(*answer);
    }();
    REQUIRE_FALSE(kim.browser.empty());
    const auto sign_in = [&](const Visit& from, const char* password = "correct horse") {
        return world.sign_in("kim", password, "", from);
    };
    const auto strangers_guess = [&] {
        for (int i = 0; i < 60; ++i) {
            (void)sign_in(World::visit("198.51.100." + std::to_string(i)), "wrong horse");
        }
        CHECK(sign_in(World::visit("192.0.2.9")).error().reason == Reason::TooManyAttempts);
    };
    strangers_guess();
    CHECK(sign_in(home));  // the address is known
    Visit away = World::visit("192.0.2.10");
    away.browser = kim.browser;
    const auto same = sign_in(away);
    REQUIRE(same);
    CHECK(same->browser == kim.browser);
    Visit forged = World::visit("192.0.2.11");
    forged.browser = "forged";
    CHECK(sign_in(forged).error().reason == Reason::TooManyAttempts);
    Visit of_other = World::visit("192.0.2.12");
    of_other.browser = world.sign_up("lee").browser;
    CHECK(sign_in(of_other).error().reason == Reason::TooManyAttempts);

    // At home, too, nobody guesses for ever.
    for (int i = 0; i < 10; ++i) {
        CHECK(sign_in(home, "wrong horse").error().reason == Reason::InvalidCredentials);
    }
    CHECK(sign_in(home).error().reason == Reason::TooManyAttempts);
    CHECK(sign_in(away));
    world.restart();
    strangers_guess();
    CHECK(sign_in(away));

    // Whoever knew the old password is a stranger with the new one.
    const auto changed = world.ask([&](async::Loop& loop) {
        return world.people().passwords().change(loop, kim.account.id, "correct horse",
                                                 "another horse", World::visit("192.0.2.20"));
    });
    REQUIRE(changed);
    CHECK(sign_in(away, "another horse").error().reason == Reason::TooManyAttempts);
    CHECK(world.count("SELECT COUNT(*) FROM known_place WHERE account = '" + kim.account.id.value +
                      "'") == 1);
}

TEST_CASE("so many places are known of an account, and the longest unused goes") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    for (std::size_t i = 0; i < limits::known_places_per_account_max + 4; ++i) {
        world.clock().advance(1s);
        CHECK(world.sign_in("kim", "correct horse", "",
                            World::visit("192.0.2." + std::to_string(i))));
    }
    CHECK(world.count("SELECT COUNT(*) FROM known_place") ==
          static_cast<std::int64_t>(limits::known_places_per_account_max));
    CHECK(world.count("SELECT COUNT(*) FROM known_place WHERE address = '192.0.2.19'") == 1);
    CHECK(world.count("SELECT COUNT(*) FROM known_place WHERE address = '192.0.2.1'") == 0);
    CHECK_FALSE(kim.browser.empty());
}

TEST_CASE("a hash of another cost is replaced at sign-in") {
    World world;
    world.sign_up("kim");
    Settings dearer = World::cheap();
    dearer.password_cost.passes = 2;
    world.restart(dearer);
    CHECK_FALSE(world.sign_in("kim", "wrong horse"));
    const std::string dear = "SELECT count(*) FROM account WHERE password_hash LIKE '%,t=2,%'";
    CHECK(world.count(dear) == 0);
    CHECK(world.sign_in("kim", "correct horse"));
    CHECK(world.count(dear) == 1);
    CHECK(world.sign_in("kim", "correct horse"));
}

TEST_CASE("passwords of any writing and of 128 characters work") {
    World world;
    const std::string hangul = "\ube44\ubc00\ubc88\ud638\uc785\ub2c8\ub2e4\uc694";
    world.sign_up("kim", hangul);
    CHECK(world.sign_in("kim", hangul));
    const std::string longest(128, 'x');
    world.sign_up("lee", longest);
    CHECK(world.sign_in("lee", longest));
    CHECK_FALSE(world.sign_in("lee", longest.substr(1)));
    CHECK_FALSE(world.sign_in("lee", longest + "x"));
}

TEST_CASE("sign-up can be closed") {
    Settings closed = World::cheap();
    closed.sign_up = false;
    World world(closed);
    const auto refused = sign_up(world, {.login = "kim", .password = "correct horse"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == Reason::SignUpClosed);
    world.create("lee");
    CHECK(world.sign_in("lee", "correct horse"));
}

TEST_CASE("a disabled account is refused everywhere, at once") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto made = world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, kim.account.id, "ci", {Scope::Read},
                                              std::nullopt, {});
    });
    REQUIRE(made);
    CHECK(world.people().tokens().find(made->secret, "192.0.2.1").who);
    const auto disabled = set_disabled(world, kim.account.id, true);
    REQUIRE(disabled);
    CHECK(disabled->disabled);
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    CHECK_FALSE(world.sign_in("kim", "correct horse"));
    world.restart();
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    CHECK_FALSE(world.sign_in("kim", "correct horse"));
    REQUIRE(set_disabled(world, kim.account.id, false));
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    CHECK(world.sign_in("kim", "correct horse"));
}

TEST_CASE("who is refused because the server is busy has not guessed") {
    Settings dear = World::cheap();
    dear.password_cost.memory_kib = 8192;
    World world(dear);
    std::map<Reason, int> answers;
    REQUIRE(world.ask(
        [&](async::Loop& loop) { return rush(loop, world.people().sign_in(), 100, answers); }));
    CHECK(answers[Reason::Busy] > 0);
    CHECK(answers[Reason::TooManyAttempts] == 0);
    // All 100 tries of the address were taken; the busy ones came back.
    CHECK(world.sign_in("kim", "wrong horse").error().reason == Reason::InvalidCredentials);
}
