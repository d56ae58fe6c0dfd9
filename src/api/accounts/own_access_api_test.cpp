#include "api/accounts/own_access_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* account = "/api/v1/account";
constexpr const char* sessions = "/api/v1/account/sessions";
constexpr const char* tokens = "/api/v1/account/tokens";

/// Where the session is that is not the asking one.
std::string other_session(const http::Answer& list) {
    const std::string first = at(list, "/sessions/0/current");
    return std::string(sessions) + "/" +
           at(list, first == "true" ? "/sessions/1/id" : "/sessions/0/id");
}

}  // namespace

TEST_CASE("sessions are listed, and ended one by one or all others at once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        Visitor elsewhere = co_await sign_in(door, "viewer");
        Visitor other = co_await viewer(door, "other");
        const auto list = co_await person.get(sessions);
        CHECK(count_at(list, "/sessions") == 2);
        CHECK(at(list, "/sessions/0/current") != at(list, "/sessions/1/current"));
        CHECK_FALSE(list.body.contains("sid"));
        const std::string one = other_session(list);
        const auto foreign = co_await other.del(one);
        CHECK(said(foreign) == "404 not_found");
        const auto ended = co_await person.del(one);
        CHECK(ended.status == 204);
        const auto there = co_await elsewhere.get(account);
        CHECK(said(there) == "401 sign_in_required");
        const auto again = co_await person.del(one);
        CHECK(said(again) == "404 not_found");

        Visitor third = co_await sign_in(door, "viewer");
        Visitor fourth = co_await sign_in(door, "viewer");
        const auto others = co_await person.del(sessions);
        CHECK(others.status == 204);
        const auto by_third = co_await third.get(account);
        CHECK(by_third.status == 401);
        const auto by_fourth = co_await fourth.get(account);
        CHECK(by_fourth.status == 401);
        const auto here = co_await person.get(sessions);
        CHECK(count_at(here, "/sessions") == 1);
        CHECK(at(here, "/sessions/0/current") == "true");
        const auto theirs = co_await other.get(account);
        CHECK(theirs.status == 200);
    };
    play(story);
}

TEST_CASE("a token's secret is shown once, and reaches as far as its scopes") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made =
            co_await keeper.post(tokens,
                                 R"({"name":"Program","scopes":["read"],"expires_in_days":7,
                "password":"correct-horse-9"})");
        CHECK(made.status == 201);
        CHECK(made.header("Location") == std::string(tokens) + "/" + at(made, "/id"));
        const std::string secret = at(made, "/token");
        CHECK(secret.starts_with("sct_"));
        CHECK(at(made, "/scopes") == R"(["read"])");
        CHECK(at(made, "/expires_at") != "null");
        const auto list = co_await keeper.get(tokens);
        CHECK(count_at(list, "/tokens") == 1);
        CHECK(at(list, "/tokens/0/name") == "Program");
        CHECK_FALSE(list.body.contains(secret));

        Visitor program = co_await stranger(door);
        program.become("Authorization: Bearer " + secret + "\r\n");
        const auto read = co_await program.get("/api/v1/studio/channels");
        CHECK(read.status == 200);
        CHECK(count_at(read, "/channels") == 1);
        // From no page: a token is no cookie, that another site could use.
        const auto write = co_await program.post("/api/v1/channels", R"({"name":"fresh"})",
                                                 "Origin: http://evil.example\r\n");
        CHECK(said(write) == "403 forbidden");
        const auto own = co_await program.get(account);
        CHECK(said(own) == "403 session_required");
        const auto more = co_await program.post(tokens, R"({"name":"X","scopes":["read"]})");
        CHECK(said(more) == "403 session_required");

        const auto ended = co_await keeper.del(made.header("Location"));
        CHECK(ended.status == 204);
        const auto after = co_await program.get("/api/v1/studio/channels");
        CHECK(said(after) == "401 token_invalid");
        const auto again = co_await keeper.del(made.header("Location"));
        CHECK(said(again) == "404 not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM api_token") == "0");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action LIKE 'token.%'") == "2");
    };
    play(story);
}

