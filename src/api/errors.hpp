#pragma once

#include "base/result.hpp"
#include "http/response.hpp"

namespace shopcast::api {

/// The problem+json answer for an error of the domain.
http::Response to_response(const Error& error);

http::Response channel_not_found(std::string_view name);

}  // namespace shopcast::api
