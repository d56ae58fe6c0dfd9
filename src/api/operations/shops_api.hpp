#pragma once

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <memory>

#include "api/frame/input.hpp"
#include "api/frame/routes.hpp"
#include "base/mutex.hpp"
#include "http/response.hpp"
#include "shop/catalogue/shop_directory.hpp"

namespace shopcast::api {

/// Which shops there are: for everybody, and for those who make and name them. Lives as long as the
/// routes.
class ShopsApi {
public:
    explicit ShopsApi(shop::ShopDirectory& shops) : shops_(shops) {}
    void add_routes(ApiRoutes& routes);

private:
    Reply list() const;
    /// Rendered once for each change.
    http::Response list_for_all();
    async::Task<Reply> create(Call& call);
    async::Task<Reply> rename(Call& call);

    // Constant after construction.
    shop::ShopDirectory& shops_;

    Mutex mutex_;
    std::uint64_t rendered_at_ GUARDED_BY(mutex_) = 0;  ///< Of the shops' changes.
    Bytes body_ GUARDED_BY(mutex_);
    std::shared_ptr<const http::HeaderBlock> block_ GUARDED_BY(mutex_);
};

/// {"shops": [{"id", "name"}]}
boost::json::object shops_json(const shop::ShopDirectory& shops);
/// A shop's name in both languages, of a body. Errors: 400 invalid_name.
Checked<shop::Bilingual> shop_name_in(Input& in);
/// Why a shop is not made or named.
Problem shop_problem(const Error& error);

}  // namespace shopcast::api
