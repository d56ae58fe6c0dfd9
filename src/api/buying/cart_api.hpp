#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/orders/cart.hpp"

namespace shopcast::api {

/// A buyer's cart. Lives as long as the routes.
class CartApi {
public:
    explicit CartApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> get(Ask& ask);
    async::Task<Outcome> add_line(Ask& ask);
    async::Task<Outcome> put_line(Ask& ask);
    async::Task<Outcome> remove_line(Ask& ask);
    async::Task<Outcome> put_coupon(Ask& ask);
    async::Task<Outcome> empty(Ask& ask);
    async::Task<Outcome> change_line(Ask& ask, std::int64_t sku, std::int64_t quantity,
                                     bool is_more);

    async::Task<Checked<shop::Cart>> read(Ask& ask);
    /// Errors: 412, when If-Match names another version.
    async::Task<Checked<shop::CartChange>> change_of(Ask& ask);
    async::Task<Outcome> changed(Ask& ask, store::Writer::Work work);
    async::Task<Outcome> reply(Ask& ask);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
