#include "api/api.hpp"

#include "api/accounts/own_access_api.hpp"
#include "api/accounts/own_account_api.hpp"
#include "api/accounts/roles_api.hpp"
#include "api/accounts/session_api.hpp"
#include "api/frame/guard.hpp"
#include "api/frame/openapi.hpp"
#include "api/operations/health_routes.hpp"

namespace shopcast::api {

Api::Api(ApiParts parts, http::Router& router)
    : routes_(router, std::make_shared<Guard>(parts.people, parts.channels, parts.shops,
                                              parts.refusals, parts.streams.clock, parts.random)),
      channels_(parts.loops, parts.channels, parts.streams.hub, parts.audience,
                parts.streams.posters, parts.streams.clock),
      studio_(parts.channels, parts.shops, parts.changes, parts.streams, parts.addresses),
      streams_(parts.on_air, parts.streams, parts.readers, parts.writer),
      operations_(std::move(parts.operations), parts.refusals, parts.readers),
      staff_(parts.people, parts.readers, parts.addresses),
      shops_(parts.shops),
      catalogue_(parts.readers, parts.streams.clock),
      shop_({parts.readers, parts.writer, parts.shop.selling, parts.streams.clock, catalogue_,
             parts.shops},
            parts.shop, parts.random) {
    add_openapi_route(routes_);
    add_session_routes(routes_, parts.people, parts.shops, std::move(parts.on_setup_done));
    add_own_account_routes(routes_, parts.people);
    add_own_access_routes(routes_, parts.people);
    channels_.add_routes(routes_);
    studio_.add_routes(routes_);
    streams_.add_routes(routes_);
    add_roles_routes(routes_, parts.people);
    operations_.add_routes(routes_);
    staff_.add_routes(routes_);
    shops_.add_routes(routes_);
    shop_.add_routes(routes_);
    add_report_route(routes_);
}

}  // namespace shopcast::api
