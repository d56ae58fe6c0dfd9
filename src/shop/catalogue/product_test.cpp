#include "shop/catalogue/product.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>

#include <filesystem>

#include "audit/schema.hpp"
#include "shop/core/testing.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/sqlite_sink.hpp"

using namespace shopcast;
using namespace shopcast::shop;

namespace {

/// A catalogue in a folder that goes away with the test.
struct Catalogue {
    Catalogue() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        auto opened =
            store::Database::open(folder + "/shopcast.db", store::Database::Mode::ReadWrite);
        REQUIRE(opened);
        database.emplace(*std::move(opened));
        REQUIRE(database->execute("PRAGMA synchronous = OFF"));  // nobody pulls the plug
        const auto migrated = store::migrate(*database, {&audit::schema(), &shop::schema()});
        REQUIRE(migrated);
        REQUIRE(put_category(*database, "main", {"lips", {"\uB9BD", "Lips"}, 1}));
        REQUIRE(put_category(*database, "main", {"sun", {"\uC120\uCF00\uC5B4", "Sun"}, 2}));
    }
    ~Catalogue() {
        database.reset();
        std::filesystem::remove_all(folder);
    }
    ProductId add(const char* ko, const char* en, std::int64_t price,
                  const char* category = "lips") {
        const auto id = put_product(
            *database,
            {.shop = "main", .category = category, .name = {ko, en}, .description = {"-", "-"}},
            test::opening);
        REQUIRE(id);
        const std::string sku = std::to_string(++skus);
        REQUIRE(database->execute(("INSERT INTO sku VALUES (" + sku + ", 'main', 'x', " +
                                   std::to_string(price) +
                                   ", 'KRW', 10, 0, 1);"
                                   "INSERT INTO stock VALUES (" +
                                   sku + ", 9, 0, 0)")
                                      .c_str()));
        REQUIRE(put_option(*database, *id, SkuId(skus), {"\uB85C\uC988", "Rose"}));
        return *id;
    }
    std::string found(ProductFilter filter) {
        filter.shop = "main";
        if (filter.count_max == 0) filter.count_max = 99;
        const auto products = list_products(*database, filter);
        REQUIRE_MESSAGE(products.has_value(), products.error().message);
        std::string names;
        for (const Product& product : *products) names += product.name.en + ' ';
        return names;
    }
    std::string found(const char* words) { return found({.words = words}); }

    std::string folder;
    std::optional<store::Database> database;
    std::int64_t skus = 0;
};

}  // namespace

// FTS5's trigrams find nothing below three characters, and most Korean words have two syllables.
TEST_CASE("Korean words of one and two syllables are found, and what is typed so far") {
    Catalogue shop;
    shop.add("\uBCA8\uBCB3 \uB9BD\uC2A4\uD2F1", "lipstick", 18'000);  // velvet lipstick
    shop.add("\uC218\uBD84 \uD06C\uB9BC", "cream", 24'000, "sun");    // moisture cream
    CHECK(shop.found("\uB9BD\uC2A4\uD2F1") == "lipstick ");           // three syllables
    CHECK(shop.found("\uD06C\uB9BC") == "cream ");                    // two
    CHECK(shop.found("\uB9BC") == "cream ");                          // one, inside a word
    CHECK(shop.found("\uB9BD") == "lipstick ");            // one, and it names a category
    CHECK(shop.found("\uD06C") == "cream ");               // one of two letters
    CHECK(shop.found("\uD06C\uB9AC") == "cream ");         // unfinished
    CHECK(shop.found("\u314B") == "cream ");               // a letter alone: k
    CHECK(shop.found("\uC218\uBD84 \uB9BC") == "cream ");  // every word of it
    CHECK(shop.found("\uC218\uBD84 \uB9BD").empty());
    CHECK(shop.found("\uC120\uCF00\uC5B4") == "cream ");     // by its category
    CHECK(shop.found("\uB85C\uC988") == "cream lipstick ");  // by an option
    CHECK(shop.found("LIP") == "lipstick ");
    CHECK(shop.found("li") == "lipstick ");
    CHECK(shop.found("%").empty());
    CHECK(shop.found("\"*").empty());
    CHECK(shop.found("  ") == "cream lipstick ");
}

TEST_CASE("lists are sorted, paged and without what is hidden") {
    Catalogue shop;
    const ProductId first = shop.add("\uAC00", "a", 300);
    shop.add("\uB098", "b", 100);
    shop.add("\uB2E4", "c", 200, "sun");
    CHECK(shop.found(ProductFilter{}) == "c b a ");
    CHECK(shop.found({.order = ProductOrder::PriceUp}) == "b c a ");
    CHECK(shop.found({.order = ProductOrder::PriceDown}) == "a c b ");
    CHECK(shop.found({.order = ProductOrder::Name}) == "a b c ");
    CHECK(shop.found({.category = "lips"}) == "b a ");
    CHECK(shop.found({.order = ProductOrder::PriceDown, .count_max = 1}) == "a ");
    CHECK(shop.found({.order = ProductOrder::PriceDown, .behind = first}) == "c b ");
    auto hidden = find_product(*shop.database, first);
    REQUIRE((hidden && *hidden));
    (*hidden)->hidden = true;
    CHECK(put_product(*shop.database, **hidden, test::opening));
    CHECK(shop.found(ProductFilter{}) == "c b ");
    CHECK(shop.found({.for_staff = true}) == "c b a ");
    const auto again = put_product(*shop.database, **hidden, test::opening);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::Conflict);
    const auto categories = list_categories(*shop.database, "main");
    REQUIRE(categories);
    CHECK(categories->at(0).products == 1);
}
