#include "api/frame/routes.hpp"

#include "api/frame/guard.hpp"

namespace shopcast::api {

void ApiRoutes::add(http::Method method, std::string_view pattern, Needs needs, ApiHandler handler,
                    RouteTraits traits) {
    all_.push_back({method, std::string(pattern), needs, traits});
    const auto route = std::make_shared<const GuardedRoute>(all_.back(), std::move(handler));
    router_.add(
        method, pattern,
        [guard = guard_, route](http::Request& request) { return guard->answer(*route, request); },
        {.cors = traits.is_public,
         .body_bytes_max = traits.body_bytes_max,
         .admit = [guard = guard_, route](http::Request& request) {
             return guard->admit(*route, request);
         }});
}

}  // namespace shopcast::api
