#pragma once

#include <boost/json/fwd.hpp>

#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace shopcast::api {

/// The JSON object in a request's body, or nothing when it is not one.
std::optional<boost::json::object> parse_object(ByteSpan body);
/// The text member `key`, empty when it is missing or not text.
std::string_view text_of(const boost::json::object& object, std::string_view key);

}  // namespace shopcast::api
