#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"
#include "people/sessions.hpp"

/// The session's cookie. Over TLS its name begins with "__Host-", which makes the browser refuse it
/// from anywhere but this host over TLS (RFC 6265bis, 4.1.3.2). Plain HTTP cannot have that: it
/// gets another name and is never looked at over TLS.
namespace shopcast::api {

/// The token in the request's cookie for the transport it came by; empty: none.
std::string_view session_token_of(const http::Request& request);
void set_session_cookie(http::Response& response, const http::Request& request,
                        std::string_view token, std::chrono::seconds lifetime);
void clear_session_cookie(http::Response& response, const http::Request& request);

/// The token by which a browser is known to its accounts (people/known_places.hpp), by a cookie of
/// the same kind that stays when the session ends; empty: none.
std::string_view browser_token_of(const http::Request& request);
void set_browser_cookie(http::Response& response, const http::Request& request,
                        std::string_view token);
void clear_browser_cookie(http::Response& response, const http::Request& request);

}  // namespace shopcast::api
