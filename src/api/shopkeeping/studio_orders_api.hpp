#pragma once

#include <boost/json/object.hpp>

#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/orders/order_pages.hpp"

namespace shopcast::api {

/// Orders, refunds and what was sold, for those who run a shop. Lives as long as the routes.
class StudioOrdersApi {
public:
    explicit StudioOrdersApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> list(Call& call);
    async::Task<Reply> one(Call& call);
    async::Task<Reply> cancel(Call& call);
    async::Task<Reply> refund(Call& call);
    async::Task<Reply> advance(Call& call);
    async::Task<Reply> sales(Call& call);
    /// Errors: 404, also for another shop's.
    async::Task<Checked<shop::OrderPage>> find(Call& call);
    async::Task<Checked<boost::json::object>> shown(Call& call);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
