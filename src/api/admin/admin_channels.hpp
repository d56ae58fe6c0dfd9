#pragma once

#include "api/admin/admin_parts.hpp"
#include "http/router.hpp"

namespace shopcast::api {

/// "shopcast channel ..."
void add_admin_channel_routes(http::Router& router, const AdminParts& parts);

}  // namespace shopcast::api
