#include <doctest/doctest.h>

#include "shop/catalogue/product.hpp"
#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"

/// Products as they are written and come back, and the limits of a catalogue.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

Product a_product() {
    return {.shop = "main",
            .category = "lips",
            .name = {"name ko", "name en"},
            .description = {"text ko", "text en"},
            .option_name = {"shade ko", "shade en"},
            .hidden = true};
}

struct Catalogue : DurableShop {
    Catalogue() { REQUIRE(put_category(*database, "main", {"lips", {"lips ko", "lips en"}, 1})); }
    ProductId put(const Product& product) { return put_product(*database, product, now).value(); }
    Product find(ProductId id) { return find_product(*database, id).value().value(); }
    /// One with an option on sale.
    ProductId sell(const char* name, const char* category = "lips") {
        const ProductId id = put({.shop = "main", .category = category, .name = {name, name}});
        REQUIRE(put_option(*database, id, sku(1), {}));
        return id;
    }
    std::string list(ProductFilter filter) {
        filter.shop = "main";
        if (filter.count_max == 0) filter.count_max = 99;
        std::string names;
        for (const Product& one : list_products(*database, filter).value()) {
            names += one.name.en + ' ';
        }
        return names;
    }
    std::string search(const std::string& words) { return list({.words = words}); }
};

}  // namespace

TEST_CASE("a product comes back with its texts, pictures and options") {
    Catalogue shop;
    for (const auto& [id, width] : {std::pair{"two", 20}, std::pair{"one", 10}}) {
        REQUIRE(put_picture(*shop.database, "main", {id, width, width + 1}, opening));
    }
    Product product = a_product();
    product.pictures = {{.id = "one"}, {.id = "two"}};
    shop.now = opening + 1s;
    const ProductId id = shop.put(product);
    const SkuId sku(shop.ask(PutSku{{.shop = "main",
                                     .name = "sku",
                                     .price = {700, Currency::Jpy},
                                     .tax_percent = 8,
                                     .per_order_max = 4,
                                     .on_sale = false}})
                        .receipt.number);
    CHECK(shop.ask(MoveStock{sku, 9, MoveReason::Received}).is_accepted());
    shop.execute("UPDATE stock SET held = 2, sold = 3");
    REQUIRE(put_option(*shop.database, id, sku, {"red ko", "red en"}));
    const SkuId other = shop.sku(1);
    REQUIRE(put_option(*shop.database, id, other, {}));

    const Product found = shop.find(id);
    CHECK(found.id == id);
    CHECK(found.shop == "main");
    CHECK(found.category == "lips");
    CHECK(found.name == Bilingual{"name ko", "name en"});
    CHECK(found.description == Bilingual{"text ko", "text en"});
    CHECK(found.option_name == Bilingual{"shade ko", "shade en"});
    CHECK(found.hidden);
    CHECK(found.created_at == opening + 1s);
    CHECK(found.changed_at == opening + 1s);
    CHECK(found.version == 1);
    REQUIRE(found.pictures.size() == 2);
    CHECK(found.pictures[0].id == "one");
    CHECK(found.pictures[0].width == 10);
    CHECK(found.pictures[0].height == 11);
    CHECK(found.pictures[1].id == "two");
    REQUIRE(found.options.size() == 2);
    CHECK(text_of(found.options[0].sku) == text_of(Sku{.id = sku,
                                                       .shop = "main",
                                                       .name = "sku",
                                                       .price = {700, Currency::Jpy},
                                                       .tax_percent = 8,
                                                       .per_order_max = 4,
                                                       .on_sale = false}));
    CHECK(found.options[0].name == Bilingual{"red ko", "red en"});
    CHECK(text_of(found.options[0].stock) == "9/2/3");
    CHECK(found.options[1].sku.on_sale);
    CHECK(product_of(*shop.database, sku).value() == id);
    CHECK_FALSE(product_of(*shop.database, SkuId(999)).value());
    CHECK_FALSE(find_product(*shop.database, ProductId(id.value + 1)).value());
    shop.execute("UPDATE sku SET currency = 'X'");
    CHECK(find_product(*shop.database, id).error().message == "a price in an unknown currency");
}

TEST_CASE("a change counts the version and keeps when a product was made") {
    Catalogue shop;
    const ProductId id = shop.put(a_product());
    Product product = shop.find(id);
    product.hidden = false;
    product.name.en = "other";
    shop.now = opening + 5s;
    CHECK(shop.put(product) == id);
    const Product found = shop.find(id);
    CHECK(found.version == 2);
    CHECK_FALSE(found.hidden);
    CHECK(found.name.en == "other");
    CHECK(found.created_at == opening);
    CHECK(found.changed_at == opening + 5s);
    const auto late = put_product(*shop.database, product, shop.now);
    CHECK(late.error().message == "somebody changed this product since it was read");
}

