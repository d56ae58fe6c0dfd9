#include "api/frame/input.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.hpp"

namespace shopcast::api {

namespace json = boost::json;

Checked<Input> Input::of(const http::Request& request) {
    if (request.body().empty()) return Input(json::object{});
    auto object = parse_object(as_text(request.body()));
    if (object) return Input(*std::move(object));
    return problem(400, "invalid_body", "The body is not a JSON object.");
}

std::string Input::text(std::string_view field) {
    return optional_text(field).value_or(std::string());
}

std::string Input::required_text(std::string_view field) {
    auto value = optional_text(field);
    if (!value) blame(field, "is missing");
    return value.value_or(std::string());
}

std::optional<std::string> Input::optional_text(std::string_view field) {
    const json::value* value = object_.if_contains(field);
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return std::string();
    if (value->is_string()) return std::string(value->get_string());
    blame(field, "must be text");
    return std::nullopt;
}

std::optional<bool> Input::flag(std::string_view field) {
    const json::value* value = object_.if_contains(field);
    if (value == nullptr) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    blame(field, "must be true or false");
    return std::nullopt;
}

std::optional<std::int64_t> Input::number(std::string_view field) {
    const json::value* value = object_.if_contains(field);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    blame(field, "must be a whole number");
    return std::nullopt;
}

std::vector<std::string> Input::texts(std::string_view field) {
    std::vector<std::string> out;
    const json::value* value = object_.if_contains(field);
    if (value == nullptr) return out;
    if (!value->is_array()) {
        blame(field, "must be a list of texts");
        return out;
    }
    for (const json::value& each : value->get_array()) {
        if (each.is_string()) {
            out.emplace_back(each.get_string());
        } else {
            blame(field, "must be a list of texts");
        }
    }
    return out;
}

std::optional<Input> Input::object(std::string_view field) {
    const json::value* value = object_.if_contains(field);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_object()) return Input(value->get_object());
    blame(field, "must be an object");
    return std::nullopt;
}

std::vector<Input> Input::objects(std::string_view field) {
    std::vector<Input> out;
    const json::value* value = object_.if_contains(field);
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_array()) {
        blame(field, "must be a list");
        return out;
    }
    for (const json::value& each : value->get_array()) {
        if (each.is_object()) {
            out.push_back(Input(each.get_object()));
        } else {
            blame(field, "must be a list of objects");
        }
    }
    return out;
}

Checked<void> Input::check() const {
    if (problem_) return std::unexpected(*problem_);
    return {};
}

std::unexpected<Problem> Input::wrong(std::string_view field, std::string_view detail) {
    return problem(400, fmt::format("invalid_{}", field), detail, {}, field);
}

void Input::blame(std::string_view field, std::string_view wanted) {
    if (problem_) return;
    problem_ = wrong(field, fmt::format("\"{}\" {}.", field, wanted)).error();
}

}  // namespace shopcast::api
