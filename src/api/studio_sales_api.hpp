#pragma once

#include "api/routes.hpp"
#include "api/shop_sources.hpp"
#include "shop/order_pages.hpp"
#include "shop/shelf.hpp"

namespace shopcast::api {

/// Deals and coupons, for those who run a shop. Lives as long as the routes.
class StudioDealsApi {
public:
    explicit StudioDealsApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    net::Task<Outcome> list(Ask& ask);
    net::Task<Outcome> create(Ask& ask);
    net::Task<Outcome> start(Ask& ask);
    net::Task<Outcome> end(Ask& ask);
    net::Task<Outcome> coupons(Ask& ask);
    net::Task<Outcome> create_coupon(Ask& ask);
    net::Task<Checked<shop::ShelfDeal>> find(Ask& ask, shop::DealId id);

    // Constant after construction.
    ShopSources sources_;
};

/// Orders, refunds and what was sold, for those who run a shop. Lives as long as the routes.
class StudioOrdersApi {
public:
    explicit StudioOrdersApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    net::Task<Outcome> list(Ask& ask);
    net::Task<Outcome> one(Ask& ask);
    net::Task<Outcome> cancel(Ask& ask);
    net::Task<Outcome> refund(Ask& ask);
    net::Task<Outcome> advance(Ask& ask);
    net::Task<Outcome> sales(Ask& ask);
    /// Errors: 404, also for another shop's.
    net::Task<Checked<shop::OrderPage>> find(Ask& ask);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
