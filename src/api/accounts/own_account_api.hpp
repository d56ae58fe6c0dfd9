#pragma once

#include "api/frame/routes.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// One's own account: profile, password, deletion, and the links that were mailed for them.
void add_own_account_routes(ApiRoutes& routes, people::People& people);

}  // namespace shopcast::api
