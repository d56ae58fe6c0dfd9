#include "api/frame/cookies.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/text.hpp"
#include "people/limits.hpp"

namespace shopcast::api {
namespace {

std::string_view session_name(const http::Request& request) {
    return request.is_tls() ? "__Host-sid" : "sid_plain";
}

std::string_view browser_name(const http::Request& request) {
    return request.is_tls() ? "__Host-browser" : "browser_plain";
}

std::string_view cookie_of(const http::Request& request, std::string_view name) {
    for (const std::string_view pair : split(request.header("Cookie"), ';')) {
        const std::string_view cookie = trim(pair);
        if (cookie.starts_with(name) && cookie.substr(name.size()).starts_with('=')) {
            return cookie.substr(name.size() + 1);
        }
    }
    return {};
}

void set_cookie(http::Response& response, const http::Request& request, std::string_view name,
                std::string_view value, std::chrono::seconds lifetime) {
    response.header("Set-Cookie",
                    fmt::format("{}={}; Path=/;{} HttpOnly; SameSite=Lax; Max-Age={}", name, value,
                                request.is_tls() ? " Secure;" : "", lifetime.count()));
}

}  // namespace

std::string_view session_token_of(const http::Request& request) {
    return cookie_of(request, session_name(request));
}

void set_session_cookie(http::Response& response, const http::Request& request,
                        std::string_view token, std::chrono::seconds lifetime) {
    set_cookie(response, request, session_name(request), token, lifetime);
}

void clear_session_cookie(http::Response& response, const http::Request& request) {
    set_cookie(response, request, session_name(request), "", std::chrono::seconds(0));
}

std::string_view browser_token_of(const http::Request& request) {
    return cookie_of(request, browser_name(request));
}

void set_browser_cookie(http::Response& response, const http::Request& request,
                        std::string_view token) {
    set_cookie(response, request, browser_name(request), token, limits::known_place_lasts);
}

void clear_browser_cookie(http::Response& response, const http::Request& request) {
    set_cookie(response, request, browser_name(request), "", std::chrono::seconds(0));
}

}  // namespace shopcast::api
