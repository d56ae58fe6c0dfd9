#include "api/frame/openapi.hpp"

#include <span>

#include "base/check.hpp"
#include "http/embedded_file.hpp"

extern "C" {
extern const shopcast::http::EmbeddedFile shopcast_api_files[];
extern const std::size_t shopcast_api_files_count;
}

namespace shopcast::api {

std::string_view openapi_document() {
    for (const http::EmbeddedFile& file : std::span(shopcast_api_files, shopcast_api_files_count)) {
        if (file.name() == "/openapi.json") return as_text(file.content());
    }
    ENSURE(false, "the document is built into every program");
    return {};
}

void add_openapi_route(ApiRoutes& routes) {
    const Bytes body = Bytes::of_static(as_bytes(openapi_document()));
    const auto block = http::HeaderBlock::make(
        {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}},
        http::strong_etag(body));
    routes.get("/api/v1/openapi.json", Needs::nobody(),
               [block, body](Call&) -> Reply { return http::Response::bytes(block, body); },
               {.is_public = true});
}

}  // namespace shopcast::api
