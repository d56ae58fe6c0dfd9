#pragma once

#include <optional>
#include <string>

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "api/shop/shop_sources.hpp"

namespace shopcast::api {

/// A buyer's one saved address. Lives as long as the routes.
class AddressApi {
public:
    explicit AddressApi(ShopSources sources) : sources_(sources) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> get(Ask& ask);
    async::Task<Outcome> put(Ask& ask);
    async::Task<Outcome> remove(Ask& ask);
    async::Task<Checked<std::optional<std::string>>> read(Ask& ask);

    // Constant after construction.
    ShopSources sources_;
};

/// What an address looks like, as JSON text. Errors: 400 invalid_<field>.
Checked<std::string> address_in(Input& in);

}  // namespace shopcast::api
