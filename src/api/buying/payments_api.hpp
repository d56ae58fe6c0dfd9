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
    async::Task<Outcome> payment(Ask& ask);
    async::Task<Outcome> stripe_webhook(Ask& ask);

    // Constant after construction.
    ShopSources sources_;
};

}  // namespace shopcast::api
