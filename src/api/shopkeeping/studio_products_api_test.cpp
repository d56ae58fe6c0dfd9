#include "api/shopkeeping/studio_products_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;
namespace json = boost::json;

namespace {

constexpr const char* url = "/api/v1/shops/main/products";

json::object a_product() {
    return json::parse(R"({"name":{"ko":"nokcha","en":"Green tea"},"category":"tea",
        "description":{"ko":"k\nk","en":"e"},"option_name":{"ko":"k","en":"Size"},
        "skus":[{"option":{"ko":"s","en":"Small"},"price":9000,"stock":4},
                {"option":{"ko":"l","en":"Large"},"price":15000,"tax_percent":0,
                 "per_order_max":2}]})")
        .as_object();
}

std::string product_but(std::string_view field, json::value value) {
    json::object product = a_product();
    product[field] = std::move(value);
    return json::serialize(product);
}

Task<void> tea_category(Visitor& keeper) {
    const auto category = co_await keeper.put("/api/v1/shops/main/categories/tea",
                                              R"({"name":{"ko":"cha","en":"Tea"},"place":2})");
    REQUIRE(category.status == 200);
    CHECK(at(category, "/place") == "2");
}

std::string path_of(std::int64_t product) {
    return fmt::format("/api/v1/shops/main/products/{}", product);
}

}  // namespace

TEST_CASE("a product is made with its skus and their stock") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        co_await tea_category(keeper);
        const auto made = co_await keeper.post(url, json::serialize(a_product()));
        CHECK(made.status == 201);
        CHECK(made.header("Location") == path_of(number_at(made, "/id")));
        CHECK(made.header("Cache-Control") == "no-store");
        CHECK(at(made, "/name/en") == "Green tea");
        CHECK(at(made, "/description/ko") == "k\nk");
        CHECK(at(made, "/option_name/en") == "Size");
        CHECK(at(made, "/hidden") == "false");
        CHECK(at(made, "/price_min") == "9000");
        CHECK(at(made, "/price_max") == "15000");
        CHECK(count_at(made, "/skus") == 2);
        CHECK(at(made, "/skus/0/option/en") == "Small");
        CHECK(at(made, "/skus/0/on_hand") == "4");
        CHECK(at(made, "/skus/0/available") == "4");
        CHECK(at(made, "/skus/1/on_hand") == "0");
        CHECK(at(made, "/skus/1/tax_percent") == "0");
        CHECK(at(made, "/skus/1/per_order_max") == "2");
        CHECK(row(door, "SELECT COUNT(*) FROM sku WHERE shop = 'main'") == "2");
        const auto one = co_await keeper.get(path_of(number_at(made, "/id")));
        CHECK(one.status == 200);
        CHECK(one.has("ETag"));
        CHECK(one.body == made.body);
    };
    play(story);
}

TEST_CASE("a product that cannot be made names what is wrong, and is not made") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        co_await tea_category(keeper);
        json::array many;
        for (int i = 0; i < 61; ++i) many.push_back({{"price", 1}});
        const std::string wide(101, 'a');
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"{}", "400 invalid_name name"},
            {product_but("name", {{"ko", "k"}}), "400 invalid_name name"},
            {product_but("name", {{"ko", "k"}, {"en", " "}}), "400 invalid_name name"},
            {product_but("name", {{"ko", "k"}, {"en", "a\nb"}}), "400 invalid_name name"},
            {product_but("name", {{"ko", "k"}, {"en", wide}}), "400 invalid_name name"},
            {product_but("description", "e"), "400 invalid_description description"},
            {product_but("category", nullptr), "400 invalid_category category"},
            {product_but("category", "coffee"), "400 invalid_category category"},
            {product_but("pictures", {"nothing"}), "400 invalid_pictures pictures"},
            {product_but("pictures", {1}), "400 invalid_pictures pictures"},
            {product_but("hidden", "no"), "400 invalid_hidden hidden"},
            {product_but("skus", many), "400 invalid_skus skus"},
            {product_but("skus", "none"), "400 invalid_skus skus"},
            {product_but("skus", {{{"stock", 1}}}), "400 invalid_price price"},
            {product_but("skus", {{{"price", 1}}, {{"price", -1}}}), "400 invalid_price price"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.post(url, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM product") == "0");
        CHECK(row(door, "SELECT COUNT(*) FROM sku") == "0");
    };
    play(story);
}

