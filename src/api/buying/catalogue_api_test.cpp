#include "api/buying/catalogue_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

/// A product named so in English, with a sku of each price.
Task<std::int64_t> product(Visitor& keeper, std::string name, std::vector<int> prices) {
    std::string skus;
    for (const int price : prices) {
        skus += fmt::format(R"({}{{"price":{},"stock":3}})", skus.empty() ? "" : ",", price);
    }
    std::string body = fmt::format(R"({{"name":{{"ko":"{0}","en":"{0}"}},"category":"tea",
        "description":{{"ko":"k","en":"e"}},"skus":[{1}]}})",
                                   name, skus);
    const auto made = co_await keeper.post("/api/v1/shops/main/products", std::move(body));
    REQUIRE(made.status == 201);
    co_return number_at(made, "/id");
}

/// "A B C": the products of a list.
std::string names(const http::Answer& answer) {
    std::string out;
    for (std::int64_t i = 0; i < count_at(answer, "/products"); ++i) {
        out += out.empty() ? "" : " ";
        out += at(answer, fmt::format("/products/{}/name/en", i));
    }
    return out;
}

Task<void> three_products(Visitor& keeper) {
    const auto category = co_await keeper.put("/api/v1/shops/main/categories/tea",
                                              R"({"name":{"ko":"cha","en":"Tea"}})");
    REQUIRE(category.status == 200);
    co_await product(keeper, "Bravo", std::vector<int>(1, 300));
    co_await product(keeper, "Alpha", std::vector<int>(1, 200));
    co_await product(keeper, "Charlie", std::vector<int>(1, 100));
}

/// What stands at `place` for whoever asks twice.
Task<std::string> look(Visitor& anybody, std::string path, std::string place) {
    const auto first = co_await anybody.get(path);
    const auto again = co_await anybody.get(path);
    CHECK(first.body == again.body);
    CHECK(first.header("ETag") == again.header("ETag"));
    co_return at(again, place);
}

}  // namespace

TEST_CASE("anybody sees what is on sale, and caches may keep it a short while") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor anybody = co_await stranger(door);
        const Goods tea = co_await goods(keeper, 7, 12'000);
        const auto list = co_await anybody.get("/api/v1/products");
        CHECK(list.status == 200);
        CHECK(list.header("Cache-Control") == "public, max-age=5");
        CHECK(list.has("ETag"));
        CHECK(count_at(list, "/products") == 1);
        CHECK(at(list, "/next_cursor") == "null");
        CHECK(number_at(list, "/products/0/id") == tea.product);
        CHECK(at(list, "/products/0/price_min") == "12000");
        CHECK(at(list, "/products/0/price_max") == "12000");
        CHECK(at(list, "/products/0/currency") == "KRW");
        CHECK(at(list, "/products/0/skus") == fmt::format("[{}]", tea.sku));
        // What is in stock is the keeper's to know.
        CHECK(at(list, "/products/0/on_hand") == "(absent)");

        const auto one = co_await anybody.get(fmt::format("/api/v1/products/{}", tea.product));
        CHECK(one.status == 200);
        CHECK(one.header("Cache-Control") == "public, max-age=5");
        CHECK(at(one, "/name/en") == "Green tea");
        CHECK(at(one, "/category") == "tea");
        CHECK(number_at(one, "/options/0/sku") == tea.sku);
        CHECK(at(one, "/options/0/price") == "12000");
        CHECK(at(one, "/options/0/name") == "null");

        const auto categories = co_await anybody.get("/api/v1/categories");
        CHECK(at(categories, "/categories/0/id") == "tea");
        CHECK(at(categories, "/categories/0/name/en") == "Tea");
        CHECK(at(categories, "/categories/0/products") == "1");
    };
    play(story);
}

TEST_CASE("a hidden product is not there, but for who keeps the shop") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor anybody = co_await stranger(door);
        const Goods tea = co_await goods(keeper);
        const std::string studio = fmt::format("/api/v1/shops/main/products/{}", tea.product);
        const auto hidden = co_await keeper.patch(studio, R"({"hidden":true})");
        CHECK(at(hidden, "/hidden") == "true");
        const auto list = co_await anybody.get("/api/v1/products");
        CHECK(count_at(list, "/products") == 0);
        const auto one = co_await anybody.get(fmt::format("/api/v1/products/{}", tea.product));
        CHECK(said(one) == "404 product_not_found");
        CHECK(one.header("Cache-Control") == "no-store");
        const auto kept = co_await keeper.get("/api/v1/shops/main/products");
        CHECK(count_at(kept, "/products") == 1);
        const auto unknown = co_await anybody.get("/api/v1/products/4711");
        CHECK(said(unknown) == "404 product_not_found");
        const auto word = co_await anybody.get("/api/v1/products/tea");
        CHECK(said(word) == "404 product_not_found");
    };
    play(story);
}

TEST_CASE("a product without anything on sale is not in the list") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper);
        const std::string sku = fmt::format("/api/v1/shops/main/skus/{}", tea.sku);
        const auto off = co_await keeper.patch(sku, R"({"on_sale":false})");
        REQUIRE(off.status == 200);
        const auto list = co_await keeper.get("/api/v1/products");
        CHECK(count_at(list, "/products") == 0);
        const auto one = co_await keeper.get(fmt::format("/api/v1/products/{}", tea.product));
        CHECK(count_at(one, "/options") == 0);
        const auto kept = co_await keeper.get("/api/v1/shops/main/products");
        CHECK(at(kept, "/products/0/skus/0/on_sale") == "false");
    };
    play(story);
}

