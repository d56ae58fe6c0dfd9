#pragma once

#include "api/input.hpp"
#include "api/routes.hpp"
#include "api/shop_sources.hpp"
#include "shop/cart.hpp"
#include "shop/order_pages.hpp"

namespace shopcast::api {

/// Holds and orders of their buyer. Lives as long as the routes.
class OrdersApi {
public:
    OrdersApi(ShopSources sources, Random& random) : sources_(sources), random_(random) {}
    void add_routes(ApiRoutes& routes);

private:
    net::Task<Outcome> holds(Ask& ask);
    net::Task<Outcome> hold(Ask& ask);
    net::Task<Outcome> let_go(Ask& ask);

    net::Task<Outcome> place(Ask& ask);
    net::Task<Outcome> list(Ask& ask);
    net::Task<Outcome> one(Ask& ask);
    net::Task<Outcome> cancel(Ask& ask);
    net::Task<Outcome> payment(Ask& ask);
    net::Task<Outcome> stripe_webhook(Ask& ask);

    /// Errors: 409 no_orders: nobody would move the money.
    Checked<void> check_takes_orders() const;
    /// The caller's Idempotency-Key, or one that nobody else has.
    std::string key_of(const Ask& ask);
    net::Task<Checked<shop::PlaceOrder>> cart_order(Ask& ask, std::int64_t version);
    net::Task<Checked<std::string>> ship_to(Ask& ask, Input& in);
    net::Task<Checked<std::optional<shop::KeyedOrder>>> made_before(Ask& ask,
                                                                    const std::string& key);
    /// Errors: 404 order_not_found, also of somebody else's.
    net::Task<Checked<shop::OrderPage>> own_order(Ask& ask, shop::OrderId id);
    net::Task<Outcome> order_reply(Ask& ask, shop::OrderId id, int status);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

/// Reads an order for whoever may see it. Errors: 404 order_not_found where `may_see` says no.
net::Task<Checked<shop::OrderPage>> find_order(const ShopSources& sources, Ask& ask,
                                               shop::OrderId id);
/// The filter of a list of orders: page and state. Errors: 400.
Checked<shop::OrderFilter> order_filter_of(const Ask& ask);
/// Takes the one too many off and says where the next page begins.
std::optional<std::string> next_order(std::vector<shop::OrderSummary>& orders, std::size_t limit);

}  // namespace shopcast::api
