#pragma once

#include "api/buying/stock_snapshots.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/catalogue/product.hpp"

namespace shopcast::api {

/// What anybody may look at: categories, products, the stock of now. Lives as long as the routes.
class CatalogueApi {
public:
    CatalogueApi(ShopSources sources, const StockSnapshots& stock)
        : sources_(sources), stock_(stock) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> categories(Call& call);
    async::Task<Reply> list(Call& call);
    async::Task<Reply> one(Call& call);
    Reply stock(Call& call) const;

    // Constant after construction.
    ShopSources sources_;
    const StockSnapshots& stock_;
};

/// The filter that a list's query asks for; one more than the page, to know whether there is
/// another. Errors: 400.
Checked<shop::ProductFilter> product_filter_of(const Call& call, std::string shop);
/// Takes the one too many off and says where the next page begins.
std::optional<std::string> next_product(std::vector<shop::Product>& products, std::size_t limit);

}  // namespace shopcast::api
