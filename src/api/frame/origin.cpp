#include "api/frame/origin.hpp"

#include "base/text.hpp"
#include "net/stream.hpp"

namespace shopcast::api {

std::string own_origin(const http::Request& request) {
    std::string origin = request.is_tls() ? "https://" : "http://";
    return origin.append(request.header("Host"));
}

Sender sender_of(const http::Request& request, std::string_view public_url) {
    const std::string_view site = request.header("Sec-Fetch-Site");
    // "none": the user's own doing, such as a bookmark. "same-site" is another host of the domain.
    if (!site.empty()) {
        return site == "same-origin" || site == "none" ? Sender::OwnPage : Sender::OtherPage;
    }
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return Sender::Unknown;
    const bool own = iequals(origin, own_origin(request)) ||
                     (!public_url.empty() && iequals(origin, public_url));
    return own ? Sender::OwnPage : Sender::OtherPage;
}

bool is_loopback(const http::Request& request) {
    const std::string_view host = net::host_of(request.peer());
    return host.starts_with("127.") || host == "::1" || host == "unix";
}

}  // namespace shopcast::api
