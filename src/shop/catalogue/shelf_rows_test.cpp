#include "shop/catalogue/shelf_rows.hpp"

#include <doctest/doctest.h>

#include "shop/core/stock_shelves.hpp"
#include "shop/ledger/books_for_tests.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

Deal a_deal(std::int64_t id, std::int64_t price, DealState state = DealState::Running) {
    return {.id = DealId(id),
            .sku = SkuId(1),
            .price = {price, Currency::Usd},
            .quantity = 11,
            .per_account_max = 5,
            .starts_at = opening + 10s,
            .ends_at = opening + 20s,
            .state = state};
}

Coupon a_coupon(std::int64_t id, const std::string& code) {
    return {.id = CouponId(id),
            .shop = "shop",
            .code = code,
            .percent_off = 12,
            .minor_off = 13,
            .minimum_minor = 14,
            .per_account_max = 15,
            .ends_at = opening + 30s};
}

/// Two skus of "shop", one of "main", deals and coupons, each with counters of its own.
void fill(Books& books) {
    Batch batch;
    batch.skus.insert(a_sku(1));
    batch.skus.insert(a_sku(2));
    Sku other = a_sku(3);
    other.shop = "main";
    other.on_sale = true;
    batch.skus.insert(other);
    batch.deals.insert(a_deal(10, 900));
    batch.deals.insert(a_deal(11, 800, DealState::Ended));
    batch.deals.insert(a_deal(12, 700, DealState::Scheduled));
    batch.coupons.insert(a_coupon(20, "A"));
    batch.coupons.insert(a_coupon(21, "B"));
    for (const std::int64_t pool : {1, 2, 3, 10, 11, 12, 20, 21}) {
        batch.counters[PoolId(pool)] = {.on_hand = 100 + pool, .held = pool, .sold = 40};
    }
    REQUIRE(books.commit(batch));
}

std::string ids(const std::vector<ShelfDeal>& deals) {
    std::string out;
    for (const ShelfDeal& one : deals) out += std::to_string(one.deal.id.value) + ' ';
    return out;
}

}  // namespace

TEST_CASE("a pool is low from five units on, and gone when none are left") {
    const auto state = [](std::int64_t available, std::int64_t held) {
        return state_of({.on_hand = available + held + 3, .held = held, .sold = 3});
    };
    CHECK(state(limits::low_stock_units + 1, 0) == StockState::Available);
    CHECK(state(limits::low_stock_units, 0) == StockState::Low);
    CHECK(state(1, 9) == StockState::Low);
    CHECK(state(0, 1) == StockState::AllHeld);
    CHECK(state(0, 0) == StockState::SoldOut);
    const ShelfSku withdrawn{.sku = {.on_sale = false}, .stock = {.on_hand = 9}};
    CHECK(withdrawn.state() == StockState::Off);
    const ShelfSku there{.sku = {.on_sale = true}, .stock = {.on_hand = 9}};
    CHECK(there.state() == StockState::Available);
}

TEST_CASE("the states of stock are the words of the pages") {
    CHECK(to_string(StockState::Available) == "available");
    CHECK(to_string(StockState::Low) == "low");
    CHECK(to_string(StockState::AllHeld) == "held");
    CHECK(to_string(StockState::SoldOut) == "sold_out");
    CHECK(to_string(StockState::Off) == "off");
}

TEST_CASE("of several running deals the cheapest is shown, the older of equals") {
    Shelf shelf;
    const auto add = [&](const Deal& deal) {
        shelf.deals.push_back({.deal = deal, .shop = {}, .was = {}, .sku_name = {}, .stock = {}});
    };
    CHECK(shelf.running_deal(SkuId(1)) == nullptr);
    add(a_deal(10, 900, DealState::Scheduled));
    CHECK(shelf.running_deal(SkuId(1)) == nullptr);
    add(a_deal(11, 800));
    add(a_deal(12, 700));
    add(a_deal(13, 700));
    add(a_deal(14, 100, DealState::Ended));
    Deal other = a_deal(15, 50);
    other.sku = SkuId(2);
    add(other);
    REQUIRE(shelf.running_deal(SkuId(1)) != nullptr);
    CHECK(shelf.running_deal(SkuId(1))->deal.id == DealId(12));
    CHECK(shelf.running_deal(SkuId(2))->deal.id == DealId(15));
    CHECK(shelf.running_deal(SkuId(3)) == nullptr);
}

TEST_CASE("every shop has a shelf, with its skus and what is or will be a deal") {
    Books books;
    books.execute("INSERT INTO shop(id) VALUES ('empty')");
    fill(books);
    StockShelves shelves;
    CHECK_FALSE(shelves.look("shop"));
    shelves.replace(books.read());
    REQUIRE(shelves.look("empty"));
    CHECK(shelves.look("empty")->shelf.skus.empty());
    const Shelf shelf = shelves.look("shop")->shelf;
    REQUIRE(shelf.skus.size() == 2);
    CHECK(shelf.skus[0].sku.price.minor == a_sku(1).price.minor);
    CHECK(text_of(shelf.skus[0].stock) == "101/1/40");
    CHECK(shelf.skus[1].sku.id == SkuId(2));
    CHECK(ids(shelf.deals) == "10 12 ");
    const Shelf main = shelves.look("main")->shelf;
    REQUIRE(main.skus.size() == 1);
    CHECK(main.skus[0].sku.on_sale);
    CHECK(main.deals.empty());
    CHECK(shelf.find(SkuId(2))->sku.id == SkuId(2));
    CHECK(shelf.find(SkuId(3)) == nullptr);
    CHECK_FALSE(shelves.look("nowhere"));
}

