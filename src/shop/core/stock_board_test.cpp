#include "shop/core/stock_board.hpp"

#include <doctest/doctest.h>

using namespace shopcast::shop;

TEST_CASE("sold out is what nobody holds and nothing is left of") {
    StockBoard board;
    const auto look = [&](Counters counters) {
        board.show(PoolId(7), counters);
        return board.look(PoolId(7)).value();
    };
    CHECK(look({.on_hand = 3}).available == 3);
    CHECK_FALSE(look({.on_hand = 3}).are_some_held);
    CHECK_FALSE(look({.on_hand = 1}).is_sold_out());
    CHECK(look({.on_hand = 3, .held = 1}).available == 2);
    CHECK(look({.on_hand = 3, .held = 1}).are_some_held);
    CHECK_FALSE(look({.on_hand = 3, .held = 1}).is_sold_out());
    CHECK_FALSE(look({.on_hand = 1, .held = 1}).is_sold_out());
    CHECK(look({.on_hand = 1, .held = 1}).available == 0);
    CHECK(look({.on_hand = 2, .sold = 2}).is_sold_out());
    CHECK(look({}).is_sold_out());
}

TEST_CASE("no pool has the number 0") {
    StockBoard board;
    board.show(PoolId(1), {.on_hand = 1});
    CHECK_FALSE(board.look(PoolId(0)));
    CHECK_FALSE(board.look(PoolId(2)));
}
