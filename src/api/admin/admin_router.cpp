#include "api/admin/admin_router.hpp"

#include "api/admin/admin_accounts.hpp"
#include "api/admin/admin_channels.hpp"

namespace shopcast::api {

http::Router admin_router(const AdminParts& parts) {
    http::Router router;
    add_admin_channel_routes(router, parts);
    add_admin_account_routes(router, parts);
    return router;
}

}  // namespace shopcast::api
