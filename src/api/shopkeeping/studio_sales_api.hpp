#pragma once

#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/order_pages.hpp"
#include "shop/shelf.hpp"

namespace shopcast::api {

/// Deals and coupons, for those who run a shop. Lives as long as the routes.
class StudioDealsApi {
public:
    explicit StudioDealsApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> list(Ask& ask);
    async::Task<Outcome> create(Ask& ask);
    async::Task<Outcome> start(Ask& ask);
    async::Task<Outcome> end(Ask& ask);
    async::Task<Outcome> coupons(Ask& ask);
    async::Task<Outcome> create_coupon(Ask& ask);
    async::Task<Checked<shop::ShelfDeal>> find(Ask& ask, shop::DealId id);

    // Constant after construction.
    ShopSources sources_;
};

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

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
