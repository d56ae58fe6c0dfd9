#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/orders/cart.hpp"
#include "shop/orders/order_pages.hpp"

namespace shopcast::api {

/// A buyer's orders. Lives as long as the routes.
class OrdersApi {
public:
    OrdersApi(ShopSources sources, Random& random) : sources_(sources), random_(random) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> place(Ask& ask);
    async::Task<Outcome> list(Ask& ask);
    async::Task<Outcome> one(Ask& ask);
    async::Task<Outcome> cancel(Ask& ask);

    async::Task<Checked<shop::PlaceOrder>> cart_order(Ask& ask, std::int64_t version);
    async::Task<Checked<std::string>> ship_to(Ask& ask, Input& in);
    async::Task<Checked<std::optional<shop::KeyedOrder>>> made_before(Ask& ask,
                                                                      const std::string& key);
    async::Task<Outcome> order_reply(Ask& ask, shop::OrderId id, int status);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

}  // namespace shopcast::api
