#include "api/accounts/session_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* session = "/api/v1/session";

std::string with_password(std::string_view login, std::string_view word = password) {
    return fmt::format(R"({{"login":"{}","password":"{}"}})", login, word);
}

/// The header line that sends back what an answer set.
std::string cookie_in(const http::Answer& answer) {
    const std::string cookie = answer.header("Set-Cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
}

}  // namespace

TEST_CASE("who signs up is signed in, with nobody else's rights") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await stranger(door);
        const auto made = co_await person.post(
            "/api/v1/accounts", R"({"login":"Kim","password":"correct-horse-9","language":"ko"})");
        CHECK(made.status == 201);
        CHECK(made.header("Cache-Control") == "no-store");
        const std::string cookie = made.header("Set-Cookie");
        CHECK(cookie.starts_with("sid_plain="));
        CHECK(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age="));
        CHECK_FALSE(cookie.contains("Secure"));  // over plain HTTP it would not come back
        CHECK(at(made, "/account/login") == "kim");
        CHECK(at(made, "/account/language") == "ko");
        CHECK(at(made, "/roles") == "[]");
        CHECK(at(made, "/permissions/participate") == "own");
        CHECK(at(made, "/permissions/manage_catalogue") == "none");
        CHECK_FALSE(made.body.contains("correct-horse-9"));
        person.become(cookie_in(made));
        const auto account = co_await person.get("/api/v1/account");
        CHECK(at(account, "/login") == "kim");
        CHECK(row(door, "SELECT COUNT(*) FROM session") == "1");
        CHECK(row(door, "SELECT action || ' ' || detail FROM audit").starts_with("account.create"));
    };
    play(story);
}

TEST_CASE("an account that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        Visitor nobody = co_await stranger(door);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {with_password("viewer"), "409 login_taken login"},
            {with_password("Viewer"), "409 login_taken login"},
            {with_password("ab"), "400 invalid_login login"},
            {with_password("a b c"), "400 invalid_login login"},
            {with_password("kim", "short"), "400 invalid_password password"},
            {with_password("kim", std::string(129, 'a')), "400 invalid_password password"},
            {with_password("kim-kim-kim", "kim-kim-kim"), "400 invalid_password password"},
            {R"({"login":"kim"})", "400 invalid_password password"},
            {R"({"password":"correct-horse-9"})", "400 invalid_login login"},
            {R"({"login":"kim","password":"correct-horse-9","language":"fr"})",
             "400 invalid_language language"},
            {R"({"login":"kim","password":"correct-horse-9","email":"nobody"})",
             "400 invalid_email email"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await nobody.post("/api/v1/accounts", each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
            CHECK_FALSE(answer.has("Set-Cookie"));
        }
        CHECK(row(door, "SELECT COUNT(*) FROM account") == "1");
    };
    play(story);
}

TEST_CASE("who signs in again gets a new session, and the older one ends") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const std::string older = person.who();
        const auto again = co_await person.post(session, with_password(" Viewer "));
        CHECK(again.status == 200);
        CHECK(at(again, "/account/login") == "viewer");
        const auto by_older = co_await person.get("/api/v1/account");
        CHECK(said(by_older) == "401 sign_in_required");
        person.become(cookie_in(again));
        const auto by_newer = co_await person.get("/api/v1/account");
        CHECK(by_newer.status == 200);
        CHECK(row(door, "SELECT COUNT(*) FROM session") == "1");
    };
    play(story);
}

TEST_CASE("a wrong password and an unknown login are told alike") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        Visitor nobody = co_await stranger(door);
        const auto wrong = co_await nobody.post(session, with_password("viewer", "not-that-one"));
        const auto unknown = co_await nobody.post(session, with_password("nobody", "not-that-one"));
        CHECK(said(wrong) == "401 invalid_credentials");
        CHECK(wrong.body == unknown.body);
        CHECK_FALSE(wrong.has("Set-Cookie"));
        const auto half = co_await nobody.post(session, R"({"login":"viewer"})");
        CHECK(blamed(half) == "400 invalid_password password");
        execute(door, "UPDATE account SET disabled = 1");
        const auto disabled = co_await nobody.post(session, with_password("viewer"));
        CHECK(said(disabled) == "401 invalid_credentials");
    };
    play(story);
}

TEST_CASE("who signs out is nobody") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const auto here = co_await person.get(session);
        CHECK(at(here, "/account/login") == "viewer");
        const auto out = co_await person.del(session);
        CHECK(out.status == 204);
        CHECK(out.header("Set-Cookie").starts_with("sid_plain=;"));
        CHECK(out.header("Set-Cookie").contains("Max-Age=0"));
        const auto gone = co_await person.get(session);
        CHECK(gone.status == 200);
        CHECK(at(gone, "/account") == "null");
        CHECK(at(gone, "/permissions/participate") == "none");
        CHECK(at(gone, "/permissions/watch") == "all");
        CHECK(row(door, "SELECT COUNT(*) FROM session") == "0");
        const auto again = co_await person.del(session);
        CHECK(again.status == 204);
    };
    play(story);
}

TEST_CASE("the first admin comes by the setup link, once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await stranger(door);
        const auto needed = co_await person.get("/api/v1/setup");
        CHECK(at(needed, "/needed") == "true");
        const auto token = co_await door.place.people.setup().new_link(door.place.loop);
        REQUIRE(token);
        const std::string body =
            fmt::format(R"({{"token":"{}","login":"boss","password":"{}"}})", *token, password);
        const auto guess = co_await person.post(
            "/api/v1/setup", R"({"token":"x","login":"boss","password":"correct-horse-9"})");
        CHECK(said(guess) == "400 link_invalid");
        const auto done = co_await person.post("/api/v1/setup", body);
        CHECK(done.status == 201);
        CHECK(at(done, "/permissions/manage_accounts") == "all");
        CHECK(at(done, "/permissions/manage_catalogue") == "all");
        person.become(cookie_in(done));
        const auto summary = co_await person.get("/api/v1/operations/summary");
        CHECK(summary.status == 200);
        const auto now = co_await person.get("/api/v1/setup");
        CHECK(at(now, "/needed") == "false");
        const auto twice = co_await person.post("/api/v1/setup", body);
        CHECK(twice.status >= 400);
        CHECK(row(door, "SELECT COUNT(*) FROM account") == "1");
    };
    play(story);
}
