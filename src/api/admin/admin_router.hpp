#pragma once

#include "api/admin/admin_parts.hpp"
#include "http/router.hpp"

namespace shopcast::api {

/// What the command line asks over the unix socket. Only the server's own user can open it, so
/// whoever does may do everything: it is how the first accounts come to be, and the way back in
/// when nobody can sign in any more.
http::Router admin_router(const AdminParts& parts);

}  // namespace shopcast::api
