#include "api/frame/guard.hpp"

#include <doctest/doctest.h>

#include "api/limits.hpp"
#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;

namespace {

std::string request(std::string_view method, std::string_view path, const std::string& headers) {
    return std::string(method) + ' ' + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + headers +
           "Content-Length: 0\r\n\r\n";
}

async::Task<void> look_elsewhere(Door& door) {
    Visitor keeper = co_await host(door);
    http::TestClient& client = keeper.client();
    const std::string& cookie = keeper.who();
    const std::string own = cookie + "Origin: http://a\r\n";

    auto mine = co_await client.get("/api/v1/studio/channels/mine", cookie);
    CHECK(mine.status == 200);
    const auto theirs = co_await client.get("/api/v1/studio/channels/theirs", cookie);
    auto nobodys = co_await client.get("/api/v1/studio/channels/nobodys", cookie);
    CHECK(theirs.status == 404);
    CHECK(nobodys.status == 404);
    // The same words, the asked name aside.
    const std::size_t at = nobodys.body.find("nobodys");
    REQUIRE(at != std::string::npos);
    CHECK(theirs.body == nobodys.body.replace(at, 7, "theirs"));

    for (const std::string_view method : {"DELETE", "PATCH"}) {
        const auto answer =
            co_await client.exchange(request(method, "/api/v1/channels/theirs", own));
        CHECK(answer.status == 404);
    }
    const auto key = co_await client.exchange(request("POST", "/api/v1/channels/theirs/key", own));
    CHECK(key.status == 404);
    CHECK(door.place.channels.find("theirs"));

    const auto list = co_await client.get("/api/v1/studio/channels", cookie);
    CHECK(list.body.contains("\"mine\""));
    CHECK_FALSE(list.body.contains("theirs"));
}

async::Task<void> come_from_elsewhere(Door& door) {
    Visitor keeper = co_await host(door);
    http::TestClient& client = keeper.client();
    const std::string& cookie = keeper.who();
    struct Case {
        std::string headers;
        int status;
    };
    const std::vector<Case> cases = {
        {"Sec-Fetch-Site: same-origin\r\n", 200},
        {"Sec-Fetch-Site: none\r\n", 200},
        {"Sec-Fetch-Site: same-site\r\n", 403},
        {"Sec-Fetch-Site: cross-site\r\n", 403},
        {"Sec-Fetch-Site: cross-site\r\nOrigin: http://a\r\n", 403},
        {"Origin: http://a\r\n", 200},
        {"Origin: https://a\r\n", 403},
        {"Origin: http://evil.example\r\n", 403},
        {"Origin: null\r\n", 403},
        {"", 403},
    };
    for (const Case& each : cases) {
        const auto answer = co_await client.exchange(
            request("POST", "/api/v1/channels/mine/key", cookie + each.headers));
        CHECK_MESSAGE(answer.status == each.status, each.headers);
    }
    // Reading is not changing.
    const auto read =
        co_await client.get("/api/v1/studio/channels", cookie + "Sec-Fetch-Site: cross-site\r\n");
    CHECK(read.status == 200);
    CHECK_FALSE(read.has("Access-Control-Allow-Origin"));
}

async::Task<void> hurry(Door& door) {
    Visitor person = co_await viewer(door);
    int refused = 0;
    for (int i = 0; i < limits::api_changes_at_once_max + 5; ++i) {
        const auto answer = co_await person.del("/api/v1/account/sessions/nothing");
        if (answer.status != 429) continue;
        ++refused;
        CHECK(answer.has("Retry-After"));
    }
    CHECK(refused == 5);
}

async::Task<void> call_it_by_name(Door& door) {
    Visitor somebody = co_await stranger(door);
    http::TestClient& client = somebody.client();
    struct Case {
        std::string host;
        int status;
    };
    const std::vector<Case> cases = {
        {"a", 200},
        {"A:8080", 200},
        {"127.0.0.1", 200},
        {"192.0.2.7:80", 200},
        {"[::1]:8080", 200},
        {"localhost:1", 200},
        {"evil.example", 421},
        {"a.evil.example", 421},
        {"127.0.0.1.evil.example", 421},
        {"localhost.evil.example:80", 421},
    };
    for (const Case& each : cases) {
        const auto answer = co_await client.exchange(
            "GET /api/v1/session HTTP/1.1\r\nHost: " + each.host + "\r\n\r\n");
        CHECK_MESSAGE(answer.status == each.status, each.host);
        if (each.status == 421) CHECK(said(answer) == "421 unknown_name");
    }
}

/// A picture's body is a mebibyte: whoever may not send one is told before it comes.
async::Task<void> promise_a_picture(Door& door) {
    const auto promise = [](std::string_view lines) {
        return "POST /api/v1/shops/main/pictures HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\n"
               "Content-Length: 900000\r\nContent-Type: image/png\r\n" +
               std::string(lines) + "\r\n";
    };
    Visitor nobody = co_await stranger(door);
    const auto unknown = co_await nobody.client().exchange(promise(""));
    CHECK(said(unknown) == "401 sign_in_required");
    Visitor person = co_await viewer(door);
    const auto forbidden = co_await person.client().exchange(promise(person.who()));
    CHECK(said(forbidden) == "403 forbidden");
    Visitor elsewhere = co_await other_host(door);
    const auto missing = co_await elsewhere.client().exchange(promise(elsewhere.who()));
    CHECK(said(missing) == "404 shop_not_found");
}

/// Reports need no account, and go past what slows changes down; not past everything.
async::Task<void> report_too_much(Door& door) {
    Visitor page = co_await stranger(door);
    const int tries = limits::api_reports_at_once_max + 5;
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < tries; ++i) {
        const auto answer = co_await page.post(
            "/api/v1/channels/mine/viewers", fmt::format(R"({{"viewer":"viewer-{:016}"}})", i % 7));
        if (answer.status == 200) ++taken;
        if (answer.status == 429) ++refused;
    }
    CHECK(taken == limits::api_reports_at_once_max);
    CHECK(refused == tries - taken);
    CHECK(door.place.audience.count("mine") == 7);
}

}  // namespace

TEST_CASE("what is another shop's does not exist") {
    play(&look_elsewhere);
}

TEST_CASE("a page of another site changes nothing in somebody's name") {
    play(&come_from_elsewhere);
}

TEST_CASE("who changes too much too fast has to wait") {
    play(&hurry);
}

TEST_CASE("whoever reports too much is not heard for a while") {
    play(&report_too_much);
}

TEST_CASE("a page whose name was pointed at this server is told nothing") {
    play(&call_it_by_name);
}

TEST_CASE("who may not send a body is told before it comes") {
    play(&promise_a_picture);
}
