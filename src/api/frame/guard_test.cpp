#include "api/frame/guard.hpp"

#include <doctest/doctest.h>

#include "api/limits.hpp"
#include "api/testing.hpp"
#include "http/test_server.hpp"

using namespace shopcast;

namespace {

/// The API behind a real connection.
struct Door {
    Door() : server({&place.loop}, std::move(place.router)) {
        REQUIRE(server.listen(net::Endpoint::parse("127.0.0.1:0").value()));
    }
    api::TestApi place;
    http::Server server;
};

/// A cookie of an account that has `roles`.
async::Task<std::string> cookie_of(Door& door, std::string login,
                                   std::vector<people::Grant> grants) {
    people::NewAccount account;
    account.login = login;
    account.password = "correct-horse-9";
    auto made = co_await door.place.people.accounts().create(door.place.loop, std::move(account),
                                                             std::move(grants), audit::Actor());
    REQUIRE(made);
    people::Credentials credentials;
    credentials.login = login;
    credentials.password = "correct-horse-9";
    auto signed_in = co_await door.place.people.sign_in().sign_in(
        door.place.loop, std::move(credentials), people::Visit());
    REQUIRE(signed_in);
    co_return "Cookie: sid_plain=" + signed_in->token + "\r\n";
}

async::Task<std::string> host_cookie(Door& door) {
    return cookie_of(door, "host", {{people::Role::Host, "main"}});
}
async::Task<std::string> viewer_cookie(Door& door) {
    return cookie_of(door, "viewer", {});
}

std::string request(std::string_view method, std::string_view path, const std::string& headers) {
    return std::string(method) + ' ' + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + headers +
           "Content-Length: 0\r\n\r\n";
}

async::Task<void> look_elsewhere(Door& door) {
    const std::string host = co_await host_cookie(door);
    auto client = co_await http::TestClient::open(door.place.loop, door.server);
    const std::string own = host + "Origin: http://a\r\n";

    auto mine = co_await client.get("/api/v1/studio/channels/mine", host);
    CHECK(mine.status == 200);
    const auto theirs = co_await client.get("/api/v1/studio/channels/theirs", host);
    auto nobodys = co_await client.get("/api/v1/studio/channels/nobodys", host);
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

    const auto list = co_await client.get("/api/v1/studio/channels", host);
    CHECK(list.body.contains("\"mine\""));
    CHECK_FALSE(list.body.contains("theirs"));
    door.place.on_air.abandon_all();
}

async::Task<void> come_from_elsewhere(Door& door) {
    const std::string host = co_await host_cookie(door);
    auto client = co_await http::TestClient::open(door.place.loop, door.server);
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
            request("POST", "/api/v1/channels/mine/key", host + each.headers));
        CHECK_MESSAGE(answer.status == each.status, each.headers);
    }
    // Reading is not changing.
    const auto read =
        co_await client.get("/api/v1/studio/channels", host + "Sec-Fetch-Site: cross-site\r\n");
    CHECK(read.status == 200);
    CHECK_FALSE(read.has("Access-Control-Allow-Origin"));
}

async::Task<void> hurry(Door& door) {
    const std::string viewer = co_await viewer_cookie(door);
    auto client = co_await http::TestClient::open(door.place.loop, door.server);
    const std::string own = viewer + "Origin: http://a\r\n";
    int refused = 0;
    for (int i = 0; i < limits::api_changes_at_once_max + 5; ++i) {
        const auto answer =
            co_await client.exchange(request("DELETE", "/api/v1/account/sessions/nothing", own));
        if (answer.status != 429) continue;
        ++refused;
        CHECK(answer.has("Retry-After"));
    }
    CHECK(refused >= 1);
    CHECK(refused <= 5);
}

}  // namespace

TEST_CASE("what is another shop's does not exist") {
    Door door;
    async::run_to_end(door.place.loop, look_elsewhere(door));
}

TEST_CASE("a page of another site changes nothing in somebody's name") {
    Door door;
    async::run_to_end(door.place.loop, come_from_elsewhere(door));
}

TEST_CASE("who changes too much too fast has to wait") {
    Door door;
    async::run_to_end(door.place.loop, hurry(door));
}
