#include "api/accounts/accounts_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* accounts = "/api/v1/operations/accounts";

std::string path_of(const Door& door, std::string_view login) {
    return fmt::format("{}/{}", accounts,
                       row(door, fmt::format("SELECT id FROM account WHERE login = '{}'", login)));
}

Task<Visitor> operator_of_server(Door& door) {
    return come(door, "operator", {{people::Role::Operator, "*"}});
}

}  // namespace

TEST_CASE("who looks after accounts finds them page by page") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        co_await viewer(door, "kim");
        co_await viewer(door, "lee");
        execute(door, "UPDATE account SET email = 'kim@example.com' WHERE login = 'kim'");
        const auto first = co_await boss.get(std::string(accounts) + "?limit=2");
        CHECK(count_at(first, "/accounts") == 2);
        CHECK(at(first, "/accounts/0/login") == "admin");
        CHECK(at(first, "/accounts/0/roles/0/role") == "admin");
        CHECK(at(first, "/accounts/1/login") == "kim");
        CHECK_FALSE(first.body.contains("kim@example.com"));
        const auto rest = co_await boss.get(std::string(accounts) +
                                            "?limit=2&cursor=" + at(first, "/next_cursor"));
        CHECK(count_at(rest, "/accounts") == 1);
        CHECK(at(rest, "/accounts/0/login") == "lee");
        CHECK(at(rest, "/next_cursor") == "null");
        const auto found = co_await boss.get(std::string(accounts) + "?query=le");
        CHECK(count_at(found, "/accounts") == 1);
        Visitor keeper = co_await host(door);
        const auto forbidden = co_await keeper.get(accounts);
        CHECK(said(forbidden) == "403 forbidden");
    };
    play(story);
}

TEST_CASE("a disabled account's sessions end, but nobody disables their own") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor person = co_await viewer(door);
        const auto own = co_await boss.patch(path_of(door, "admin"), R"({"disabled":true})");
        CHECK(said(own) == "409 own_account");
        const std::string one = path_of(door, "viewer");
        const auto disabled = co_await boss.patch(one, R"({"disabled":true})");
        CHECK(disabled.status == 200);
        CHECK(at(disabled, "/disabled") == "true");
        const auto ended = co_await person.get("/api/v1/account");
        CHECK(said(ended) == "401 sign_in_required");
        CHECK(row(door, "SELECT COUNT(*) FROM session") == "1");
        const auto refused = co_await person.post(
            "/api/v1/session", R"({"login":"viewer","password":"correct-horse-9"})");
        CHECK(said(refused) == "401 invalid_credentials");
        // What is so already is not recorded again.
        const auto same = co_await boss.patch(one, R"({"disabled":true})");
        CHECK(same.status == 200);
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'account.disable'") == "1");
        const auto enabled = co_await boss.patch(one, R"({"disabled":false})");
        CHECK(at(enabled, "/disabled") == "false");
        const auto back = co_await person.post(
            "/api/v1/session", R"({"login":"viewer","password":"correct-horse-9"})");
        CHECK(back.status == 200);
        const auto wrong = co_await boss.patch(one, R"({"disabled":"yes"})");
        CHECK(blamed(wrong) == "400 invalid_disabled disabled");
        const auto unknown =
            co_await boss.patch(std::string(accounts) + "/nobody", R"({"disabled":true})");
        CHECK(said(unknown) == "404 account_not_found");
    };
    play(story);
}