TEST_CASE("a token with the scope does what its account may, and no more") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made =
            co_await keeper.post(tokens,
                                 R"({"name":"Program","scopes":["channels"],"expires_in_days":null,
                "password":"correct-horse-9"})");
        CHECK(at(made, "/expires_at") == "null");
        Visitor program = co_await stranger(door);
        program.become("Authorization: Bearer " + at(made, "/token") + "\r\n");
        const auto mine = co_await program.patch("/api/v1/channels/mine", R"({"title":"T"})");
        CHECK(mine.status == 200);
        const auto theirs = co_await program.patch("/api/v1/channels/theirs", R"({"title":"T"})");
        CHECK(said(theirs) == "404 channel_not_found");
        const auto audit = co_await program.get("/api/v1/audit");
        CHECK(said(audit) == "403 forbidden");
        const auto goods = co_await program.get("/api/v1/shops/main/products");
        CHECK(said(goods) == "403 forbidden");
        // Nothing is bought by a program.
        const auto cart = co_await program.post("/api/v1/cart/lines", R"({"sku":1})");
        CHECK(said(cart) == "403 forbidden");
    };
    play(story);
}

TEST_CASE("a token that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {R"({"name":"X","scopes":["read"]})", "400 invalid_password password"},
            {R"({"name":"X","scopes":["read"],"password":"wrong-horse-9"})",
             "403 invalid_credentials password"},
            {R"({"scopes":["read"],"password":"correct-horse-9"})", "400 invalid_name name"},
            {R"({"name":" ","scopes":["read"],"password":"correct-horse-9"})",
             "400 invalid_name name"},
            {R"({"name":"X","password":"correct-horse-9"})", "400 invalid_scopes scopes"},
            {R"({"name":"X","scopes":[],"password":"correct-horse-9"})",
             "400 invalid_scopes scopes"},
            {R"({"name":"X","scopes":["all"],"password":"correct-horse-9"})",
             "400 invalid_scopes scopes"},
            {R"({"name":"X","scopes":"read","password":"correct-horse-9"})",
             "400 invalid_scopes scopes"},
            {R"({"name":"X","scopes":["read"],"expires_in_days":0,"password":"correct-horse-9"})",
             "400 invalid_expires_in_days expires_in_days"},
            {R"({"name":"X","scopes":["read"],"expires_in_days":366,"password":"correct-horse-9"})",
             "400 invalid_expires_in_days expires_in_days"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await person.post(tokens, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM api_token") == "0");
    };
    play(story);
}

TEST_CASE("a token has an end by default, and says where it was used") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made = co_await keeper.post(
            tokens, R"({"name":"X","scopes":["read"],"password":"correct-horse-9"})");
        REQUIRE(made.status == 201);
        CHECK(at(made, "/expires_at") != "null");
        CHECK(at(made, "/last_used_from") == "null");
        Visitor program = co_await stranger(door);
        program.become("Authorization: Bearer " + at(made, "/token") + "\r\n");
        const auto read = co_await program.get("/api/v1/studio/channels");
        CHECK(read.status == 200);
        const auto list = co_await keeper.get(tokens);
        CHECK(at(list, "/tokens/0/last_used_from") == "127.0.0.1");
        CHECK(at(list, "/tokens/0/last_used_at") != "null");
    };
    play(story);
}

TEST_CASE("two-step sign-in begins with the password, and nothing changes before a code") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const std::string totp = "/api/v1/account/totp";
        const auto early = co_await person.put(totp, R"({"code":"000000"})");
        CHECK(said(early) == "409 two_step_state");
        const auto wrong = co_await person.post(totp, R"({"password":"not-that-one"})");
        CHECK(blamed(wrong) == "403 invalid_credentials password");
        const auto offer = co_await person.post(totp, R"({"password":"correct-horse-9"})");
        CHECK(offer.status == 200);
        CHECK(at(offer, "/otpauth_url").contains(at(offer, "/secret")));
        const auto no_code = co_await person.put(totp, R"({"code":"none"})");
        CHECK(blamed(no_code) == "403 invalid_code code");
        const auto off =
            co_await person.post(totp + "/disable", R"({"password":"correct-horse-9","code":"1"})");
        CHECK(said(off) == "409 two_step_state");
        const auto own = co_await person.get(account);
        CHECK(at(own, "/totp") == "false");
    };
    play(story);
}
