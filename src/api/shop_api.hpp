#pragma once

#include "api/buying/address_api.hpp"
#include "api/buying/cart_api.hpp"
#include "api/buying/catalogue_api.hpp"
#include "api/buying/holds_api.hpp"
#include "api/buying/orders_api.hpp"
#include "api/buying/payments_api.hpp"
#include "api/shopkeeping/pictures_api.hpp"
#include "api/shopkeeping/studio_deals_api.hpp"
#include "api/shopkeeping/studio_orders_api.hpp"
#include "api/shopkeeping/studio_products_api.hpp"
#include "api/shopkeeping/studio_skus_api.hpp"

namespace shopcast::api {

/// What selling needs beside what all of the API does; everything outlives it.
struct ShopParts {
    shop::Selling& selling;
    shop::PictureShelf& pictures;
};

/// The part of /api/v1 that sells. Lives as long as the routes.
class ShopApi {
public:
    ShopApi(ShopSources sources, const ShopParts& parts, Random& random);
    void add_routes(ApiRoutes& routes);

    /// Renders the stock's snapshots until the loop stops.
    async::Task<void> tend(async::Loop& loop) { return stock_.keep_rendered(loop); }

private:
    StockSnapshots stock_;
    CatalogueApi catalogue_;
    PicturesApi pictures_;
    CartApi cart_;
    AddressApi address_;
    HoldsApi holds_;
    OrdersApi orders_;
    PaymentsApi payments_;
    StudioProductsApi studio_products_;
    StudioSkusApi studio_skus_;
    StudioDealsApi studio_deals_;
    StudioOrdersApi studio_orders_;
};

}  // namespace shopcast::api
