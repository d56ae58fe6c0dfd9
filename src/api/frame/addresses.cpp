#include "api/frame/addresses.hpp"

#include "api/frame/origin.hpp"

namespace shopcast::api {

std::string_view host_in(std::string_view url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
    }
    url = url.substr(0, url.find('/'));
    const std::size_t bracket = url.find(']');
    if (bracket != std::string_view::npos) return url.substr(0, bracket + 1);
    return url.substr(0, url.find(':'));
}

std::string Addresses::pages(const http::Request& request) const {
    return public_url_.empty() ? own_origin(request) : public_url_;
}

std::string Addresses::encoders(std::string_view scheme, const std::string& listens,
                                const http::Request& request) const {
    if (listens.empty()) return {};
    const std::size_t colon = listens.rfind(':');
    std::string host = listens.substr(0, colon);
    const bool is_local = host.starts_with("127.") || host == "[::1]" || host == "localhost";
    const bool is_everywhere = host == "0.0.0.0" || host == "[::]";
    // Who listens on this machine alone is found nowhere else, whatever the public address says.
    if (!is_local && !public_url_.empty()) {
        host = host_in(public_url_);
    } else if (is_everywhere) {
        host = host_in(request.header("Host"));
    }
    return std::string(scheme) + "://" + host + listens.substr(colon) + "/live";
}

}  // namespace shopcast::api
