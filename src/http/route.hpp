#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "http/router.hpp"

namespace shopcast::http {

/// A handler with its pattern's names and the metrics it is counted in.
struct Router::Route {
    Route(std::string_view label, Handler h, const RouteOptions& options);

    Handler handler;
    bool cors;
    std::size_t body_bytes_max;
    std::function<std::optional<Response>(Request&)> admit;
    std::vector<std::string> param_names;

    /// shopcast_http_requests_total{route,code="1xx".."5xx"}, by the first digit less one.
    std::array<metrics::Counter*, 5> requests{};
    metrics::Histogram* duration_seconds;
};

}  // namespace shopcast::http
