#pragma once

#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"

namespace shopcast::api {

/// "Buy now": units kept for their buyer for a few minutes. Lives as long as the routes.
class HoldsApi {
public:
    HoldsApi(ShopSources sources, Random& random) : sources_(sources), random_(random) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> list(Call& call);
    async::Task<Reply> hold(Call& call);
    async::Task<Reply> let_go(Call& call);

    // Constant after construction.
    ShopSources sources_;
    Random& random_;
};

}  // namespace shopcast::api
