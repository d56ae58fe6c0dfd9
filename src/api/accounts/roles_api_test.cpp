#include "api/accounts/roles_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* roles = "/api/v1/shops/main/roles";

}  // namespace

TEST_CASE("a role is given and taken away, and counts at once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor person = co_await viewer(door);
        const std::string products = "/api/v1/shops/main/products";
        const auto before = co_await person.get(products);
        CHECK(said(before) == "403 forbidden");
        const std::string one = std::string(roles) + "/viewer/host";
        const auto granted = co_await keeper.put(one);
        CHECK(granted.status == 204);
        const auto now = co_await person.get(products);
        CHECK(now.status == 200);
        const auto list = co_await keeper.get(roles);
        CHECK(count_at(list, "/roles") == 2);
        CHECK(at(list, "/roles/1/account/login") == "viewer");
        CHECK(at(list, "/roles/1/role") == "host");
        CHECK(at(list, "/roles/1/granted_by") == "host");
        CHECK(at(list, "/roles/0/granted_by") == "null");
        // Given again nothing changes, and nothing is recorded.
        const auto again = co_await keeper.put(one);
        CHECK(again.status == 204);
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'role.grant'") == "1");
        const auto revoked = co_await keeper.del(one);
        CHECK(revoked.status == 204);
        const auto after = co_await person.get(products);
        CHECK(said(after) == "403 forbidden");
        const auto twice = co_await keeper.del(one);
        CHECK(said(twice) == "404 not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM role_grant") == "1");
    };
    play(story);
}

TEST_CASE("a host gives no role that is not a shop's, nor one of another shop") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor person = co_await viewer(door);
        struct Case {
            std::string path;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"/api/v1/shops/main/roles/viewer/king", "404 role_not_found (absent)"},
            {"/api/v1/shops/main/roles/viewer/admin", "400 invalid_role role"},
            {"/api/v1/shops/main/roles/viewer/operator", "400 invalid_role role"},
            {"/api/v1/shops/main/roles/nobody/host", "404 not_found login"},
            {"/api/v1/shops/other/roles/viewer/host", "404 shop_not_found (absent)"},
            {"/api/v1/shops/*/roles/viewer/admin", "404 shop_not_found (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.put(each.path);
            CHECK_MESSAGE(blamed(answer) == each.said, each.path);
        }
        const auto own = co_await person.put("/api/v1/shops/main/roles/viewer/host");
        CHECK(said(own) == "403 forbidden");
        CHECK(row(door, "SELECT COUNT(*) FROM role_grant") == "1");
    };
    play(story);
}

TEST_CASE("who looks after the server gives its roles, and the last admin stays") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor person = co_await viewer(door);
        const std::string below = "/api/v1/shops/*/roles/";
        const auto last = co_await boss.del(below + "admin/admin");
        CHECK(said(last) == "409 last_admin");
        const auto of_shop = co_await boss.put(below + "viewer/host");
        CHECK(blamed(of_shop) == "400 invalid_role role");
        const auto granted = co_await boss.put(below + "viewer/operator");
        CHECK(granted.status == 204);
        const auto summary = co_await person.get("/api/v1/operations/summary");
        CHECK(summary.status == 200);
        const auto nowhere = co_await boss.put("/api/v1/shops/nowhere/roles/viewer/host");
        CHECK(said(nowhere) == "404 not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM role_grant") == "2");
    };
    play(story);
}