TEST_CASE("an operator helps people, but not those who look after the server") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor helper = co_await operator_of_server(door);
        Visitor person = co_await viewer(door);
        const auto link = co_await helper.post(path_of(door, "viewer") + "/reset-link");
        CHECK(link.status == 201);
        CHECK(at(link, "/expires_at") != "(absent)");
        const auto of_boss = co_await helper.post(path_of(door, "admin") + "/reset-link");
        CHECK(said(of_boss) == "403 forbidden");
        Visitor keeper = co_await host(door);
        const auto of_host = co_await helper.post(path_of(door, "host") + "/reset-link");
        CHECK(said(of_host) == "403 forbidden");
        const auto by_boss = co_await boss.post(path_of(door, "host") + "/reset-link");
        CHECK(by_boss.status == 201);
        const auto against = co_await helper.patch(path_of(door, "admin"), R"({"disabled":true})");
        CHECK(said(against) == "403 forbidden");
        const auto still = co_await boss.get("/api/v1/account");
        CHECK(still.status == 200);
        CHECK(row(door, "SELECT SUM(disabled) FROM account") == "0");
        const auto unknown = co_await helper.post(std::string(accounts) + "/nobody/reset-link");
        CHECK(said(unknown) == "404 account_not_found");
    };
    play(story);
}

TEST_CASE("a reset link that was made for a viewer does not open what the account became since") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor helper = co_await operator_of_server(door);
        Visitor person = co_await viewer(door);
        const auto link = co_await helper.post(path_of(door, "viewer") + "/reset-link");
        REQUIRE(link.status == 201);
        const std::string url = at(link, "/url");
        const auto granted = co_await boss.put("/api/v1/shops/main/roles/viewer/host", "{}");
        REQUIRE(granted.status < 300);
        Visitor thief = co_await stranger(door);
        const auto used =
            co_await thief.post("/api/v1/password-resets/confirm",
                                fmt::format(R"({{"token":"{}","new_password":"correct-horse-10"}})",
                                            url.substr(url.find('#') + 1)));
        CHECK(said(used) == "400 link_invalid");
    };
    play(story);
}

TEST_CASE("the audit is read by who did what, page by page") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor keeper = co_await host(door);
        for (const std::string title : {"One", "Two", "Three"}) {
            const auto renamed = co_await keeper.patch("/api/v1/channels/mine",
                                                       fmt::format(R"({{"title":"{}"}})", title));
            REQUIRE(renamed.status == 200);
        }
        const auto key = co_await boss.post("/api/v1/channels/theirs/key");
        REQUIRE(key.status == 200);
        const std::string audit = "/api/v1/audit";
        const auto all = co_await boss.get(audit);
        CHECK(count_at(all, "/entries") == 6);  // and two accounts
        CHECK(at(all, "/entries/0/action") == "channel.rotate_key");
        CHECK(at(all, "/entries/0/target") == "channel/theirs");
        CHECK(at(all, "/entries/0/shop") == "other");
        CHECK(at(all, "/entries/0/actor/login") == "admin");
        CHECK(at(all, "/entries/1/detail/title") == "Three");
        CHECK(at(all, "/entries/5/actor") == "null");
        struct Case {
            std::string query;
            std::int64_t count;
        };
        const std::vector<Case> cases = {
            {"?actor=host", 3},      {"?actor=nobody", 0},   {"?action=channel.rename", 3},
            {"?action=channel.", 4}, {"?action=channel", 0}, {"?actor=admin&action=channel.", 1},
            {"?action=account.", 2},
        };
        for (const Case& each : cases) {
            const auto found = co_await boss.get(audit + each.query);
            CHECK_MESSAGE(count_at(found, "/entries") == each.count, each.query);
        }
        const auto first = co_await boss.get(audit + "?action=channel.&limit=3");
        CHECK(count_at(first, "/entries") == 3);
        const auto rest = co_await boss.get(
            audit + "?action=channel.&limit=3&cursor=" + at(first, "/next_cursor"));
        CHECK(count_at(rest, "/entries") == 1);
        CHECK(at(rest, "/entries/0/detail/title") == "One");
        CHECK(at(rest, "/next_cursor") == "null");
        const auto nowhere = co_await boss.get(audit + "?cursor=6162");
        CHECK(blamed(nowhere) == "400 invalid_cursor cursor");
        // A host reads what was done in the own shop.
        const auto mine = co_await keeper.get(audit);
        CHECK(count_at(mine, "/entries") == 3);
        Visitor person = co_await viewer(door);
        const auto forbidden = co_await person.get(audit);
        CHECK(said(forbidden) == "403 forbidden");
    };
    play(story);
}
