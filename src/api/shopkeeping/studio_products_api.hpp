#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/product.hpp"

namespace shopcast::api {

/// Categories, products, skus and their stock, for those who run a shop. Lives as long as the
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

    // studio_skus_api.cpp
    async::Task<Outcome> add_sku(Ask& ask);
    async::Task<Outcome> change_sku(Ask& ask);
    async::Task<Outcome> stock(Ask& ask);
    async::Task<Outcome> move_stock(Ask& ask);
    void add_sku_routes(ApiRoutes& routes);

    /// Errors: 404, also for what is another shop's.
    async::Task<Checked<shop::Product>> find(Ask& ask, shop::ProductId id);
    async::Task<Checked<shop::Product>> find_with_sku(Ask& ask);
    async::Task<Checked<shop::ProductId>> put(Ask& ask, shop::Product product);
    /// The skus' own names follow their product's.
    async::Task<Checked<void>> rename_skus(Ask& ask, const shop::Product& product);
    async::Task<Checked<shop::SkuId>> make_sku(Ask& ask, const shop::Product& product,
                                               shop::Option option, std::int64_t units);

    // Constant after construction.
    ShopSources sources_;
};

/// What a body says of a sku, over what is known of it. Errors: 400 invalid_<field>.
Checked<shop::Option> option_in(Input& in, shop::Option option);

}  // namespace shopcast::api
