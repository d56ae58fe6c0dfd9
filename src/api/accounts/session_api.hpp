#pragma once

#include <functional>

#include "api/frame/routes.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// Who is there, signing in, up and out, and the first admin. `people` outlives the routes;
/// `on_setup_done` is called, on any thread, when there is an admin.
void add_session_routes(ApiRoutes& routes, people::People& people,
                        std::function<void()> on_setup_done);

/// For whatever signs somebody in: the session as JSON, and its cookie.
http::Response signed_in_reply(people::People& people, const Call& call,
                               const people::SignedIn& signed_in, int status);

}  // namespace shopcast::api
