#include "api/operations/health_routes.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"
#include "base/metrics.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

http::Router health(const std::atomic<bool>& ready) {
    http::Router router;
    api::add_health_routes(router, ready);
    return router;
}

Task<void> look(http::TestServer& server, std::atomic<bool>& ready) {
    http::TestClient client = co_await server.connect();
    const auto alive = co_await client.get("/healthz");
    CHECK(alive.status == 200);
    const auto is_ready = co_await client.get("/readyz");
    CHECK(is_ready.status == 200);
    CHECK(is_ready.body == "ready\n");
    ready = false;
    const auto stopping = co_await client.get("/readyz");
    CHECK(stopping.status == 503);
    CHECK(stopping.body == "stopping\n");
    const auto still_alive = co_await client.get("/healthz");
    CHECK(still_alive.status == 200);
    const auto metrics = co_await client.get("/metrics");
    CHECK(metrics.status == 200);
    CHECK(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(metrics.body.contains("\nshopcast_"));
    CHECK(metrics.body.contains("# TYPE shopcast_csp_reports_total counter"));
}

}  // namespace

TEST_CASE("a server that stops is alive and not ready") {
    std::atomic<bool> ready{true};
    http::TestServer server(health(ready));
    async::run_to_end(server.loop, look(server, ready));
}

TEST_CASE("reports of browsers are counted, whatever is in them") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor anybody = co_await stranger(door);
        const metrics::Counter& reports = metrics::counter("shopcast_csp_reports_total", "");
        const std::uint64_t before = reports.value();
        const std::string url = "/api/v1/csp-reports";
        const std::string type = "Content-Type: application/csp-report\r\nOrigin: null\r\n";
        const std::vector<std::string> bodies = {
            R"({"csp-report":{"violated-directive":"img-src","blocked-uri":"http://x"}})",
            R"({"csp-report":7})", "not JSON", ""};
        for (const std::string& body : bodies) {
            const auto answer = co_await anybody.post(url, body, type);
            CHECK_MESSAGE(answer.status == 204, body);
        }
        CHECK(reports.value() == before + bodies.size());
        const auto large = co_await anybody.post(url, std::string(16 * 1024 + 1, 'a'), type);
        CHECK(large.status == 413);
        CHECK(reports.value() == before + bodies.size());
    };
    play(story);
}
