#include "api/frame/cookies.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/text.hpp"

namespace shopcast::api {
namespace {

std::string_view name_for(const http::Request& request) {
    return request.is_tls() ? "__Host-sid" : "sid_plain";
}

void set_cookie(http::Response& response, const http::Request& request, std::string_view value,
                std::int64_t max_age_s) {
    response.header("Set-Cookie", fmt::format("{}={}; Path=/;{} HttpOnly; SameSite=Lax; Max-Age={}",
                                              name_for(request), value,
                                              request.is_tls() ? " Secure;" : "", max_age_s));
}

}  // namespace

std::string_view session_token_of(const http::Request& request) {
    const std::string_view name = name_for(request);
    for (const std::string_view pair : split(request.header("Cookie"), ';')) {
        const std::string_view cookie = trim(pair);
        if (cookie.starts_with(name) && cookie.substr(name.size()).starts_with('=')) {
            return cookie.substr(name.size() + 1);
        }
    }
    return {};
}

void set_session_cookie(http::Response& response, const http::Request& request,
                        std::string_view token, std::chrono::seconds lifetime) {
    set_cookie(response, request, token, lifetime.count());
}

void clear_session_cookie(http::Response& response, const http::Request& request) {
    set_cookie(response, request, "", 0);
}

}  // namespace shopcast::api
