#include "shop/catalogue/shop_directory.hpp"

#include <doctest/doctest.h>

#include "async/testing.hpp"
#include "base/testing.hpp"
#include "shop/core/order_desk.hpp"
#include "shop/ledger/shop_for_tests.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using async::Task;

namespace {

struct Place : Folder {
    Place()
        : stored(ShopDirectory::load(*database).value()),
          writer(store::Database::open(path / "shopcast.db", store::Database::Mode::ReadWrite)
                     .value()),
          shops(stored, "All", writer, desk, clock) {}

    Task<Errc> why_not(std::string id) {
        shop::Shop wanted{.id = std::move(id), .name = {"ko", "en"}};
        const auto made = co_await shops.create(loop, std::move(wanted), {});
        co_return made ? Errc::Internal : made.error().code;
    }

    std::vector<shop::Shop> stored;
    StoppedClock clock;
    async::Loop loop{"test"};
    OrderDesk desk{Rules(), clock, {.wake = [] {}, .ask = {}, .lost = {}}};
    store::Writer writer;
    ShopDirectory shops;
};

Task<void> make_and_name(Place& place) {
    ShopDirectory& shops = place.shops;
    REQUIRE(shops.only());
    CHECK(shops.only()->id == "main");
    CHECK(shops.only()->name == Bilingual{"All", "All"});
    shop::Shop wanted{.id = "a2-b", .name = {"dul", "Two"}};
    const auto made = co_await shops.create(place.loop, std::move(wanted), {});
    REQUIRE(made);
    CHECK(shops.find("a2-b")->name.en == "Two");
    CHECK_FALSE(shops.only());
    REQUIRE(shops.list().size() == 2);
    CHECK(shops.list()[0]->id == "a2-b");
    CHECK(place.desk.shelves().look("a2-b"));
    const std::uint64_t before = shops.changes();
    shop::Shop named{.id = "main", .name = {"hana", "One"}};
    const auto renamed = co_await shops.rename(place.loop, std::move(named), {});
    REQUIRE(renamed);
    CHECK(shops.find("main")->name.ko == "hana");
    CHECK(shops.changes() == before + 1);
    shop::Shop nowhere{.id = "nowhere", .name = {"a", "b"}};
    const auto lost = co_await shops.rename(place.loop, std::move(nowhere), {});
    CHECK(lost.error().code == Errc::NotFound);
    CHECK_FALSE(shops.find("nowhere"));
    CHECK(place.integer("SELECT COUNT(*) FROM audit WHERE shop = 'a2-b'") == 1);
    CHECK(place.integer("SELECT COUNT(*) FROM audit") == 2);
}

Task<void> refuse(Place& place) {
    const std::string longest(limits::shop_id_bytes_max, 'a');
    for (const std::string id : {"", "-a", "A", "a b", "*", "a/b", "a_b"}) {
        const Errc why = co_await place.why_not(id);
        CHECK_MESSAGE(why == Errc::Config, id);
    }
    const Errc too_long = co_await place.why_not(longest + "a");
    CHECK(too_long == Errc::Config);
    const Errc fits = co_await place.why_not(longest);
    CHECK(fits == Errc::Internal);
    const Errc taken = co_await place.why_not("main");
    CHECK(taken == Errc::Conflict);
}

Task<void> fail_along(Place& place) {
    place.execute("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
    shop::Shop wanted{.id = "second", .name = {"dul", "Two"}};
    const auto made = co_await place.shops.create(place.loop, std::move(wanted), {});
    CHECK_FALSE(made);
    CHECK_FALSE(place.shops.find("second"));
    CHECK_FALSE(place.desk.shelves().look("second"));
    CHECK(place.integer("SELECT COUNT(*) FROM shop") == 1);
}

}  // namespace

TEST_CASE("a shop is made and named, each durable with its deed before it is seen") {
    Place place;
    async::run_to_end(place.loop, make_and_name(place));
    const auto stored = ShopDirectory::load(*place.database).value();
    ShopDirectory again(stored, "All", place.writer, place.desk, place.clock);
    CHECK(again.find("a2-b")->name == Bilingual{"dul", "Two"});
    CHECK(again.find("main")->name.en == "One");
}

TEST_CASE("a shop's id stands in addresses, and is nobody else's") {
    Place place;
    async::run_to_end(place.loop, refuse(place));
}

TEST_CASE("a shop whose deed cannot be recorded is none") {
    Place place;
    async::run_to_end(place.loop, fail_along(place));
}
