#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/frame/call.hpp"
#include "api/frame/needs.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"

namespace shopcast::api {

class Guard;

/// What else is particular about a route.
struct RouteTraits {
    std::size_t body_bytes_max = limits::http_body_bytes_max;
    /// Answers the same for everybody and says itself how long caches may keep it; any origin may
    /// read it.
    bool is_public = false;
    /// A report that changes nothing for anybody: pages of any origin may send it.
    bool is_report = false;
    /// Another server's, known by its signature over the body; the handler looks at that.
    bool is_signed = false;
    /// Creates something: an Idempotency-Key makes it safe to repeat.
    bool creates = false;
    /// The keys lie beside what they made, and who decides looks at them: no answer is kept.
    bool keeps_keys = false;
    /// Its body is a picture, and no JSON.
    bool takes_picture = false;
    /// Its answer shows a secret for the only time.
    bool shows_secret = false;
};

struct ApiRoute {
    http::Method method;
    std::string pattern;
    Needs needs;
    RouteTraits traits;
};

/// The routes of /api/v1. Each is added with what it needs, and reached through the guard alone.
class ApiRoutes {
public:
    /// Both outlive the routes' handlers.
    ApiRoutes(http::Router& router, std::shared_ptr<Guard> guard)
        : router_(router), guard_(std::move(guard)) {}

    void get(std::string_view pattern, Needs needs, ApiHandler handler, RouteTraits traits = {}) {
        add(http::Method::Get, pattern, needs, std::move(handler), traits);
    }
    void post(std::string_view pattern, Needs needs, ApiHandler handler, RouteTraits traits = {}) {
        add(http::Method::Post, pattern, needs, std::move(handler), traits);
    }
    void put(std::string_view pattern, Needs needs, ApiHandler handler, RouteTraits traits = {}) {
        add(http::Method::Put, pattern, needs, std::move(handler), traits);
    }
    void patch(std::string_view pattern, Needs needs, ApiHandler handler, RouteTraits traits = {}) {
        add(http::Method::Patch, pattern, needs, std::move(handler), traits);
    }
    void del(std::string_view pattern, Needs needs, ApiHandler handler, RouteTraits traits = {}) {
        add(http::Method::Delete, pattern, needs, std::move(handler), traits);
    }

    /// In the order in which they were added.
    const std::vector<ApiRoute>& all() const { return all_; }

private:
    void add(http::Method method, std::string_view pattern, Needs needs, ApiHandler handler,
             RouteTraits traits);

    http::Router& router_;
    std::shared_ptr<Guard> guard_;
    std::vector<ApiRoute> all_;
};

}  // namespace shopcast::api
