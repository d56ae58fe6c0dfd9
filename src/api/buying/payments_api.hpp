#pragma once

#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"

namespace shopcast::api {

/// Paying in the page, and what the provider reports about it. Lives as long as the routes.
class PaymentsApi {
public:
    explicit PaymentsApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> payment(Call& call);
    async::Task<Reply> stripe_webhook(Call& call);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
