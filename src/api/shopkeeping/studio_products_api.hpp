#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "audit/deed.hpp"
#include "shop/catalogue/product.hpp"

namespace shopcast::api {

/// Categories and products, for those who run a shop. Lives as long as the
/// routes.
class StudioProductsApi {
public:
    explicit StudioProductsApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> put_category(Call& call);
    async::Task<Reply> list(Call& call);
    async::Task<Reply> create(Call& call);
    async::Task<Reply> one(Call& call);
    async::Task<Reply> change(Call& call);

    async::Task<Checked<shop::ProductId>> put(Call& call, shop::Product product, audit::Deed deed);
    /// The skus' own names follow their product's.
    async::Task<Checked<void>> rename_skus(Call& call, const shop::Product& product);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