TEST_CASE("a product is changed by who has seen it as it is") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper);
        const auto seen = co_await keeper.get(path_of(tea.product));
        const std::string old = "If-Match: " + seen.header("ETag") + "\r\n";
        const auto changed = co_await keeper.patch(
            path_of(tea.product), R"({"name":{"ko":"hongcha","en":"Black tea"}})", old);
        CHECK(changed.status == 200);
        CHECK(changed.header("ETag") != seen.header("ETag"));
        CHECK(at(changed, "/name/en") == "Black tea");
        CHECK(at(changed, "/description/en") == "e");
        // What is ordered from now on has the new name.
        CHECK(row(door, "SELECT name FROM sku").contains("Black tea"));
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'sku.rename'") == "1");
        const auto late = co_await keeper.patch(path_of(tea.product), R"({"hidden":true})", old);
        CHECK(said(late) == "412 changed_meanwhile");
        CHECK(row(door, "SELECT hidden FROM product") == "0");
        const std::string now = "If-Match: " + changed.header("ETag") + "\r\n";
        const auto hidden = co_await keeper.patch(path_of(tea.product), R"({"hidden":true})", now);
        CHECK(at(hidden, "/hidden") == "true");
        const auto wrong = co_await keeper.patch(path_of(tea.product), R"({"category":"none"})");
        CHECK(blamed(wrong) == "400 invalid_category category");
    };
    play(story);
}

TEST_CASE("products are of their shop, for who keeps that one") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor both = co_await admin(door);
        Visitor buyer = co_await viewer(door);
        Visitor nobody = co_await stranger(door);
        const Goods mine = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        const auto by_way_of_mine = co_await keeper.get(path_of(foreign.product));
        CHECK(said(by_way_of_mine) == "404 product_not_found");
        const auto patched = co_await both.patch(path_of(foreign.product), R"({"hidden":true})");
        CHECK(said(patched) == "404 product_not_found");
        const auto their_shop = co_await keeper.get("/api/v1/shops/other/products");
        CHECK(said(their_shop) == "404 shop_not_found");
        const auto bought = co_await buyer.get(url);
        CHECK(said(bought) == "403 forbidden");
        const auto strange = co_await nobody.get(url);
        CHECK(said(strange) == "401 sign_in_required");
        const auto list = co_await keeper.get(url);
        CHECK(count_at(list, "/products") == 1);
        CHECK(number_at(list, "/products/0/id") == mine.product);
        const auto everything = co_await both.get("/api/v1/shops/other/products");
        CHECK(number_at(everything, "/products/0/id") == foreign.product);
        CHECK(row(door, "SELECT SUM(hidden) FROM product") == "0");
    };
    play(story);
}

TEST_CASE("a category has an address that can be read, and a name in both languages") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const std::string name = R"({"name":{"ko":"cha","en":"Tea"}})";
        const std::string below = "/api/v1/shops/main/categories/";
        for (const std::string id : {"Tea", "green_tea", "a.b"}) {
            const auto answer = co_await keeper.put(below + id, name);
            CHECK_MESSAGE(blamed(answer) == "400 invalid_category category", id);
        }
        const auto too_long = co_await keeper.put(below + std::string(41, 'a'), name);
        CHECK(blamed(too_long) == "400 invalid_category category");
        const auto half = co_await keeper.put(below + "tea", R"({"name":{"ko":"cha"}})");
        CHECK(blamed(half) == "400 invalid_name name");
        CHECK(row(door, "SELECT COUNT(*) FROM category") == "0");
        const auto put = co_await keeper.put(below + std::string(40, 'a'), name);
        CHECK(put.status == 200);
        const auto renamed = co_await keeper.put(below + std::string(40, 'a'),
                                                 R"({"name":{"ko":"c","en":"Teas"},"place":3})");
        CHECK(at(renamed, "/name/en") == "Teas");
        CHECK(row(door, "SELECT COUNT(*) || name_en || place FROM category") == "1Teas3");
    };
    play(story);
}
