#include "shop/core/seen_keys.hpp"

#include <doctest/doctest.h>

#include <string>

#include "shop/core/stock_board.hpp"

using namespace shopcast::shop;

TEST_CASE("a key that was seen is never denied, and few others are taken for one") {
    SeenKeys seen;
    const auto account = [](int i) { return AccountId("acc_" + std::to_string(i)); };
    constexpr int keys = 200'000;
    for (int i = 0; i < keys; ++i) seen.add(account(i % 1000), "key " + std::to_string(i));
    int denied = 0;
    int alarms = 0;
    for (int i = 0; i < keys; ++i) {
        const std::string key = "key " + std::to_string(i);
        denied += seen.may_have(account(i % 1000), key) ? 0 : 1;
        alarms += seen.may_have(account(i % 1000 + 1), key) ? 1 : 0;
    }
    CHECK(denied == 0);
    CHECK(alarms < keys / 1000);
}

TEST_CASE("the board shows each pool, however many there are") {
    StockBoard board;
    CHECK_FALSE(board.look(PoolId(1)));
    for (std::int64_t pool = 1; pool <= 50'000; ++pool) {
        board.show(PoolId(pool), {.on_hand = pool, .held = pool % 2});
    }
    for (std::int64_t pool = 1; pool <= 50'000; ++pool) {
        const auto entry = board.look(PoolId(pool));
        REQUIRE(entry);
        CHECK(entry->available == pool - pool % 2);
        CHECK(entry->are_some_held == (pool % 2 != 0));
    }
    CHECK_FALSE(board.look(PoolId(50'001)));
    CHECK_FALSE(board.look(PoolId()));
    board.show(PoolId(7), {.on_hand = 7, .sold = 7});
    CHECK(board.look(PoolId(7))->is_sold_out());
}