TEST_CASE("a product's category and pictures are its shop's") {
    Catalogue shop;
    Product product = a_product();
    product.category = "none";
    const auto nowhere = put_product(*shop.database, product, opening);
    CHECK(nowhere.error().code == Errc::NotFound);
    CHECK(nowhere.error().message == "there is no category \"none\"");
    REQUIRE(put_picture(*shop.database, "other", {"theirs", 1, 1}, opening));
    product.category = "lips";
    product.pictures = {{.id = "theirs"}};
    const auto without = put_product(*shop.database, product, opening);
    CHECK(without.error().code == Errc::NotFound);
    CHECK(without.error().message == "there is no picture \"theirs\"");
}

TEST_CASE("a shop has so many categories, and one that is there may still change") {
    Catalogue shop;
    for (std::size_t i = 1; i < limits::categories_max; ++i) {
        REQUIRE(put_category(*shop.database, "main", {"c" + std::to_string(i), {"a", "b"}, 5}));
    }
    const auto full = put_category(*shop.database, "main", {"more", {"a", "b"}, 5});
    CHECK(full.error().code == Errc::Conflict);
    CHECK(full.error().message == "the shop has as many categories as it may have");
    CHECK(put_category(*shop.database, "main", {"c7", {"ko", "en"}, 0}));
    const auto categories = list_categories(*shop.database, "main").value();
    REQUIRE(categories.size() == limits::categories_max);
    CHECK(categories[0].id == "c7");
    CHECK(categories[0].name == Bilingual{"ko", "en"});
    CHECK(categories[0].place == 0);
    CHECK(categories[1].id == "lips");
    CHECK(categories[1].place == 1);
    CHECK(categories[1].products == 0);
    (void)shop.sell("a");
    CHECK(list_categories(*shop.database, "main").value().at(1).products == 1);
}

TEST_CASE("a shop has so many products") {
    Catalogue shop;
    const std::string most = std::to_string(limits::products_max - 1);
    shop.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                 most +
                 ") INSERT INTO product(shop, category, name_ko, name_en, description_ko,"
                 " description_en, option_ko, option_en, hidden, created_at_ms, changed_at_ms,"
                 " version) SELECT 'main', 'lips', '', '', '', '', '', '', 0, 0, 0, 1 FROM n");
    CHECK(put_product(*shop.database, a_product(), opening));
    const auto full = put_product(*shop.database, a_product(), opening);
    CHECK(full.error().code == Errc::Conflict);
    CHECK(full.error().message == "the shop has as many products as it may have");
}

TEST_CASE("words are found in names, options and categories, all of them, as they are typed") {
    Catalogue shop;
    REQUIRE(put_category(*shop.database, "main", {"sun", {"sun ko", "Sunny"}, 2}));
    (void)shop.sell("abcde");
    (void)shop.sell("abx", "sun");
    (void)shop.sell("a%_b");
    (void)shop.sell("q\"t");
    CHECK(shop.search("abc") == "abcde ");  // three letters: by the index
    CHECK(shop.search("ab") == "abx abcde ");
    CHECK(shop.search("cde") == "abcde ");
    CHECK(shop.search("sunn") == "abx ");
    CHECK(shop.search("su") == "abx ");
    CHECK(shop.search("lips") == "q\"t a%_b abcde ");
    CHECK(shop.search("ab sunn") == "abx ");
    CHECK(shop.search("abc sunn").empty());
    CHECK(shop.search(" ab  ") == "abx abcde ");
    CHECK(shop.search("%") == "a%_b ");
    CHECK(shop.search("_") == "a%_b ");
    CHECK(shop.search("%_") == "a%_b ");
    CHECK(shop.search("q\"t") == "q\"t ");
    CHECK(shop.search("\\").empty());
    // Words that are too many are not looked at.
    std::string words;
    for (std::size_t i = 0; i < limits::search_words_max; ++i) words += "ab ";
    CHECK(shop.search(words + "none") == "abx abcde ");
    CHECK(shop.search(words.substr(3) + "none").empty());
}

TEST_CASE("lists go on behind a product, in every order, for equal prices too") {
    Catalogue shop;
    const ProductId a = shop.sell("a");
    const ProductId b = shop.sell("b");
    const ProductId c = shop.sell("c");
    CHECK(shop.list({}) == "c b a ");
    CHECK(shop.list({.behind = b}) == "a ");
    CHECK(shop.list({.order = ProductOrder::PriceUp, .behind = a}) == "b c ");
    CHECK(shop.list({.order = ProductOrder::PriceDown, .behind = c}) == "b a ");
    CHECK(shop.list({.order = ProductOrder::Name, .behind = b}) == "c ");
    CHECK(shop.list({.category = "lips", .words = "b", .count_max = 1}) == "b ");
    // Without anything on sale only the shop's people see it.
    (void)shop.put({.shop = "main", .category = "lips", .name = {"d", "d"}});
    CHECK(shop.list({}) == "c b a ");
    CHECK(shop.list({.for_staff = true}) == "d c b a ");
}
