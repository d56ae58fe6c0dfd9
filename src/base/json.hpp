#pragma once

#include <boost/json/fwd.hpp>

#include <optional>
#include <string_view>

/// Other people's JSON, of which only the members that are asked for have to be as expected.
namespace shopcast {

/// Nothing when it is no JSON, or no object.
std::optional<boost::json::object> parse_object(std::string_view text);
/// The text member `key`, empty when it is missing or not text.
std::string_view text_at(const boost::json::object& object, std::string_view key);
/// The object member `key`, nullptr when it is missing or no object.
const boost::json::object* object_at(const boost::json::object& object, std::string_view key);

}  // namespace shopcast
