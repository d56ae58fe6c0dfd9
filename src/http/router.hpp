#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace shopcast::http {

/// Answers one request. Several threads call it at once, so it shares only what is safe to share.
/// A plain function may return a Response (it converts), which costs no coroutine; a coroutine may
/// suspend for as long as it likes. A capturing lambda must not itself be a coroutine: let it
/// return what a member coroutine gives.
///     router.get("/live/s/:stream/:rendition/index.m3u8",
///                [&live](Request& request) { return live.playlist(request); });
using Handler = std::function<async::Task<Response>(Request&)>;

struct RouteOptions {
    /// The label `route` in metrics; the pattern when empty.
    std::string_view label;
    /// Any origin may read it, errors included: `Access-Control-Allow-Origin: *`, and OPTIONS is
    /// answered.
    bool cors = false;
    std::size_t body_bytes_max = limits::http_body_bytes_max;
    /// Asked of a request whose body has yet to come: an answer refuses it, and nothing of the body
    /// is read. It then `is_admitted()`. Others go straight to the handler.
    std::function<std::optional<Response>(Request&)> admit = nullptr;
};

/// Which handler answers which path. Built once before the server starts, then read by all
/// threads.
///
/// A pattern is literal segments, ":name" for one segment, and "*name" at the end for all that is
/// left (at least one segment). Literal wins over ":name", ":name" over "*name". A path that
/// exists with another method gives 405 with Allow; HEAD is answered by GET's handler.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;

    /// REQUIRES: begins with "/", not added before for this method (checked).
    Router& add(Method method, std::string_view pattern, Handler handler,
                const RouteOptions& options = {});
    Router& get(std::string_view pattern, Handler handler, const RouteOptions& options = {});
    Router& post(std::string_view pattern, Handler handler, const RouteOptions& options = {});
    Router& put(std::string_view pattern, Handler handler, const RouteOptions& options = {});
    Router& patch(std::string_view pattern, Handler handler, const RouteOptions& options = {});
    Router& del(std::string_view pattern, Handler handler, const RouteOptions& options = {});
    /// What answers paths without a route; the default is a 404 problem.
    Router& fallback(Handler handler, const RouteOptions& options = {});

    struct Route;
    enum class Outcome { Found, NotFound, MethodNotAllowed, Options };
    struct Match {
        /// Never null; for NotFound the fallback, for the other two what they are counted under.
        const Route* route;
        Outcome outcome;
        std::string_view allow;  ///< the methods of this path, for 405 and OPTIONS
    };
    /// Fills the request's params when Found.
    Match match(Request& request) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::http
