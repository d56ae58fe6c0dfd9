#pragma once

#include <functional>

#include "api/frame/routes.hpp"
#include "people/people.hpp"
#include "shop/catalogue/shop_directory.hpp"

namespace shopcast::api {

/// Who is there, signing in, up and out, and the first admin. `people` and `shops` outlive the
/// routes; `on_setup_done` is called, on any thread, when there is an admin.
void add_session_routes(ApiRoutes& routes, people::People& people, const shop::ShopDirectory& shops,
                        std::function<void()> on_setup_done);

}  // namespace shopcast::api
