#include "people/accounts.hpp"

#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<void> grant(World& world, const std::string& login, Grant what) {
    return world.ask(
        [&](async::Loop& loop) { return world.people().roles().grant(loop, login, what, {}); });
}

Answer<void> revoke(World& world, const std::string& login, Grant what) {
    return world.ask(
        [&](async::Loop& loop) { return world.people().roles().revoke(loop, login, what, {}); });
}

Answer<void> erase(World& world, const AccountId& id, const std::string& password) {
    return world.ask([&](async::Loop& loop) {
        return world.people().accounts().erase(loop, id, password, {.account = id});
    });
}

Answer<Account> change(World& world, const AccountId& id, ProfileChange what) {
    return world.ask([&](async::Loop& loop) {
        return world.people().accounts().change_profile(loop, id, what, {.account = id});
    });
}

bool may(const Caller& caller, Action action, std::string shop = "main") {
    return decide(caller, action, {.owner = std::nullopt, .shop = std::move(shop)},
                  Access::Write) == Decision::Allowed;
}

const Grant host{Role::Host, "main"};
const Grant admin{Role::Admin, "*"};

}  // namespace

TEST_CASE("roles take effect in open sessions, both ways, at once") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    CHECK_FALSE(may(world.caller(kim.token), Action::ManageChannels));
    REQUIRE(grant(world, "KIM", host));
    REQUIRE(grant(world, "kim", host));  // again: fine
    CHECK(may(world.caller(kim.token), Action::ManageChannels));
    CHECK(world.count("SELECT count(*) FROM audit WHERE action = 'role.grant'") == 1);
    world.restart();
    CHECK(may(world.caller(kim.token), Action::ManageChannels));
    REQUIRE(revoke(world, "kim", host));
    CHECK_FALSE(may(world.caller(kim.token), Action::ManageChannels));
    const auto again = revoke(world, "kim", host);
    REQUIRE_FALSE(again);
    CHECK(again.error().reason == Reason::NotFound);
}

TEST_CASE("a role is of the right kind of shop, and the shop and account exist") {
    World world;
    world.create("kim");
    const auto reason_of = [&](const std::string& login, Grant what) {
        const auto answer = grant(world, login, std::move(what));
        REQUIRE_FALSE(answer);
        return answer.error().reason;
    };
    CHECK(reason_of("kim", {Role::Admin, "main"}) == Reason::InvalidInput);
    CHECK(reason_of("kim", {Role::Host, "*"}) == Reason::InvalidInput);
    CHECK(reason_of("kim", {Role::Host, "nowhere"}) == Reason::NotFound);
    CHECK(reason_of("nobody", host) == Reason::NotFound);
}

TEST_CASE("a shop's roles are listed with who gave them") {
    World world;
    const Account boss = world.create("boss", {admin});
    world.create("kim");
    const auto granted = world.ask([&](async::Loop& loop) {
        return world.people().roles().grant(loop, "kim", host, {.account = boss.id});
    });
    REQUIRE(granted);
    const auto list = [&](const char* shop) {
        return world.ask(
            [&](async::Loop& loop) { return world.people().roles().list(loop, shop); });
    };
    const auto hosts = list("main");
    REQUIRE(hosts);
    REQUIRE(hosts->size() == 1);
    CHECK((*hosts)[0].login == "kim");
    CHECK((*hosts)[0].granted_by == "boss");
    CHECK(list("*")->size() == 1);
    CHECK_FALSE(list("nowhere"));
}

