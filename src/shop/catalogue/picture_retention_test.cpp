#include "shop/catalogue/picture_retention.hpp"

#include <doctest/doctest.h>

#include "async/testing.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

constexpr auto keep = 24h;

/// 26 letters.
std::string id_of(int number) {
    std::string id(26, 'a');
    for (int at = 0; number > 0; ++at, number /= 26) {
        id[static_cast<std::size_t>(at)] = static_cast<char>('a' + number % 26);
    }
    return id;
}

struct Gallery : DurableShop {
    Gallery() { REQUIRE(put_category(*database, "main", {"lips", {"lips", "lips"}, 1})); }

    std::string picture(int number) {
        const std::string id = id_of(number);
        REQUIRE(
            put_picture(*database, "main", {.id = id, .width = 1, .height = 1, .bytes = 7}, now));
        const auto folder = path / "pictures" / id;
        std::filesystem::create_directories(folder);
        std::filesystem::last_write_time(folder,
                                         std::filesystem::file_time_type::clock::now() - 1h);
        return id;
    }
    Product product_of(std::vector<std::string> pictures) {
        Product product{.shop = "main", .category = "lips", .name = {"a", "a"}};
        for (std::string& id : pictures) product.pictures.push_back({.id = std::move(id)});
        product.id = put_product(*database, product, now).value();
        product.version = 1;
        return product;
    }
    std::size_t sweep() {
        std::size_t removed = 0;
        store::Removed piece;
        do {
            piece = retention.step(*database, now).value();
            removed += piece.count;
            retention.then();
        } while (piece.more);
        return removed;
    }
    bool has_files(const std::string& id) {
        return std::filesystem::exists(path / "pictures" / id);
    }
    void until_gone(const std::string& id) {
        async::block_until([&] { return !has_files(id); }, "a picture's files to go");
    }

    PictureShelf shelf{path / "pictures", &picture::still_jpegs};
    store::Retention retention = unused_pictures(shelf, keep);
};

}  // namespace

TEST_CASE("a picture that no product shows goes after a day, its files too") {
    Gallery gallery;
    const std::string shown = gallery.picture(1);
    const std::string unused = gallery.picture(2);
    gallery.product_of({shown});
    gallery.now += keep;
    CHECK(gallery.sweep() == 0);
    gallery.now += 1ms;
    CHECK(gallery.sweep() == 1);
    gallery.until_gone(unused);
    CHECK(gallery.has_files(shown));
    CHECK(gallery.integer("SELECT COUNT(*) FROM picture") == 1);
}

TEST_CASE("the day begins when the last product lets go of it, or it is uploaded again") {
    Gallery gallery;
    const std::string id = gallery.picture(1);
    Product product = gallery.product_of({id});
    gallery.now += 10 * keep;
    product.pictures.clear();
    REQUIRE(put_product(*gallery.database, product, gallery.now));
    gallery.now += keep;
    CHECK(gallery.sweep() == 0);
    gallery.now += 1ms;
    gallery.picture(1);
    CHECK(gallery.sweep() == 0);
    gallery.now += keep + 1ms;
    CHECK(gallery.sweep() == 1);
}

TEST_CASE("pictures that stay do not stand before those that go") {
    Gallery gallery;
    constexpr int many = 2 * static_cast<int>(limits::pictures_looked_at_at_once) + 3;
    std::vector<std::string> shown;
    for (int i = 1; i <= many; ++i) shown.push_back(gallery.picture(i));
    gallery.product_of(shown);
    gallery.now += 1ms;
    gallery.picture(many + 1);
    gallery.now += keep + 1ms;
    CHECK(gallery.sweep() == 1);
    CHECK(gallery.integer("SELECT COUNT(*) FROM picture") == many);
    CHECK(gallery.sweep() == 0);
}

TEST_CASE("at the start files go that no row knows of") {
    Gallery gallery;
    const std::string known = gallery.picture(1);
    const std::string stray = gallery.picture(2);
    gallery.execute("DELETE FROM picture WHERE id = '" + stray + "'");
    CHECK(remove_stray_pictures(gallery.path / "pictures", *gallery.database).value() == 1);
    CHECK(gallery.has_files(known));
    CHECK_FALSE(gallery.has_files(stray));
}

TEST_CASE("a shop has its quota of pictures, in numbers and in bytes") {
    Gallery gallery;
    gallery.picture(1);
    gallery.picture(2);
    const auto refused = [&](const PictureQuota& quota, const char* shop = "main") {
        const auto room = check_picture_room(*gallery.database, shop, quota);
        return !room && room.error().code == Errc::Conflict;
    };
    CHECK_FALSE(refused({.pictures = 3, .bytes = 15}));
    CHECK(refused({.pictures = 2, .bytes = 15}));
    CHECK(refused({.pictures = 3, .bytes = 14}));
    CHECK_FALSE(refused({.pictures = 1, .bytes = 1}, "other"));
}
