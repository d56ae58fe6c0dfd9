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
    async::Task<Reply> get(Call& call);
    async::Task<Reply> put(Call& call);
    async::Task<Reply> remove(Call& call);
    async::Task<Checked<std::optional<std::string>>> read(Call& call);

    // Constant after construction.
    ShopSources sources_;
};

/// What an address looks like, as JSON text. Errors: 400 invalid_<field>.
Checked<std::string> address_in(Input& in);

}  // namespace shopcast::api
