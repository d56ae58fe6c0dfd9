#include "api/accounts/own_account_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* account = "/api/v1/account";

std::string passwords(std::string_view current, std::string_view wanted) {
    return fmt::format(R"({{"current_password":"{}","new_password":"{}"}})", current, wanted);
}

}  // namespace

TEST_CASE("a profile is changed by who has seen it as it is") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const auto seen = co_await person.get(account);
        CHECK(seen.status == 200);
        CHECK(at(seen, "/display_name") == "viewer");
        CHECK(at(seen, "/email") == "null");
        const std::string old = "If-Match: " + seen.header("ETag") + "\r\n";
        const auto renamed =
            co_await person.patch(account, R"({"display_name":" Kim ","language":"ko"})", old);
        CHECK(renamed.status == 200);
        CHECK(at(renamed, "/display_name") == "Kim");
        CHECK(at(renamed, "/language") == "ko");
        const auto late = co_await person.patch(account, R"({"display_name":"Lee"})", old);
        CHECK(said(late) == "412 changed_meanwhile");
        const auto language = co_await person.patch(account, R"({"language":"fr"})");
        CHECK(blamed(language) == "400 invalid_language language");
        const auto blank = co_await person.patch(account, R"({"display_name":" "})");
        CHECK(blamed(blank) == "400 invalid_display_name display_name");
        CHECK(row(door, "SELECT display_name FROM account") == "Kim");
    };
    play(story);
}

TEST_CASE("an address for mails is changed with the password alone") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const auto unsure = co_await person.patch(account, R"({"email":"kim@example.com"})");
        CHECK(blamed(unsure) == "403 invalid_credentials password");
        const auto wrong =
            co_await person.patch(account, R"({"email":"kim","password":"correct-horse-9"})");
        CHECK(blamed(wrong) == "400 invalid_email email");
        CHECK(row(door, "SELECT email IS NULL FROM account") == "1");
        const auto right = co_await person.patch(
            account, R"({"email":"kim@example.com","password":"correct-horse-9"})");
        CHECK(right.status == 200);
        CHECK(at(right, "/email") == "kim@example.com");
        CHECK(at(right, "/email_verified") == "false");
        // Nobody sends mail here.
        const auto mail = co_await person.post("/api/v1/email-verifications");
        CHECK(said(mail) == "409 mail_unavailable");
        const auto guess =
            co_await person.post("/api/v1/email-verifications/confirm", R"({"token":"x"})");
        CHECK(said(guess) == "400 link_invalid");
    };
    play(story);
}

TEST_CASE("a new password wants the old one, and ends every other session") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        Visitor elsewhere = co_await sign_in(door, "viewer");
        const std::string url = "/api/v1/account/password";
        const auto wrong = co_await person.post(url, passwords("not-that-one", "another-horse-9"));
        CHECK(blamed(wrong) == "403 invalid_credentials current_password");
        const auto poor = co_await person.post(url, passwords(password, "short"));
        CHECK(blamed(poor) == "400 invalid_new_password new_password");
        const auto half = co_await person.post(url, R"({"new_password":"another-horse-9"})");
        CHECK(blamed(half) == "400 invalid_current_password current_password");
        const auto still = co_await elsewhere.get(account);
        CHECK(still.status == 200);

        const auto changed = co_await person.post(url, passwords(password, "another-horse-9"));
        CHECK(changed.status == 204);
        const std::string cookie = changed.header("Set-Cookie");
        CHECK(cookie.starts_with("sid_plain="));
        const auto ended = co_await elsewhere.get(account);
        CHECK(said(ended) == "401 sign_in_required");
        const auto older = co_await person.get(account);
        CHECK(said(older) == "401 sign_in_required");
        person.become("Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n");
        const auto now = co_await person.get(account);
        CHECK(now.status == 200);
        const auto by_old = co_await elsewhere.post(
            "/api/v1/session", R"({"login":"viewer","password":"correct-horse-9"})");
        CHECK(said(by_old) == "401 invalid_credentials");
    };
    play(story);
}

TEST_CASE("a reset link sets a new password once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        Visitor boss = co_await admin(door);
        const std::string id = row(door, "SELECT id FROM account WHERE login = 'viewer'");
        const auto made = co_await boss.post("/api/v1/operations/accounts/" + id + "/reset-link");
        CHECK(made.status == 201);
        const std::string link = at(made, "/url");
        REQUIRE(link.starts_with("http://a/reset#"));
        const std::string token = link.substr(link.find('#') + 1);
        const std::string confirm = "/api/v1/password-resets/confirm";
        const auto poor = co_await person.post(
            confirm, fmt::format(R"({{"token":"{}","new_password":"short"}})", token));
        CHECK(blamed(poor) == "400 invalid_new_password new_password");
        const std::string body =
            fmt::format(R"({{"token":"{}","new_password":"another-horse-9"}})", token);
        const auto set = co_await person.post(confirm, body);
        CHECK(set.status == 204);
        const auto ended = co_await person.get(account);
        CHECK(said(ended) == "401 sign_in_required");
        const auto twice = co_await person.post(confirm, body);
        CHECK(said(twice) == "400 link_invalid");
        const auto signed_in = co_await person.post(
            "/api/v1/session", R"({"login":"viewer","password":"another-horse-9"})");
        CHECK(signed_in.status == 200);
        // Whether there is such an account is nobody's business.
        const auto known =
            co_await person.post("/api/v1/password-resets", R"({"login_or_email":"viewer"})");
        const auto unknown =
            co_await person.post("/api/v1/password-resets", R"({"login_or_email":"nobody"})");
        CHECK(known.status == 202);
        CHECK(at(known, "/mail_enabled") == "false");
        CHECK(known.body == unknown.body);
    };
    play(story);
}

TEST_CASE("a deleted account is gone, but for its record") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor person = co_await viewer(door);
        const std::string url = "/api/v1/account/delete";
        const auto wrong = co_await person.post(url, R"({"password":"not-that-one"})");
        CHECK(blamed(wrong) == "403 invalid_credentials password");
        const auto unsaid = co_await person.post(url, "{}");
        CHECK(blamed(unsaid) == "400 invalid_password password");
        const auto gone = co_await person.post(url, R"({"password":"correct-horse-9"})");
        CHECK(gone.status == 204);
        CHECK(gone.header("Set-Cookie").contains("Max-Age=0"));
        const auto after = co_await person.get(account);
        CHECK(said(after) == "401 sign_in_required");
        CHECK(row(door, "SELECT display_name || password_hash FROM account") == "");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'account.delete'") == "1");
        Visitor boss = co_await admin(door);
        const auto last = co_await boss.post(url, R"({"password":"correct-horse-9"})");
        CHECK(said(last) == "409 last_admin");
    };
    play(story);
}
