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
    async::Task<Outcome> put_category(Ask& ask);
    async::Task<Outcome> list(Ask& ask);
    async::Task<Outcome> create(Ask& ask);
    async::Task<Outcome> one(Ask& ask);
    async::Task<Outcome> change(Ask& ask);

    async::Task<Checked<shop::ProductId>> put(Ask& ask, shop::Product product, audit::Deed deed);
    /// The skus' own names follow their product's.
    async::Task<Checked<void>> rename_skus(Ask& ask, const shop::Product& product);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
