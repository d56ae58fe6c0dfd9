#pragma once

#include "api/admin/admin_parts.hpp"
#include "http/router.hpp"

namespace shopcast::api {

/// "shopcast shop ..."
void add_admin_shop_routes(http::Router& router, const AdminParts& parts);

}  // namespace shopcast::api
