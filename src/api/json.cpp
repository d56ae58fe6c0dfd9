#include "api/json.hpp"

#include <boost/json.hpp>

namespace shopcast::api {

std::optional<boost::json::object> parse_object(ByteSpan body) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(as_text(body), error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string_view text_of(const boost::json::object& object, std::string_view key) {
    const boost::json::value* member = object.if_contains(key);
    if (member == nullptr || !member->is_string()) return {};
    return member->get_string();
}

}  // namespace shopcast::api
