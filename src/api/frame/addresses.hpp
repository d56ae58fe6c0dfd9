#pragma once

#include <string>

#include "http/request.hpp"

namespace shopcast::api {

/// Under which addresses people find this server: as the operator says, or else as they came.
class Addresses {
public:
    /// `rtmp` and `rtmps` are what the server listens on ("0.0.0.0:1935"; empty: not at all).
    Addresses(std::string public_url, std::string rtmp, std::string rtmps)
        : public_url_(std::move(public_url)), rtmp_(std::move(rtmp)), rtmps_(std::move(rtmps)) {}

    /// "https://shop.example.com"
    std::string pages(const http::Request& request) const;
    /// "rtmp://shop.example.com:1935/live"; empty: encoders cannot come this way.
    std::string rtmp(const http::Request& request) const {
        return encoders("rtmp", rtmp_, request);
    }
    std::string rtmps(const http::Request& request) const {
        return encoders("rtmps", rtmps_, request);
    }

private:
    std::string encoders(std::string_view scheme, const std::string& listens,
                         const http::Request& request) const;

    std::string public_url_;
    std::string rtmp_;
    std::string rtmps_;
};

/// "shop.example.com" of "https://shop.example.com:8443", of "shop.example.com:8443"; IPv6 with its
/// brackets.
std::string_view host_in(std::string_view url);

}  // namespace shopcast::api
