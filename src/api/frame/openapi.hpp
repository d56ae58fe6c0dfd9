#pragma once

#include <string_view>

#include "api/frame/routes.hpp"

namespace shopcast::api {

/// api/openapi.json, the description of /api/v1 (OpenAPI 3.1), as it was when the program was
/// built.
std::string_view openapi_document();

void add_openapi_route(ApiRoutes& routes);

}  // namespace shopcast::api
