#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"
#include "people/settings.hpp"

/// Where a request says it comes from.
namespace shopcast::api {

/// "https://shop.example.com:8443": the address under which this request found the server.
std::string own_origin(const http::Request& request);

/// Whether this server is meant by that Host header: by an address, as localhost, by the machine's
/// own name, by that of server.public_url or one of server.names. A page whose own name was pointed
/// at this server (DNS rebinding) has none of these.
bool is_own_name(std::string_view host, const people::Settings& settings);

enum class Sender {
    OwnPage,    ///< a page of this server
    OtherPage,  ///< a page of somebody else
    Unknown,    ///< no browser, or one that does not say
};
/// By Sec-Fetch-Site where there is one (browsers send it to trustworthy origins alone), else by
/// Origin, which must be the request's own or `public_url`.
Sender sender_of(const http::Request& request, std::string_view public_url);

/// The machine itself asks.
bool is_loopback(const http::Request& request);

}  // namespace shopcast::api
