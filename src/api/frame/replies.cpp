#include "api/frame/replies.hpp"

#include <boost/json.hpp>

#include "api/frame/input.hpp"
#include "api/limits.hpp"
#include "base/text.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;

std::string without_quotes(std::string_view etag) {
    return std::string(etag.substr(1, etag.size() - 2));
}

/// `"version.content"`, or `"content"` where that is the version.
std::string etag_of(std::string_view content, std::string_view version) {
    std::string whole = http::strong_etag(as_bytes(content));
    if (version.empty()) return whole;
    const std::string first = without_quotes(http::strong_etag(as_bytes(version)));
    return '"' + first + '.' + without_quotes(whole) + '"';
}

std::string_view version_in(std::string_view etag) {
    return etag.substr(0, etag.find_first_of(".\"", 1));
}

}  // namespace

json::value time_or_null(std::optional<WallTime> time) {
    if (!time) return nullptr;
    return json::value(to_rfc3339(*time));
}

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::value(text);
}

http::Response json_reply(const json::value& value, int status) {
    return http::Response::json(json::serialize(value), status);
}

http::Response created_reply(const json::value& value, std::string_view location) {
    http::Response response = json_reply(value, 201);
    response.header("Location", location);
    return response;
}

http::Response replayed(http::Response answer) {
    answer.header("Idempotency-Replayed", "true");
    return answer;
}

http::Response no_content() {
    return http::Response(204);
}

http::Response object_reply(const json::value& value, std::string_view version) {
    std::string content = json::serialize(value);
    const std::string etag = etag_of(content, version);
    http::Response response = http::Response::json(std::move(content));
    response.etag(etag);
    return response;
}

Checked<void> check_if_match(const http::Request& request, const json::value& value,
                             std::string_view version) {
    const std::string_view wanted = request.header("If-Match");
    if (wanted.empty() || trim(wanted) == "*") return {};
    const std::string now = etag_of(json::serialize(value), version);
    for (const std::string_view each : split(wanted, ',')) {
        if (version_in(trim(each)) == version_in(now)) return {};
    }
    return problem(412, "changed_meanwhile", "Somebody changed this since it was read.",
                   "Read it again, then repeat the change.");
}

Checked<Page> page_of(const http::Request& request) {
    Page page{.limit = limits::api_page_items_usual, .cursor = {}};
    if (const auto text = request.query("limit")) {
        const auto limit = parse_int<std::size_t>(*text);
        if (!limit || *limit == 0 || *limit > limits::api_page_items_max) {
            return Input::wrong("limit", "\"limit\" is a number from 1 to 100.");
        }
        page.limit = *limit;
    }
    if (const auto text = request.query("cursor"); text && !text->empty()) {
        const auto bytes = from_hex(*text);
        if (!bytes) return Input::wrong("cursor", "\"cursor\" is what next_cursor said.");
        page.cursor = as_text(*bytes);
    }
    return page;
}

json::value cursor_to(const std::optional<std::string>& place) {
    if (!place) return nullptr;
    return json::value(to_hex(as_bytes(*place)));
}

}  // namespace shopcast::api
