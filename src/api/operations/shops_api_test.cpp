#include "api/operations/shops_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* url = "/api/v1/operations/shops";

std::string shop_body(std::string_view id, std::string_view ko = "dul",
                      std::string_view en = "Two") {
    return fmt::format(R"({{"id":"{}","name":{{"ko":"{}","en":"{}"}}}})", id, ko, en);
}

}  // namespace

TEST_CASE("an admin makes a shop, which sells at once and knows who made it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        const auto first = co_await boss.get(url);
        CHECK(count_at(first, "/shops") == 1);
        CHECK(at(first, "/shops/0/id") == "main");
        CHECK(at(first, "/shops/0/name/en") == "Shop of all");  // until it has a name of its own
        const auto made = co_await boss.post(url, shop_body("second"));
        CHECK(made.status == 201);
        CHECK(made.header("Location") == "/api/v1/operations/shops/second");
        CHECK(at(made, "/name/ko") == "dul");
        CHECK(row(door, "SELECT name_en FROM shop WHERE id = 'second'") == "Two");
        CHECK(row(door,
                  "SELECT shop || ' ' || target || ' ' || detail FROM audit"
                  " WHERE action = 'shop.create'") ==
              R"(second shop/second {"name_ko":"dul","name_en":"Two"})");

        const auto given = co_await boss.put("/api/v1/shops/second/roles/admin/host");
        CHECK(given.status == 204);
        const Goods tea = co_await goods_of(boss, "second", 5, 700);
        Visitor buyer = co_await viewer(door);
        const std::int64_t order = co_await ordered(buyer, tea.sku, 1);
        CHECK(row(door, "SELECT shop FROM orders WHERE id = " + std::to_string(order)) == "second");
        const auto theirs = co_await boss.get("/api/v1/shops/second/orders");
        CHECK(count_at(theirs, "/orders") == 1);
        const auto others = co_await boss.get("/api/v1/shops/main/orders");
        CHECK(count_at(others, "/orders") == 0);
        CHECK(door.place.selling.desk().shelves().look("second")->shelf.skus.size() == 1);
    };
    play(story);
}

TEST_CASE("a new shop is shown empty, before it sells anything") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        (void)co_await goods(boss);
        const std::uint64_t before = door.place.selling.desk().shelves().changes();
        CHECK_FALSE(door.place.selling.desk().shelves().look("second"));
        const auto made = co_await boss.post(url, shop_body("second"));
        REQUIRE(made.status == 201);
        const auto& shelves = door.place.selling.desk().shelves();
        REQUIRE(shelves.look("second"));
        CHECK(shelves.look("second")->shelf.skus.empty());
        CHECK(shelves.changed_since(before) == std::vector<std::string>{"second"});
        const auto list = co_await boss.get("/api/v1/products?shop=second");
        CHECK(at(list, "/products") == "[]");
    };
    play(story);
}

TEST_CASE("a shop that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::string long_name(limits::shop_name_bytes_max + 1, 'a');
        const std::vector<Case> cases = {
            {shop_body("main"), "409 id_taken id"},
            {shop_body(""), "400 invalid_id id"},
            {shop_body("Two"), "400 invalid_id id"},
            {shop_body("-two"), "400 invalid_id id"},
            {shop_body("*"), "400 invalid_id id"},
            {shop_body("a/b"), "400 invalid_id id"},
            {shop_body(std::string(limits::shop_id_bytes_max + 1, 'a')), "400 invalid_id id"},
            {shop_body("two", "", "Two"), "400 invalid_name name"},
            {shop_body("two", "dul", " "), "400 invalid_name name"},
            {shop_body("two", long_name), "400 invalid_name name"},
            {R"({"id":"two"})", "400 invalid_name name"},
            {R"({"name":{"ko":"a","en":"b"}})", "400 invalid_id id"},
            {"[]", "400 invalid_body (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await boss.post(url, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM shop") == "1");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'shop.create'") == "0");
    };
    play(story);
}

TEST_CASE("a server has so many shops") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        execute(door, fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                  " WHERE i < {}) INSERT INTO shop SELECT 'shop-' || i, 'a', 'b'"
                                  " FROM n",
                                  limits::shops_max - 2));
        const auto last = co_await boss.post(url, shop_body("last"));
        CHECK(last.status == 201);
        const auto more = co_await boss.post(url, shop_body("more"));
        CHECK(said(more) == "409 too_many_shops");
        CHECK(row(door, "SELECT COUNT(*) FROM shop") == std::to_string(limits::shops_max));
    };
    play(story);
}

