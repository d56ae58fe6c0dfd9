#pragma once

#include <atomic>

#include "api/frame/routes.hpp"
#include "http/router.hpp"

namespace shopcast::api {

/// /healthz (the process answers), /readyz (it wants traffic: 503 once `ready` is false), /metrics.
void add_health_routes(http::Router& router, const std::atomic<bool>& ready);

/// The place browsers report violations of the pages' security policy to.
void add_report_route(ApiRoutes& routes);

}  // namespace shopcast::api
