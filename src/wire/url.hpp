#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopcast::wire {

/// A request target in its two parts, undecoded.
struct Target {
    std::string_view path;
    std::string_view query;  ///< without "?"; empty when there is none
};
Target split_target(std::string_view target);

/// Undoes "%41"; "+" stays unless `plus_is_space`. Empty where an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Escapes everything but unreserved characters.
std::string percent_encode(std::string_view text);

/// The path a route is looked up by: decoded once, "." and ".." resolved, "//" joined.
///
/// Refused (Malformed), because another program in the chain may read it differently: broken
/// escapes, NUL and other control bytes, backslashes, an escaped "/" and a ".." that leaves the
/// root. Decoded bytes need not be UTF-8.
Result<std::string> normalize_path(std::string_view path);
/// Whether normalize_path would give `path` back unchanged: true for nearly every request, and
/// cheap to find out.
bool is_plain_path(std::string_view path);

/// The decoded value of the first field `name` of "a=1&b=2"; empty string for a field without "=".
/// None where it is absent or its escapes are broken.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace shopcast::wire
