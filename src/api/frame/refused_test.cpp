#include "api/frame/refused.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"
#include "base/log_ring.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using api::Problem;
using async::Task;
using people::Reason;

namespace {

std::string kind_of(const Problem& problem) {
    const auto kind = api::refusal_kind(problem);
    return kind ? std::string(to_string(*kind)) : "";
}

/// What was refused to this machine: "cross_site 1 forbidden 2", in order of the kinds.
std::string told(const Door& door) {
    const auto rows = door.place.refusals.list(Refusals::Order::Most, 10);
    if (rows.empty()) return "";
    CHECK(rows.size() == 1);
    CHECK(rows[0].address == "127.0.0.1");
    std::string out;
    for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
        if (rows[0].counts[kind] == 0) continue;
        out += out.empty() ? "" : " ";
        out.append(to_string(static_cast<RefusalKind>(kind)));
        out += " " + std::to_string(rows[0].counts[kind]);
    }
    return out;
}

std::string account_told(const Door& door) {
    return door.place.refusals.list(Refusals::Order::Most, 1).at(0).account;
}

std::string id_of(const Door& door, const std::string& login) {
    return row(door, "SELECT id FROM account WHERE login = '" + login + "'");
}

}  // namespace

TEST_CASE("what an answer counts as, or that it is none that refuses") {
    const auto person = [](Reason why, std::string_view field = {}) {
        return kind_of(people::Refusal(why, "words", field));
    };
    CHECK(person(Reason::InvalidCredentials) == "wrong_password");
    CHECK(person(Reason::InvalidCredentials, "password") == "wrong_password");
    CHECK(person(Reason::InvalidCode, "code") == "wrong_code");
    CHECK(person(Reason::LinkInvalid) == "wrong_link");
    CHECK(person(Reason::TooManyAttempts) == "too_many_tries");
    CHECK(person(Reason::SignUpClosed) == "forbidden");
    CHECK(person(Reason::TooMany) == "over_limit");
    CHECK(person(Reason::Busy) == "busy");
    CHECK(person(Reason::InvalidInput, "login") == "invalid_input");
    CHECK(person(Reason::CodeRequired) == "");
    CHECK(person(Reason::LoginTaken) == "");
    CHECK(person(Reason::NotFound) == "");

    const std::vector<std::tuple<int, std::string_view, std::string_view>> table = {
        {400, "invalid_name", "invalid_input"},
        // A coupon's.
        {400, "invalid_code", "invalid_input"},
        {400, "webhook_refused", "wrong_signature"},
        {401, "sign_in_required", "not_signed_in"},
        {401, "token_invalid", "unknown_token"},
        {403, "forbidden", "forbidden"},
        {403, "session_required", "forbidden"},
        {403, "cross_site", "cross_site"},
        {404, "order_not_found", ""},
        {409, "sold_out", ""},
        {409, "limit_reached", "over_limit"},
        {412, "changed_meanwhile", ""},
        {413, "too_large", "invalid_input"},
        {415, "not_json", "invalid_input"},
        {421, "unknown_name", "unknown_name"},
        {429, "too_many_requests", "too_many_requests"},
        {429, "cooling_down", "over_limit"},
        {500, "internal", ""},
        {503, "busy", "busy"},
        {503, "provider_silent", ""},
        {507, "disk_full", ""},
    };
    for (const auto& [status, code, kind] : table) {
        CHECK_MESSAGE(kind_of(Problem(status, code, "words")) == kind, code);
    }
}

TEST_CASE("who tries passwords is heard of, and whose they should be where there is such a one") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor owner = co_await viewer(door, "owner");
        Visitor anybody = co_await stranger(door);
        const std::string url = "/api/v1/session";
        const auto unknown =
            co_await anybody.post(url, R"({"login":"my secret!","password":"wrong-horse-9"})");
        CHECK(said(unknown) == "401 invalid_credentials");
        CHECK(told(door) == "wrong_password 1");
        // Whatever was typed, nothing of it is kept.
        CHECK(account_told(door).empty());
        const auto wrong =
            co_await anybody.post(url, R"({"login":"Owner","password":"wrong-horse-9"})");
        CHECK(wrong.body == unknown.body);
        CHECK(told(door) == "wrong_password 2");
        CHECK(account_told(door) == id_of(door, "owner"));
        const auto right =
            co_await anybody.post(url, R"({"login":"owner","password":"correct-horse-9"})");
        CHECK(right.status == 200);
        CHECK(told(door) == "wrong_password 2");
        // Of an account that was signed in to from nowhere near: ten at once.
        Visitor other = co_await viewer(door, "other");
        for (int i = 0; i < 12; ++i) {
            (void)co_await anybody.post(url, R"({"login":"other","password":"wrong-horse-9"})");
        }
        CHECK(told(door) == "wrong_password 12 too_many_tries 2");
    };
    play(story);
}

TEST_CASE("who asks for what is not his is heard of, by his account, also where it is hidden") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto theirs = co_await keeper.get("/api/v1/studio/channels/theirs");
        CHECK(theirs.status == 404);
        CHECK(told(door) == "forbidden 1");
        CHECK(account_told(door) == id_of(door, "host"));
        const auto nobodys = co_await keeper.get("/api/v1/studio/channels/nobodys");
        CHECK(nobodys.status == 404);
        CHECK(told(door) == "forbidden 1");
        Visitor person = co_await viewer(door);
        const auto summary = co_await person.get("/api/v1/operations/summary");
        CHECK(summary.status == 403);
        CHECK(told(door) == "forbidden 2");
        CHECK(account_told(door) == id_of(door, "viewer"));
        Visitor anybody = co_await stranger(door);
        const auto strange = co_await anybody.get("/api/v1/operations/summary");
        CHECK(strange.status == 401);
        CHECK(told(door) == "not_signed_in 1 forbidden 2");
        const auto token =
            co_await anybody.get("/api/v1/session", "Authorization: Bearer sct_nothing\r\n");
        CHECK(said(token) == "401 token_invalid");
        const auto elsewhere =
            co_await person.patch("/api/v1/account", "{}", "Origin: http://evil.example\r\n");
        CHECK(said(elsewhere) == "403 cross_site");
        const auto form =
            co_await person.patch("/api/v1/account", "{}", "Content-Type: text/plain\r\n");
        CHECK(form.status == 415);
        const auto name = co_await anybody.client().exchange(
            "GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        CHECK(name.status == 421);
        CHECK(told(door) ==
              "unknown_token 1 not_signed_in 1 forbidden 2 cross_site 1 unknown_name 1 "
              "invalid_input 1");
    };
    play(story);
}

TEST_CASE("what broke inside is logged, and whoever asked learns only that it did") {
    const std::uint64_t before = log::recent().read(0, log::Level::Error, 1).last_seq;
    const Problem problem(Error{Errc::Io, "/secret/path: is gone"});
    CHECK(problem.status == 500);
    CHECK_FALSE(problem.detail.contains("secret"));
    CHECK(kind_of(problem) == "");
    const auto lines = log::recent().read(before, log::Level::Error, 10).lines;
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].event == "api.failed");
    CHECK(lines[0].fields.contains("/secret/path: is gone"));
}

TEST_CASE("whoever may not send a body counts once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const auto refused = co_await anybody.client().exchange(
            "POST /api/v1/shops/main/pictures HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\n"
            "Content-Length: 900000\r\nContent-Type: image/png\r\n\r\n");
        CHECK(refused.status == 401);
        CHECK(told(door) == "not_signed_in 1");
    };
    play(story);
}
