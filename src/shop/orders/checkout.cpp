#include "shop/orders/checkout.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

Result<bool> has_made_an_order(Database& database, const AccountId& account, std::string_view key) {
    Statement query = TRY(database.prepare("SELECT 1 FROM orders WHERE account = ? AND key = ?"));
    return query.bind(account.value).bind(key).step();
}

Result<Checkout::Lacks> take_cart(Database& database, const CartOf& whose, PlaceOrder& order,
                                  const Rules& rules, WallTime now) {
    const Cart cart = TRY(read_cart(database, whose, rules, now));
    if (cart.version != order.cart_version) return Checkout::Lacks::CartAsSeen;
    if (cart.lines.empty()) return Checkout::Lacks::Lines;
    order.coupon_code = cart.coupon;
    for (const CartLine& line : cart.lines) {
        order.lines.push_back({line.sku, line.deal, line.quantity});
    }
    return Checkout::Lacks::Nothing;
}

}  // namespace

Result<Checkout> read_checkout(Database& database, const CartOf& whose, std::string_view key,
                               PlaceOrder wanted, const Rules& rules, WallTime now) {
    Checkout checkout{.order = std::move(wanted), .pages = {}};
    PlaceOrder& order = checkout.order;
    if (TRY(has_made_an_order(database, whose.account, key))) return checkout;
    if (order.cart_version) {
        checkout.lacks = TRY(take_cart(database, whose, order, rules, now));
        if (checkout.lacks != Checkout::Lacks::Nothing) return checkout;
    }
    if (order.ship_to.empty()) {
        auto saved = TRY(read_address(database, whose.account));
        if (!saved) checkout.lacks = Checkout::Lacks::Address;
        if (saved) order.ship_to = *std::move(saved);
    }
    for (const WantedLine& line : order.lines) {
        if (checkout.pages.contains(line.sku)) continue;
        checkout.pages[line.sku] = TRY(page_of(database, line.sku));
    }
    return checkout;
}

OrderPage page_of_placed(const PlacedOrder& placed, const Checkout& checkout) {
    return {.order = placed.order,
            .coupon = checkout.order.coupon_code,
            .history = placed.history,
            .refunds = {},
            .pages = checkout.pages};
}

}  // namespace shopcast::shop
