#pragma once

#include "api/frame/routes.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// Who has which role in a shop ("*": in the whole server).
void add_roles_routes(ApiRoutes& routes, people::People& people);

}  // namespace shopcast::api
