#pragma once

#include "api/admin/admin_parts.hpp"
#include "http/router.hpp"

namespace shopcast::api {

/// "shopcast account ..." and "shopcast setup-link"
void add_admin_account_routes(http::Router& router, const AdminParts& parts);

}  // namespace shopcast::api
