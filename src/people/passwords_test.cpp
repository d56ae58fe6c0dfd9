#include "people/passwords.hpp"

#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<SignedIn> change(World& world, const AccountId& id, const char* current, const char* fresh) {
    return world.ask([&](async::Loop& loop) {
        return world.people().passwords().change(loop, id, current, fresh, World::visit());
    });
}

std::string reset_link(World& world, const AccountId& id) {
    const auto link = world.ask([&](async::Loop& loop) {
        return world.people().passwords().make_reset_link(loop, id, {});
    });
    REQUIRE(link);
    return link->token;
}

Answer<void> confirm(World& world, const std::string& token, const std::string& fresh) {
    return world.ask([&](async::Loop& loop) {
        return world.people().passwords().confirm_reset(loop, token, fresh, "192.0.2.1");
    });
}

Answer<void> request(World& world, const std::string& who, const std::string& address) {
    auto answer = world.ask([&](async::Loop& loop) {
        return world.people().passwords().request_reset(loop, who, address);
    });
    world.writer().drain();
    return answer;
}

async::Task<Answer<int>> confirm_twice(async::Loop& loop, Passwords& passwords, std::string token) {
    auto both = std::make_shared<std::vector<bool>>();
    struct Once {
        static async::Task<void> run(async::Loop& here, Passwords& there, std::string which,
                                     std::string fresh,
                                     std::shared_ptr<std::vector<bool>> results) {
            const auto answer =
                co_await there.confirm_reset(here, which, std::move(fresh), "192.0.2.1");
            results->push_back(answer.has_value());
        }
    };
    loop.spawn(Once::run(loop, passwords, token, "first new horse", both));
    loop.spawn(Once::run(loop, passwords, token, "second new horse", both));
    const auto both_answered = [&both] { return both->size() == 2; };
    co_await async::until(loop, both_answered, "both answers");
    co_return static_cast<int>(std::ranges::count(*both, true));
}

}  // namespace

TEST_CASE("a reset ends the tokens of whoever had the account") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto made = world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, kim.account.id, "ci", {Scope::Read}, 30, {});
    });
    REQUIRE(made);
    REQUIRE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    REQUIRE(confirm(world, reset_link(world, kim.account.id), "another horse"));
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    world.restart();
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
}

TEST_CASE("a changed password ends every session and begins a new one") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto phone = world.sign_in("kim", "correct horse");
    REQUIRE(phone);
    const auto changed = change(world, kim.account.id, "correct horse", "battery staple");
    REQUIRE(changed);
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK_FALSE(world.caller(phone->token).who);
    CHECK(world.caller(changed->token).who);
    CHECK_FALSE(world.sign_in("kim", "correct horse"));
    CHECK(world.sign_in("kim", "battery staple"));
    world.restart();
    CHECK_FALSE(world.caller(phone->token).who);
    CHECK(world.caller(changed->token).who);
}

TEST_CASE("changing a password blames the right field, and guessing is throttled") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    CHECK(change(world, kim.account.id, "correct horse", "short").error().field == "new_password");
    for (int i = 0; i < 10; ++i) {
        const auto refused = change(world, kim.account.id, "wrong horse", "battery staple");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().field == "current_password");
    }
    CHECK(change(world, kim.account.id, "correct horse", "battery staple").error().reason ==
          Reason::TooManyAttempts);
}

TEST_CASE("a reset link works once, for an hour, and ends all sessions") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const std::string old = reset_link(world, kim.account.id);
    const std::string token = reset_link(world, kim.account.id);
    CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'account.reset_link'") == 2);
    CHECK(confirm(world, old, "battery staple").error().reason == Reason::LinkInvalid);
    CHECK(confirm(world, token, "short").error().field == "new_password");  // not used up
    world.restart();
    CHECK(confirm(world, token, "battery staple"));
    CHECK_FALSE(world.caller(kim.token).who);
    CHECK(world.sign_in("kim", "battery staple"));
    CHECK(confirm(world, token, "another staple").error().reason == Reason::LinkInvalid);

    const std::string late = reset_link(world, kim.account.id);
    world.clock().advance(1h);
    CHECK(confirm(world, late, "another staple").error().reason == Reason::LinkInvalid);
    CHECK(world.count("SELECT count(*) FROM one_time_link") == 1);
    world.sweep();
    CHECK(world.count("SELECT count(*) FROM one_time_link") == 0);
}

TEST_CASE("a link used twice at the same time works once") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const std::string token = reset_link(world, kim.account.id);
    const auto worked = world.ask(
        [&](async::Loop& loop) { return confirm_twice(loop, world.people().passwords(), token); });
    CHECK(worked == 1);
}

TEST_CASE("a wrong link costs no hash, and a disabled account has none") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const std::string token = reset_link(world, kim.account.id);
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().accounts().set_disabled(loop, kim.account.id, true, {});
    }));
    const auto before = world.people().hasher().computed();
    CHECK(confirm(world, "nonsense", "battery staple").error().reason == Reason::LinkInvalid);
    CHECK(confirm(world, token, "battery staple").error().reason == Reason::LinkInvalid);
    const std::string fresh = reset_link(world, kim.account.id);
    CHECK(confirm(world, fresh, "battery staple").error().reason == Reason::LinkInvalid);
    CHECK(world.people().hasher().computed() == before);
}

TEST_CASE("a reset is mailed to a verified address alone, and the answer never says so") {
    World world;
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    world.people().outbox().run_due();
    REQUIRE(world.mails().sent.size() == 1);
    world.mails().sent.clear();
    CHECK(request(world, "kim", "192.0.2.1"));
    world.people().outbox().run_due();
    CHECK(world.mails().sent.empty());  // nobody has shown that the address is Kim's

    const std::string verified = "UPDATE account SET email_verified = 1";
    REQUIRE(world.ask([&](async::Loop& loop) { return with_result_of(world, loop, verified); }));
    CHECK(request(world, "KIM@example.com", "192.0.2.2"));
    CHECK(request(world, "nobody", "192.0.2.2"));
    CHECK(request(world, "nobody@example.com", "192.0.2.2"));
    world.people().outbox().run_due();
    REQUIRE(world.mails().sent.size() == 1);
    CHECK(world.mails().sent[0].to == "kim@example.com");
    CHECK(confirm(world, token_in_mail(world.mails().sent[0].message), "battery staple"));
    world.people().outbox().run_due();
    CHECK(world.mails().sent.size() == 2);  // "your password was changed"
    CHECK(kim.account.email == "kim@example.com");
}

TEST_CASE("asking for resets is throttled by address, quietly by account") {
    World world;
    world.sign_up("kim", "correct horse", "kim@example.com");
    REQUIRE(world.ask([&](async::Loop& loop) {
        return with_result_of(world, loop, "UPDATE account SET email_verified = 1");
    }));
    world.people().outbox().run_due();
    world.mails().sent.clear();
    for (int i = 0; i < 30; ++i) {
        CHECK(request(world, "kim", "198.51.100." + std::to_string(i)));
    }
    world.people().outbox().run_due();
    CHECK(world.mails().sent.size() == 2);  // three an hour, with the one of signing up
    int refused = 0;
    for (int i = 0; i < 30; ++i) refused += request(world, "nobody", "192.0.2.1") ? 0 : 1;
    CHECK(refused == 10);
}
