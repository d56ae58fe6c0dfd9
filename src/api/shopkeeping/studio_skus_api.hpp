#pragma once

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/catalogue/product.hpp"

namespace shopcast::api {

/// What there is to choose of a product, its price and its stock, for those who run a shop. Lives
/// as long as the routes.
class StudioSkusApi {
public:
    explicit StudioSkusApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> add(Call& call);
    async::Task<Reply> change(Call& call);
    async::Task<Reply> stock(Call& call);
    async::Task<Reply> move_stock(Call& call);
    /// The product of ":sku". Errors: 404, also for what is another shop's.
    async::Task<Checked<shop::Product>> find(Call& call);

    // Constant after construction.
    ShopSources sources_;
};

/// What a body says of a sku, over what is known of it. Errors: 400 invalid_<field>.
Checked<shop::Option> option_in(Input& in, shop::Option option);

/// The units of a new sku: "stock" of a body; absent: none. Errors: 400 invalid_stock.
Checked<std::int64_t> units_in(Input& in);
/// Reads a product of ":shop". Errors: 404, also for what is another shop's.
async::Task<Checked<shop::Product>> find_product(const ShopSources& sources, Call& call,
                                                 shop::ProductId id);
/// One more thing to choose of a product, with the units that there are.
async::Task<Checked<shop::SkuId>> make_sku(const ShopSources& sources, Call& call,
                                           const shop::Product& product, shop::Option option,
                                           std::int64_t units);

}  // namespace shopcast::api