TEST_CASE("the last admin stays, whoever tries to remove it") {
    World world;
    const Account boss = world.create("boss", {admin});
    const auto disable = [&](const AccountId& id) {
        return world.ask([&](async::Loop& loop) {
            return world.people().accounts().set_disabled(loop, id, true, {});
        });
    };
    CHECK(revoke(world, "boss", admin).error().reason == Reason::LastAdmin);
    CHECK(disable(boss.id).error().reason == Reason::LastAdmin);
    CHECK(erase(world, boss.id, "correct horse").error().reason == Reason::LastAdmin);
    CHECK(world.count("SELECT count(*) FROM role_grant WHERE role = 'admin'") == 1);

    const Account second = world.create("second", {admin});
    CHECK(disable(second.id));
    CHECK(revoke(world, "boss", admin).error().reason == Reason::LastAdmin);
    const auto enabled = world.ask([&](async::Loop& loop) {
        return world.people().accounts().set_disabled(loop, second.id, false, {});
    });
    CHECK(enabled);
    CHECK(revoke(world, "boss", admin));
}

TEST_CASE("a profile changes where it is asked to, and an e-mail address needs the password") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const auto renamed = change(world, kim.account.id, {.display_name = " Kim Minsu "});
    REQUIRE(renamed);
    CHECK(renamed->display_name == "Kim Minsu");
    CHECK(renamed->language == Language::En);
    CHECK(world.caller(kim.token).who->display_name == "Kim Minsu");

    const auto refused = change(world, kim.account.id, {.email = "kim@example.com"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == Reason::InvalidCredentials);
    CHECK(refused.error().field == "password");
    const auto moved =
        change(world, kim.account.id,
               {.email = "kim@example.com", .language = Language::Ko, .password = "correct horse"});
    REQUIRE(moved);
    CHECK(moved->email == "kim@example.com");
    CHECK_FALSE(moved->email_verified);
    CHECK(world.caller(kim.token).who->language == Language::Ko);
    CHECK(change(world, kim.account.id, {.display_name = ""}).error().field == "display_name");
    const auto removed = change(world, kim.account.id, {.email = "", .password = "correct horse"});
    REQUIRE(removed);
    CHECK_FALSE(removed->email);
}

TEST_CASE("deleting erases the person and keeps the login") {
    World world;
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    REQUIRE(change(world, kim.account.id, {.display_name = "Kim Minsu"}));
    REQUIRE(grant(world, "kim", host));
    const auto made = world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, kim.account.id, "ci", {Scope::Read}, 30, {});
    });
    REQUIRE(made);
    CHECK(erase(world, kim.account.id, "wrong horse").error().field == "password");
    REQUIRE(erase(world, kim.account.id, "correct horse"));

    CHECK_FALSE(world.caller(kim.token).who);
    CHECK_FALSE(world.people().tokens().find(made->secret, "192.0.2.1").who);
    CHECK_FALSE(world.sign_in("kim", "correct horse"));
    CHECK(world.count("SELECT count(*) FROM account WHERE login = 'kim' AND display_name = ''"
                      " AND email IS NULL AND password_hash = '' AND totp_secret IS NULL") == 1);
    for (const char* table :
         {"session", "api_token", "role_grant", "outbox", "one_time_link", "known_place"}) {
        CHECK_MESSAGE(world.count(std::string("SELECT count(*) FROM ") + table) == 0, table);
    }
    const auto found = world.ask(
        [&](async::Loop& loop) { return world.people().accounts().find(loop, kim.account.id); });
    CHECK(found.error().reason == Reason::NotFound);
    const auto again = world.ask([&](async::Loop& loop) {
        const NewAccount account{.login = "kim", .password = "correct horse"};
        return world.people().sign_in().sign_up(loop, account, World::visit());
    });
    CHECK(again.error().reason == Reason::LoginTaken);
}

TEST_CASE("accounts are listed page by page and searched") {
    World world;
    for (const char* login : {"anna", "bora", "chan", "dahye", "eunji"}) world.create(login);
    world.sign_up("yuna", "correct horse", "yuna@example.com");
    const auto page = [&](std::string query, std::string after, int limit) {
        auto answer = world.ask([&](async::Loop& loop) {
            return world.people().accounts().list(loop, query, after, limit);
        });
        REQUIRE(answer);
        return std::move(*answer);
    };
    std::string all;
    std::string after;
    for (int pages = 1; pages <= 3; ++pages) {
        const AccountPage part = page("", after, 2);
        CHECK(part.accounts.size() == 2);
        for (const Account& account : part.accounts) all += account.login + " ";
        CHECK(part.next.has_value() == (pages < 3));
        after = part.next.value_or("");
    }
    CHECK(all == "anna bora chan dahye eunji yuna ");
    CHECK(page("UN", "", 50).accounts.size() == 2);
    CHECK(page("Yuna@Example.com", "", 50).accounts.size() == 1);
    CHECK(page("example.com", "", 50).accounts.empty());  // no fishing for addresses
    CHECK(page("%", "", 50).accounts.empty());
}

