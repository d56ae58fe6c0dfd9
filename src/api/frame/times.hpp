#pragma once

#include <optional>
#include <string_view>

#include "api/frame/input.hpp"
#include "base/clock.hpp"

namespace shopcast::api {

/// "2026-11-22T15:57:00.123Z", also without the fraction, or with an offset as "+09:00"
/// (RFC 3339, 5.6). None: it is no such time.
std::optional<WallTime> from_rfc3339(std::string_view text);

/// A field that is a time; none when it is absent or null. Errors: 400 invalid_<field>.
Checked<std::optional<WallTime>> time_in(Input& in, std::string_view field);
/// The same of the query.
Checked<std::optional<WallTime>> time_in_query(const http::Request& request,
                                               std::string_view field);

}  // namespace shopcast::api
