#include "api/frame/origin.hpp"
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "api/frame/addresses.hpp"
#include "base/text.hpp"
#include "net/stream.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::api {

namespace {

const std::string& machine_name() {
    static const std::string name = [] {
        std::array<char, HOST_NAME_MAX + 1> text{};
        return ::gethostname(text.data(), text.size() - 1) == 0 ? std::string(text.data())
                                                                : std::string();
    }();
    return name;
}

}  // namespace

std::string own_origin(const http::Request& request) {
    std::string origin = request.is_tls() ? "https://" : "http://";
    return origin.append(request.header("Host"));
}

bool is_own_name(std::string_view header, const people::Settings& settings) {
    std::string_view host = host_in(header);
    if (host.empty()) return true;  // HTTP/1.0, and no browser
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (wire::IpAddress::parse(host) || iequals(host, "localhost")) return true;
    if (iequals(host, host_in(settings.public_url))) return true;
    if (std::ranges::any_of(settings.names,
                            [&](const std::string& name) { return iequals(host, name); })) {
        return true;
    }
    const std::string& machine = machine_name();
    return iequals(host, machine) || iequals(host, machine + ".local");
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
