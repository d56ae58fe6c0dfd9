#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/frame/call.hpp"

namespace shopcast::api {

/// The JSON object of a request's body, read field by field. A field of the wrong type is
/// remembered: check() says which, once all were read. Fields nobody reads are ignored.
class Input {
public:
    /// Errors: 400 invalid_body. An empty body is an empty object.
    static Checked<Input> of(const http::Request& request);

    /// Empty when it is absent; `required` makes that wrong.
    std::string text(std::string_view field);
    std::string required_text(std::string_view field);
    /// None when it is absent; null counts as "".
    std::optional<std::string> optional_text(std::string_view field);
    std::optional<bool> flag(std::string_view field);
    /// None when it is absent or null.
    std::optional<std::int64_t> number(std::string_view field);
    std::vector<std::string> texts(std::string_view field);
    bool has(std::string_view field) const { return object_.contains(field); }
    /// An object within: none when it is absent or null. It has a check() of its own.
    std::optional<Input> object(std::string_view field);
    std::vector<Input> objects(std::string_view field);

    /// Errors: 400 invalid_<field>.
    Checked<void> check() const;
    /// For what only the caller can judge.
    static std::unexpected<Problem> wrong(std::string_view field, std::string_view detail);

private:
    explicit Input(boost::json::object object) : object_(std::move(object)) {}
    void blame(std::string_view field, std::string_view wanted);

    boost::json::object object_;
    std::optional<Problem> problem_;
};

}  // namespace shopcast::api