TEST_CASE("products come in pages, newest first, and each once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        co_await three_products(keeper);
        const auto first = co_await keeper.get("/api/v1/products?limit=2");
        CHECK(names(first) == "Charlie Alpha");
        const std::string cursor = at(first, "/next_cursor");
        REQUIRE(cursor != "null");
        const auto second = co_await keeper.get("/api/v1/products?limit=2&cursor=" + cursor);
        CHECK(names(second) == "Bravo");
        CHECK(at(second, "/next_cursor") == "null");
    };
    play(story);
}

TEST_CASE("products are sorted, filtered and searched as asked") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        co_await three_products(keeper);
        struct Case {
            std::string query;
            std::string names;
        };
        const std::vector<Case> cases = {
            {"sort=newest", "Charlie Alpha Bravo"},
            {"sort=price_asc", "Charlie Alpha Bravo"},
            {"sort=price_desc", "Bravo Alpha Charlie"},
            {"sort=name", "Alpha Bravo Charlie"},
            {"q=Charlie", "Charlie"},
            {"q=nothing", ""},
            {"category=tea", "Charlie Alpha Bravo"},
            {"category=coffee", ""},
            {"shop=other", ""},
        };
        for (const Case& each : cases) {
            const auto list = co_await keeper.get("/api/v1/products?" + each.query);
            CHECK_MESSAGE(names(list) == each.names, each.query);
        }
    };
    play(story);
}

// The test's clock stands still: no answer that is kept grows too old.
TEST_CASE("pages of the catalogue are kept, and every change of the shop's is seen at once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor anybody = co_await stranger(door);
        const Goods tea = co_await goods(keeper, 7, 12'000);
        const std::string page = fmt::format("/api/v1/products/{}", tea.product);
        const std::string studio = "/api/v1/shops/main";
        CHECK(co_await look(anybody, "/api/v1/products", "/products/0/name/en") == "Green tea");
        CHECK(co_await look(anybody, page, "/options/0/price") == "12000");
        CHECK(co_await look(anybody, "/api/v1/categories", "/categories/0/name/en") == "Tea");

        const std::string renamed = R"({"name":{"ko":"cha","en":"White tea"}})";
        const auto named =
            co_await keeper.patch(fmt::format("{}/products/{}", studio, tea.product), renamed);
        REQUIRE(named.status == 200);
        CHECK(co_await look(anybody, "/api/v1/products", "/products/0/name/en") == "White tea");
        CHECK(co_await look(anybody, page, "/name/en") == "White tea");

        const auto priced =
            co_await keeper.patch(fmt::format("{}/skus/{}", studio, tea.sku), R"({"price":9000})");
        REQUIRE(priced.status == 200);
        CHECK(co_await look(anybody, "/api/v1/products", "/products/0/price_min") == "9000");
        CHECK(co_await look(anybody, page, "/options/0/price") == "9000");

        const auto added = co_await keeper.post(
            fmt::format("{}/products/{}/skus", studio, tea.product), R"({"price":8000})");
        REQUIRE(added.status == 201);
        CHECK(co_await look(anybody, "/api/v1/products", "/products/0/price_min") == "8000");

        const auto category =
            co_await keeper.put(studio + "/categories/tea", R"({"name":{"ko":"cha","en":"Teas"}})");
        REQUIRE(category.status == 200);
        CHECK(co_await look(anybody, "/api/v1/categories", "/categories/0/name/en") == "Teas");
        CHECK(co_await look(anybody, "/api/v1/products?q=nothing", "/products") == "[]");
        co_await product(keeper, "Nothing", std::vector<int>(1, 100));
        CHECK(co_await look(anybody, "/api/v1/products?q=nothing", "/products/0/name/en") ==
              "Nothing");
    };
    play(story);
}

TEST_CASE("a list that cannot be asked for names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        struct Case {
            std::string query;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"limit=0", "400 invalid_limit limit"},
            {"limit=101", "400 invalid_limit limit"},
            {"limit=many", "400 invalid_limit limit"},
            {"cursor=zz", "400 invalid_cursor cursor"},
            {"cursor=616263", "400 invalid_cursor cursor"},  // "abc"
            {"sort=random", "400 invalid_sort sort"},
            {"sort=", "400 invalid_sort sort"},
        };
        for (const Case& each : cases) {
            const auto list = co_await anybody.get("/api/v1/products?" + each.query);
            CHECK_MESSAGE(blamed(list) == each.said, each.query);
            CHECK(list.header("Cache-Control") == "no-store");
        }
        const auto most = co_await anybody.get("/api/v1/products?limit=100");
        CHECK(most.status == 200);
    };
    play(story);
}

TEST_CASE("the stock of a shop that is not there is not found") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const auto stock = co_await anybody.get("/api/v1/shops/nowhere/stock");
        CHECK(said(stock) == "404 shop_not_found");
    };
    play(story);
}
