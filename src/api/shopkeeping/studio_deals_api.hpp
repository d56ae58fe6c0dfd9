#pragma once

#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/catalogue/shelf_rows.hpp"

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

}  // namespace shopcast::api
