#include "base/json.hpp"

#include <boost/json.hpp>

namespace shopcast {

namespace json = boost::json;

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string_view text_at(const json::object& object, std::string_view key) {
    const json::value* const member = object.if_contains(key);
    if (member == nullptr || !member->is_string()) return {};
    return member->get_string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const json::value* const member = object.if_contains(key);
    return member != nullptr ? member->if_object() : nullptr;
}

}  // namespace shopcast
