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
    async::Task<Reply> list(Call& call);
    async::Task<Reply> get(Call& call);
    async::Task<Reply> add_line(Call& call);
    async::Task<Reply> put_line(Call& call);
    async::Task<Reply> remove_line(Call& call);
    async::Task<Reply> put_coupon(Call& call);
    async::Task<Reply> empty(Call& call);
    async::Task<Reply> change_line(Call& call, std::int64_t sku, std::int64_t quantity,
                                   bool is_more);

    /// Errors: as shop_of()'s.
    Checked<shop::CartOf> whose_cart(const Call& call) const;
    async::Task<Checked<shop::Cart>> read(Call& call);
    /// Errors: 412, when If-Match names another version.
    async::Task<Checked<shop::CartChange>> change_of(Call& call);
    async::Task<Reply> changed(Call& call, store::Writer::Work work);
    async::Task<Reply> reply(Call& call);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
