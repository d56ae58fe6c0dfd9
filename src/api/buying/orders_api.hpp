#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/orders/checkout.hpp"

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

    async::Task<Checked<shop::Checkout>> check_out(Call& call, const std::string& key,
                                                   shop::PlaceOrder wanted);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

}  // namespace shopcast::api
