#include "shop/orders/ordered_carts.hpp"

#include "shop/orders/cart.hpp"

namespace shopcast::shop {

Result<void> OrderedCarts::append(store::Database& database, const Batch& batch) {
    for (const ChangedOrder& changed : batch.orders) {
        if (!changed.cart_version) continue;
        const CartOf whose{changed.order.account, changed.order.shop};
        auto done = empty_cart(database, {whose, changed.cart_version});
        // Another version by now: the buyer goes on shopping, and it stays.
        if (!done && done.error().code != Errc::Conflict) return done;
    }
    return {};
}

}  // namespace shopcast::shop