TEST_CASE("a shelf of some skus has those of the shop and their deals alone") {
    Books books;
    fill(books);
    const Shelf shelf =
        read_shelf(*books.database, "shop", {SkuId(2), SkuId(3), SkuId(9), SkuId(1)}).value();
    REQUIRE(shelf.skus.size() == 2);
    CHECK(shelf.skus[0].sku.id == SkuId(2));
    CHECK(shelf.skus[1].sku.id == SkuId(1));
    CHECK(ids(shelf.deals) == "10 12 ");
    CHECK(read_shelf(*books.database, "shop", {SkuId(2)}).value().deals.empty());
    CHECK(read_shelf(*books.database, "shop", {}).value().skus.empty());
}

TEST_CASE("deals are listed newest first, page by page") {
    Books books;
    fill(books);
    const auto list = [&](const char* shop, std::int64_t behind, std::size_t count) {
        return list_deals(*books.database, {shop, DealId(behind), count}).value();
    };
    CHECK(ids(list("shop", 0, 9)) == "12 11 10 ");
    CHECK(ids(list("shop", 0, 2)) == "12 11 ");
    CHECK(ids(list("shop", 11, 2)) == "10 ");
    CHECK(ids(list("main", 0, 9)).empty());
    const ShelfDeal deal = list("shop", 0, 9).at(2);
    CHECK(text_of(deal.deal) == text_of(a_deal(10, 900)));
    CHECK(deal.shop == "shop");
    CHECK(deal.was == Money{1'200, Currency::Usd});
    CHECK(deal.sku_name == "name");
    CHECK(text_of(deal.stock) == "110/10/40");
    CHECK(find_deal(*books.database, DealId(11)).value()->deal.state == DealState::Ended);
    CHECK_FALSE(find_deal(*books.database, DealId(13)).value());
}

TEST_CASE("coupons are listed newest first and found by their shop's code") {
    Books books;
    fill(books);
    const auto coupons = list_coupons(*books.database, "shop").value();
    REQUIRE(coupons.size() == 2);
    CHECK(text_of(coupons[0].coupon) == text_of(a_coupon(21, "B")));
    CHECK(text_of(coupons[0].quota) == "121/21/40");
    CHECK(list_coupons(*books.database, "main").value().empty());
    CHECK(text_of(find_coupon(*books.database, "shop", "A").value()->coupon) ==
          text_of(a_coupon(20, "A")));
    CHECK_FALSE(find_coupon(*books.database, "shop", "C").value());
    CHECK_FALSE(find_coupon(*books.database, "main", "A").value());
}

TEST_CASE("a sku is found with its counters") {
    Books books;
    fill(books);
    const auto found = find_sku(*books.database, SkuId(2)).value();
    REQUIRE(found);
    CHECK(text_of(found->sku) == text_of(a_sku(2)));
    CHECK(text_of(found->stock) == "102/2/40");
    CHECK_FALSE(find_sku(*books.database, SkuId(4)).value());
}

TEST_CASE("a pool's log is read newest first, page by page") {
    Books books;
    Batch batch;
    batch.moves = {{5, PoolId(1), 10, 0, MoveReason::Received, 0, opening},
                   {6, PoolId(2), 20, 0, MoveReason::Received, 0, opening},
                   {7, PoolId(1), -2, -3, MoveReason::Shipped, 44, opening + 5s},
                   {8, PoolId(1), 0, 4, MoveReason::Sold, 45, opening + 6s}};
    REQUIRE(books.commit(batch));
    const auto moves = list_moves(*books.database, PoolId(1), 0, 9).value();
    REQUIRE(moves.size() == 3);
    CHECK(moves[0].number == 8);
    CHECK(moves[1].number == 7);
    CHECK(moves[1].pool == PoolId(1));
    CHECK(moves[1].on_hand == -2);
    CHECK(moves[1].sold == -3);
    CHECK(moves[1].reason == MoveReason::Shipped);
    CHECK(moves[1].subject == 44);
    CHECK(moves[1].at == opening + 5s);
    CHECK(moves[2].subject == 0);
    CHECK(list_moves(*books.database, PoolId(1), 8, 1).value().at(0).number == 7);
    CHECK(list_moves(*books.database, PoolId(1), 7, 9).value().size() == 1);
    books.execute("UPDATE stock_move SET reason = 'LOST'");
    CHECK(list_moves(*books.database, PoolId(1), 0, 9).error().message == "a reason that is none");
}

TEST_CASE("a price or a state that cannot be read is an error, not another one") {
    Books books;
    fill(books);
    books.execute("UPDATE deal SET state = 'GONE'");
    CHECK(find_deal(*books.database, DealId(10)).error().message == "a state that is none: GONE");
    books.execute("UPDATE sku SET currency = ''");
    CHECK(find_sku(*books.database, SkuId(1)).error().message == "a currency that is none");
}
