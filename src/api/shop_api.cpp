#include "api/shop_api.hpp"

namespace shopcast::api {

ShopApi::ShopApi(ShopSources sources, const ShopParts& parts, Random& random)
    : stock_(sources),
      catalogue_(sources, stock_),
      pictures_(sources, parts.pictures),
      cart_(sources),
      address_(sources),
      holds_(sources, random),
      orders_(sources, random),
      payments_(sources),
      studio_products_(sources),
      studio_skus_(sources),
      studio_deals_(sources),
      studio_orders_(sources) {}

void ShopApi::add_routes(ApiRoutes& routes) {
    catalogue_.add_routes(routes);
    pictures_.add_routes(routes);
    cart_.add_routes(routes);
    address_.add_routes(routes);
    holds_.add_routes(routes);
    orders_.add_routes(routes);
    payments_.add_routes(routes);
    studio_products_.add_routes(routes);
    studio_skus_.add_routes(routes);
    studio_deals_.add_routes(routes);
    studio_orders_.add_routes(routes);
}

}  // namespace shopcast::api
