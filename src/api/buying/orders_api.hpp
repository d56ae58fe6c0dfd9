#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/cart.hpp"
#include "shop/order_pages.hpp"

namespace shopcast::api {

/// Holds and orders of their buyer. Lives as long as the routes.
class OrdersApi {
public:
    OrdersApi(ShopSources sources, Random& random) : sources_(sources), random_(random) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> holds(Ask& ask);
    async::Task<Outcome> hold(Ask& ask);
    async::Task<Outcome> let_go(Ask& ask);

    async::Task<Outcome> place(Ask& ask);
    async::Task<Outcome> list(Ask& ask);
    async::Task<Outcome> one(Ask& ask);
    async::Task<Outcome> cancel(Ask& ask);
    async::Task<Outcome> payment(Ask& ask);
    async::Task<Outcome> stripe_webhook(Ask& ask);

    /// Errors: 409 no_orders: nobody would move the money.
    Checked<void> check_takes_orders() const;
    /// The caller's Idempotency-Key, or one that nobody else has.
    std::string key_of(const Ask& ask);
    async::Task<Checked<shop::PlaceOrder>> cart_order(Ask& ask, std::int64_t version);
    async::Task<Checked<std::string>> ship_to(Ask& ask, Input& in);
    async::Task<Checked<std::optional<shop::KeyedOrder>>> made_before(Ask& ask,
                                                                      const std::string& key);
    /// Errors: 404 order_not_found, also of somebody else's.
    async::Task<Checked<shop::OrderPage>> own_order(Ask& ask, shop::OrderId id);
    async::Task<Outcome> order_reply(Ask& ask, shop::OrderId id, int status);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

/// Reads an order for whoever may see it. Errors: 404 order_not_found where `may_see` says no.
async::Task<Checked<shop::OrderPage>> find_order(const ShopSources& sources, Ask& ask,
                                                 shop::OrderId id);
/// The filter of a list of orders: page and state. Errors: 400.
Checked<shop::OrderFilter> order_filter_of(const Ask& ask);
/// Takes the one too many off and says where the next page begins.
std::optional<std::string> next_order(std::vector<shop::OrderSummary>& orders, std::size_t limit);

}  // namespace shopcast::api
