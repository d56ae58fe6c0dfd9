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
    async::Task<Reply> list(Call& call);
    async::Task<Reply> create(Call& call);
    async::Task<Reply> start(Call& call);
    async::Task<Reply> end(Call& call);
    async::Task<Reply> coupons(Call& call);
    async::Task<Reply> create_coupon(Call& call);
    async::Task<Checked<shop::ShelfDeal>> find(Call& call, shop::DealId id);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
