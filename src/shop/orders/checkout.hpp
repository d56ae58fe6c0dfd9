#pragma once

#include <map>
#include <string_view>

#include "shop/core/command.hpp"
#include "shop/orders/cart.hpp"
#include "shop/orders/order_pages.hpp"

namespace shopcast::shop {

/// What a request for an order stands for at one moment.
struct Checkout {
    enum class Lacks : std::uint8_t {
        Nothing,
        CartAsSeen,  ///< It has another version by now.
        Lines,       ///< The cart is empty.
        Address,     ///< None was sent, and none is saved.
    };
    Lacks lacks = Lacks::Nothing;
    PlaceOrder order;
    std::map<SkuId, SkuPage> pages;  ///< Of the order's lines.
};

/// `wanted` as it was sent: without lines it is the cart of that version, at the prices which that
/// shows now; without an address it goes to the saved one. When `key` has made an order before,
/// nothing is looked up, for the cart was emptied by it: the desk answers by the key alone.
Result<Checkout> read_checkout(store::Database& database, const CartOf& whose, std::string_view key,
                               PlaceOrder wanted, const Rules& rules, WallTime now);

/// The page of an order that has just been made, from what was known before and decided then: what
/// find_order_page() would say of it.
OrderPage page_of_placed(const PlacedOrder& placed, const Checkout& checkout);

}  // namespace shopcast::shop
