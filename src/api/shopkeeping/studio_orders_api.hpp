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
    async::Task<Outcome> list(Ask& ask);
    async::Task<Outcome> one(Ask& ask);
    async::Task<Outcome> cancel(Ask& ask);
    async::Task<Outcome> refund(Ask& ask);
    async::Task<Outcome> advance(Ask& ask);
    async::Task<Outcome> sales(Ask& ask);
    /// Errors: 404, also for another shop's.
    async::Task<Checked<shop::OrderPage>> find(Ask& ask);
    async::Task<Checked<boost::json::object>> shown(Ask& ask);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
