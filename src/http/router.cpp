#include "http/router.hpp"

#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"
#include "http/route.hpp"

namespace shopcast::http {
namespace {

constexpr std::size_t methods_count = static_cast<std::size_t>(Method::Other);

std::size_t index_of(Method method) {
    return static_cast<std::size_t>(method);
}

/// Cuts the first segment off "a/b/c".
std::string_view next_segment(std::string_view& rest, bool& last) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    last = slash == std::string_view::npos;
    rest = last ? std::string_view() : rest.substr(slash + 1);
    return segment;
}

}  // namespace

Router::Route::Route(std::string_view label, Handler h, const RouteOptions& options)
    : handler(std::move(h)),
      cors(options.cors),
      body_bytes_max(options.body_bytes_max),
      admit(options.admit) {
    constexpr std::array<std::string_view, 5> classes = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        requests[i] = &metrics::counter("shopcast_http_requests_total",
                                        "Requests answered, by route and class of status.",
                                        {{"route", label}, {"code", classes[i]}});
    }
    duration_seconds = &metrics::histogram(
        "shopcast_http_request_duration_seconds",
        "From a request's last byte read to its response written, waiting for events included.",
        {0.0001, 0.0005, 0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30}, {{"route", label}});
}

struct Router::Impl {
    /// One segment of all patterns. Few literals hang on one node, so they are a plain list.
    struct Node {
        std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
        std::unique_ptr<Node> param;
        std::unique_ptr<Node> rest;
        std::array<std::unique_ptr<Route>, methods_count> routes;
        std::string allow;

        Node& literal(std::string_view name);
        bool has_routes() const { return !allow.empty(); }
        const Route* route(Method method) const;
        void update_allow();
    };
    using Values = std::array<std::string_view, Request::params_max>;

    static const Node* find(const Node& node, std::string_view rest, bool ended, Values& values,
                            std::size_t count);
    static const Node* found(const Node* node) {
        return node != nullptr && node->has_routes() ? node : nullptr;
    }

    Node root;
    std::unique_ptr<Route> fallback;
};

Router::Impl::Node& Router::Impl::Node::literal(std::string_view name) {
    for (auto& [known, node] : literals) {
        if (known == name) return *node;
    }
    return *literals.emplace_back(std::string(name), std::make_unique<Node>()).second;
}

const Router::Route* Router::Impl::Node::route(Method method) const {
    if (method == Method::Other) return nullptr;
    if (const auto& exact = routes[index_of(method)]) return exact.get();
    return method == Method::Head ? routes[index_of(Method::Get)].get() : nullptr;
}

void Router::Impl::Node::update_allow() {
    allow.clear();
    const auto name = [this](Method method) {
        if (!allow.empty()) allow += ", ";
        allow += wire::to_string(method);
    };
    for (std::size_t i = 0; i < methods_count; ++i) {
        const auto method = static_cast<Method>(i);
        if (method == Method::Options || route(method) != nullptr) name(method);
    }
}

const Router::Impl::Node* Router::Impl::find(const Node& node, std::string_view rest, bool ended,
                                             Values& values, std::size_t count) {
    if (ended) return found(&node);
    const std::string_view whole = rest;
    bool last = false;
    const std::string_view segment = next_segment(rest, last);
    for (const auto& [name, next] : node.literals) {
        if (name != segment) continue;
        if (const Node* hit = find(*next, rest, last, values, count)) return hit;
        break;
    }
    if (segment.empty()) return nullptr;
    if (node.param) {
        values[count] = segment;
        if (const Node* hit = find(*node.param, rest, last, values, count + 1)) return hit;
    }
    if (node.rest) {
        values[count] = whole;
        return found(node.rest.get());
    }
    return nullptr;
}

Router::Router() : impl_(std::make_unique<Impl>()) {
    fallback([](Request&) {
        return Response::problem(404, "not_found", "There is nothing at this address.",
                                 "Check the address for typing errors.");
    });
}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

Router& Router::add(Method method, std::string_view pattern, Handler handler,
                    const RouteOptions& options) {
    ENSURE(pattern.starts_with('/') && method != Method::Other);
    const std::string_view label = options.label.empty() ? pattern : options.label;
    auto route = std::make_unique<Route>(label, std::move(handler), options);
    Impl::Node* node = &impl_->root;
    std::string_view rest = pattern.substr(1);
    for (bool last = false; !last;) {
        const std::string_view segment = next_segment(rest, last);
        if (!segment.starts_with(':') && !segment.starts_with('*')) {
            node = &node->literal(segment);
            continue;
        }
        ENSURE(route->param_names.size() < Request::params_max, "too many names in a pattern");
        ENSURE(last || segment.starts_with(':'), "\"*name\" ends a pattern");
        route->param_names.emplace_back(segment.substr(1));
        auto& next = segment.starts_with(':') ? node->param : node->rest;
        if (!next) next = std::make_unique<Impl::Node>();
        node = next.get();
    }
    auto& slot = node->routes[index_of(method)];
    ENSURE(!slot, "two handlers for one method and pattern");
    slot = std::move(route);
    node->update_allow();
    return *this;
}

Router& Router::get(std::string_view pattern, Handler handler, const RouteOptions& options) {
    return add(Method::Get, pattern, std::move(handler), options);
}
Router& Router::post(std::string_view pattern, Handler handler, const RouteOptions& options) {
    return add(Method::Post, pattern, std::move(handler), options);
}
Router& Router::put(std::string_view pattern, Handler handler, const RouteOptions& options) {
    return add(Method::Put, pattern, std::move(handler), options);
}
Router& Router::patch(std::string_view pattern, Handler handler, const RouteOptions& options) {
    return add(Method::Patch, pattern, std::move(handler), options);
}
Router& Router::del(std::string_view pattern, Handler handler, const RouteOptions& options) {
    return add(Method::Delete, pattern, std::move(handler), options);
}

Router& Router::fallback(Handler handler, const RouteOptions& options) {
    const std::string_view label = options.label.empty() ? "unmatched" : options.label;
    impl_->fallback = std::make_unique<Route>(label, std::move(handler), options);
    return *this;
}

Router::Match Router::match(Request& request) const {
    Impl::Values values;
    request.params_count_ = 0;
    const std::string_view path = request.path_;
    const Impl::Node* node =
        path.starts_with('/') ? Impl::find(impl_->root, path.substr(1), false, values, 0) : nullptr;
    if (node == nullptr) return {impl_->fallback.get(), Outcome::NotFound, {}};
    const Route* route = node->route(request.method());
    if (route == nullptr) {
        const bool options = request.method() == Method::Options;
        // Counted and given CORS like the path's own requests; where those differ, any origin may
        // learn what it may do.
        for (const auto& other : node->routes) {
            if (other && (route == nullptr || other->cors)) route = other.get();
        }
        return {route, options ? Outcome::Options : Outcome::MethodNotAllowed, node->allow};
    }
    for (const std::string& name : route->param_names) {
        request.params_[request.params_count_] = {name, values[request.params_count_]};
        ++request.params_count_;
    }
    return {route, Outcome::Found, {}};
}

}  // namespace shopcast::http
