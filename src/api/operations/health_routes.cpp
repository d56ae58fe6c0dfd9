#include "api/operations/health_routes.hpp"

#include <boost/json.hpp>

#include <string>

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace shopcast::api {
namespace {

metrics::Counter& csp_reports = metrics::counter(
    "shopcast_csp_reports_total", "Violations of the content security policy that browsers saw.");

/// A stranger may send anything here: logged shortened, at debug level, and counted.
http::Response take_csp_report(const http::Request& request) {
    csp_reports.add();
    if (const auto body = parse_object(as_text(request.body()))) {
        if (const auto* report = body->if_contains("csp-report");
            report != nullptr && report->is_object()) {
            const auto& fields = report->get_object();
            log::debug("page.csp_violated",
                       {{"directive", text_at(fields, "violated-directive").substr(0, 100)},
                        {"blocked", text_at(fields, "blocked-uri").substr(0, 200)}});
        }
    }
    return http::Response(204);
}

}  // namespace

void add_health_routes(http::Router& router, const std::atomic<bool>& ready) {
    router.get("/healthz", [](http::Request&) { return http::Response::text("ok\n"); });
    router.get("/readyz", [&ready](http::Request&) {
        return ready.load() ? http::Response::text("ready\n")
                            : http::Response::text("stopping\n", 503);
    });
    router.get("/metrics", [](http::Request&) {
        http::Response response;
        response.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        response.body(Bytes(metrics::render()));
        return response;
    });
}

void add_report_route(ApiRoutes& routes) {
    routes.post("/api/v1/csp-reports", Needs::nobody(),
                [](Call& call) -> Reply { return take_csp_report(call.request); },
                {.body_bytes_max = 16 * limits::KiB, .is_report = true});
}

}  // namespace shopcast::api
