#pragma once

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "api/frame/call.hpp"
#include "base/clock.hpp"

/// What answers of the API have in common.
namespace shopcast::api {

http::Response json_reply(const boost::json::value& value, int status = 200);
boost::json::value time_or_null(std::optional<WallTime> time);
/// Null where it is empty.
boost::json::value text_or_null(const std::string& text);
/// 201 with Location.
http::Response created_reply(const boost::json::value& value, std::string_view location);
http::Response no_content();
/// The answer to a request that was carried out before.
http::Response replayed(http::Response answer);

/// One object with its ETag. `version` is of what PATCH may change; where the object also holds
/// what changes by itself (viewers), the ETag is of both, so that GET notices either and If-Match
/// looks at the first alone. Empty: everything in it is of the first kind.
http::Response object_reply(const boost::json::value& value, std::string_view version = {});
/// Errors: 412 changed_meanwhile, when the request's If-Match names another version than `value`
/// has now.
Checked<void> check_if_match(const http::Request& request, const boost::json::value& value,
                             std::string_view version = {});

struct Page {
    std::size_t limit;
    std::string cursor;  ///< what the last page's next_cursor stood for; empty: from the beginning
};
/// Errors: 400 invalid_limit, invalid_cursor.
Checked<Page> page_of(const http::Request& request);
/// For next_cursor: null without `place`.
boost::json::value cursor_to(const std::optional<std::string>& place);

}  // namespace shopcast::api
