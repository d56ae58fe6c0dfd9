#include "api/frame/openapi.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "api/testing.hpp"
#include "base/text.hpp"

using namespace shopcast;
namespace json = boost::json;

namespace {

/// "/api/v1/channels/{channel}" of "/api/v1/channels/:channel".
std::string described_path(std::string_view pattern) {
    std::string out;
    for (const std::string_view part : split(pattern.substr(1), '/')) {
        out += '/';
        out += part.starts_with(':') ? '{' + std::string(part.substr(1)) + '}' : std::string(part);
    }
    return out;
}

}  // namespace

TEST_CASE("every route is in the document, and everything in the document has a route") {
    const api::TestApi place;
    std::set<std::string> routed;
    for (const api::ApiRoute& route : place.api.routes()) {
        routed.insert(to_lower(wire::to_string(route.method)) + ' ' +
                      described_path(route.pattern));
    }
    std::set<std::string> described;
    const json::value document = json::parse(api::openapi_document());
    for (const auto& [path, item] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : item.as_object()) {
            described.insert(std::string(method) + ' ' + std::string(path));
        }
    }
    CHECK(routed.size() > 40);
    for (const std::string& route : routed) CHECK_MESSAGE(described.contains(route), route);
    for (const std::string& route : described) CHECK_MESSAGE(routed.contains(route), route);
}

TEST_CASE("the document says the same of who may as the routes do") {
    const api::TestApi place;
    const json::value document = json::parse(api::openapi_document());
    for (const api::ApiRoute& route : place.api.routes()) {
        const json::value& operation = document.at("paths")
                                           .at(described_path(route.pattern))
                                           .at(to_lower(wire::to_string(route.method)));
        const std::size_t ways = operation.at("security").as_array().size();
        const auto* permission = operation.as_object().if_contains("x-permission");
        CAPTURE(route.pattern);
        switch (route.needs.kind) {
            case api::Needs::Kind::Nobody: CHECK(ways == 0); break;
            case api::Needs::Kind::Account: CHECK(ways == 1); break;
            case api::Needs::Kind::Permission:
                CHECK(ways == 2);
                REQUIRE(permission != nullptr);
                CHECK(permission->as_string() == people::to_string(route.needs.action));
                break;
        }
    }
}
