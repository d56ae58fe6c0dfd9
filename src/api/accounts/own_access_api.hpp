#pragma once

#include "api/frame/routes.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// What opens one's own account: sessions, two-step sign-in, API tokens.
void add_own_access_routes(ApiRoutes& routes, people::People& people);

}  // namespace shopcast::api