TEST_CASE("roles of staff sleep without two-step sign-in where it is required") {
    Settings strict = World::cheap();
    strict.staff_totp_required = true;
    World world(strict);
    world.create("boss", {admin, host});
    const auto boss = world.sign_in("boss", "correct horse");
    REQUIRE(boss);
    const Caller caller = world.caller(boss->token);
    CHECK(caller.who->totp_missing);
    CHECK_FALSE(may(caller, Action::ManageChannels));
    const auto made = world.ask([&](async::Loop& loop) {
        return world.people().tokens().create(loop, boss->account.id, "ci", {Scope::Channels},
                                              std::nullopt, {});
    });
    REQUIRE(made);
    CHECK_FALSE(
        may(world.people().tokens().find(made->secret, "192.0.2.1"), Action::ManageChannels));
    CHECK_FALSE(may(world.caller(boss->token), Action::ManageChannels));
    const SignedIn viewer = world.sign_up("kim");
    CHECK_FALSE(world.caller(viewer.token).who->totp_missing);
}

TEST_CASE("the first admin comes by the newest setup link, once") {
    World world;
    CHECK(world.people().setup().needed());
    const auto new_link = [&] {
        return world.ask([&](async::Loop& loop) { return world.people().setup().new_link(loop); });
    };
    const auto complete = [&](const std::string& token, const char* login) {
        const NewAccount account{.login = login, .password = "correct horse"};
        return world.ask([&](async::Loop& loop) {
            return world.people().setup().complete(loop, token, account, World::visit());
        });
    };
    const auto old = new_link();
    REQUIRE(old);
    world.restart();
    CHECK(world.people().setup().needed());
    const auto link = new_link();
    REQUIRE(link);
    CHECK(complete(*old, "boss").error().reason == Reason::LinkInvalid);
    CHECK(complete("", "boss").error().reason == Reason::LinkInvalid);
    CHECK(complete(*link, "b").error().field == "login");
    const auto boss = complete(*link, "boss");
    REQUIRE(boss);
    CHECK(may(boss->caller, Action::ManageAccounts));
    CHECK(boss->account.grants.size() == 2);
    CHECK_FALSE(world.people().setup().needed());
    CHECK(complete(*link, "second").error().reason == Reason::SetupDone);
    CHECK(new_link().error().reason == Reason::SetupDone);
    world.restart();
    CHECK_FALSE(world.people().setup().needed());
}

TEST_CASE("the first admin is host of the only shop, and of none where there are several") {
    for (const bool several : {false, true}) {
        World world;
        const std::string second = several ? "'second'" : "'main'";
        const auto there = world.ask([&](async::Loop& loop) {
            return with_result_of(world, loop,
                                  "INSERT OR IGNORE INTO shop VALUES (" + second + ", 'a', 'b')");
        });
        REQUIRE(there);
        const auto link =
            world.ask([&](async::Loop& loop) { return world.people().setup().new_link(loop); });
        REQUIRE(link);
        const NewAccount account{.login = "boss", .password = "correct horse"};
        const auto boss = world.ask([&](async::Loop& loop) {
            return world.people().setup().complete(loop, *link, account, World::visit());
        });
        REQUIRE(boss);
        const bool is_host = std::ranges::count(boss->account.grants, host) == 1;
        CHECK(is_host == !several);
        CHECK(boss->account.grants.size() == (several ? 1 : 2));
    }
}
