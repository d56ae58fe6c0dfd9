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
    async::Task<Reply> place(Call& call);
    async::Task<Reply> list(Call& call);
    async::Task<Reply> one(Call& call);
    async::Task<Reply> cancel(Call& call);

    async::Task<Checked<shop::PlaceOrder>> cart_order(Call& call, std::int64_t version);
    async::Task<Checked<std::string>> ship_to(Call& call, Input& in);
    async::Task<Checked<std::optional<shop::KeyedOrder>>> made_before(Call& call,
                                                                      const std::string& key);
    async::Task<Reply> order_reply(Call& call, shop::OrderId id, int status);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

}  // namespace shopcast::api