TEST_CASE("a shop is renamed, the first one too, and who looks sees it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        Visitor anybody = co_await stranger(door);
        const auto before = co_await anybody.get("/api/v1/shops");
        CHECK(before.header("Cache-Control") == "public, max-age=5");
        const auto named =
            co_await boss.patch(std::string(url) + "/main", R"({"name":{"ko":"hana","en":"One"}})");
        CHECK(named.status == 200);
        CHECK(at(named, "/name/en") == "One");
        const auto after = co_await anybody.get("/api/v1/shops");
        CHECK(at(after, "/shops/0/name/ko") == "hana");
        CHECK(after.header("ETag") != before.header("ETag"));
        CHECK(row(door, "SELECT name_ko FROM shop") == "hana");
        CHECK(row(door, "SELECT shop FROM audit WHERE action = 'shop.rename'") == "main");
        const auto nameless = co_await boss.patch(std::string(url) + "/main", "{}");
        CHECK(blamed(nameless) == "400 invalid_name name");
        const auto nowhere =
            co_await boss.patch(std::string(url) + "/nowhere", R"({"name":{"ko":"a","en":"b"}})");
        CHECK(said(nowhere) == "404 shop_not_found");
    };
    play(story);
}

TEST_CASE("only an admin makes and names shops; a token does not") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made = co_await keeper.post(url, shop_body("second"));
        CHECK(said(made) == "403 forbidden");
        const auto named = co_await keeper.patch(std::string(url) + "/main", shop_body("main"));
        CHECK(said(named) == "403 forbidden");
        const auto list = co_await keeper.get(url);
        CHECK(said(list) == "403 forbidden");
        Visitor auditor = co_await come(door, "auditor", {{people::Role::Auditor, "*"}});
        const auto looked = co_await auditor.get(url);
        CHECK(looked.status == 200);
        const auto tried = co_await auditor.post(url, shop_body("second"));
        CHECK(said(tried) == "403 forbidden");
        CHECK(row(door, "SELECT COUNT(*) FROM shop") == "1");
    };
    play(story);
}

TEST_CASE("one's session knows the only shop, and those that one helps to run") {
    const auto story = [](Door& door) -> Task<void> {
        const std::string session = "/api/v1/session";
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const auto alone = co_await buyer.get(session);
        CHECK(at(alone, "/shop/id") == "main");
        CHECK(at(alone, "/shop/name/ko") == "Shop of all");
        CHECK(at(alone, "/shops") == "[]");
        Visitor theirs = co_await other_host(door);
        const auto several = co_await buyer.get(session);
        CHECK(at(several, "/shop") == "null");
        const auto mine = co_await keeper.get(session);
        CHECK(count_at(mine, "/shops") == 1);
        CHECK(at(mine, "/shops/0/id") == "main");
        const auto others = co_await theirs.get(session);
        CHECK(at(others, "/shops/0/id") == "other");
        CHECK(at(others, "/shops/0/name/en") == "Other");
        Visitor boss = co_await admin(door);
        const auto all = co_await boss.get(session);
        CHECK(count_at(all, "/shops") == 2);
        Visitor operates = co_await come(door, "operator", {{people::Role::Operator, "*"}});
        const auto none = co_await operates.get(session);
        CHECK(at(none, "/shops") == "[]");
    };
    play(story);
}

TEST_CASE("where there are several shops and none is named, the problem lists them") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor boss = co_await admin(door);
        Visitor theirs = co_await other_host(door);
        const Goods tea = co_await goods(keeper);
        const std::string channel = R"({"name":"fresh"})";
        for (const std::string path : {"/api/v1/products", "/api/v1/categories", "/api/v1/cart"}) {
            const auto several = co_await boss.get(path);
            CHECK_MESSAGE(blamed(several) == "400 invalid_shop shop", path);
            CHECK(at(several, "/more/shops") == R"(["main","other"])");
            const auto nowhere = co_await boss.get(path + "?shop=nowhere");
            CHECK_MESSAGE(said(nowhere) == "404 shop_not_found", path);
            const auto named = co_await boss.get(path + "?shop=other");
            CHECK_MESSAGE(named.status == 200, path);
        }
        const auto made = co_await boss.post("/api/v1/channels", channel);
        CHECK(blamed(made) == "400 invalid_shop shop");
        const auto line =
            co_await boss.post("/api/v1/cart/lines", fmt::format(R"({{"sku":{}}})", tea.sku));
        CHECK(blamed(line) == "400 invalid_shop shop");
        const auto coupon =
            co_await boss.put("/api/v1/cart/coupon?shop=nowhere", R"({"code":"A"})");
        CHECK(said(coupon) == "404 shop_not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM cart") == "0");
        // Of one shop there is nothing to choose.
        const auto own = co_await keeper.post("/api/v1/channels", channel);
        CHECK(own.status == 201);
        CHECK(at(own, "/shop") == "main");
    };
    play(story);
}
