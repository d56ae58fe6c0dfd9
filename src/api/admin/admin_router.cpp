#include "api/admin/admin_router.hpp"

#include "api/admin/admin_accounts.hpp"
#include "api/admin/admin_channels.hpp"
#include "api/admin/admin_shops.hpp"

namespace shopcast::api {

async::Task<http::Response> answered(async::Task<Reply> work) {
    Reply outcome = co_await std::move(work);
    http::Response response = outcome ? *std::move(outcome) : to_response(outcome.error());
    response.header("Cache-Control", "no-store");
    co_return response;
}

http::Router admin_router(const AdminParts& parts) {
    http::Router router;
    add_admin_channel_routes(router, parts);
    add_admin_account_routes(router, parts);
    add_admin_shop_routes(router, parts);
    return router;
}

}  // namespace shopcast::api
