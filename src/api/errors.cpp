#include "api/errors.hpp"

namespace shopcast::api {
namespace {

int status_of(Errc code) {
    switch (code) {
        case Errc::Malformed:
        case Errc::Config: return 400;
        case Errc::TooLarge: return 413;
        case Errc::Unsupported: return 415;
        case Errc::NotFound: return 404;
        case Errc::Conflict: return 409;
        case Errc::Unauthorized: return 401;
        case Errc::Timeout:
        case Errc::Busy: return 503;
        case Errc::Full: return 507;
        case Errc::Closed:
        case Errc::Io:
        case Errc::Internal: return 500;
    }
    return 500;
}

}  // namespace

http::Response to_response(const Error& error) {
    http::Response response =
        http::Response::problem(status_of(error.code), to_string(error.code), error.message);
    if (error.code == Errc::Busy) response.header("Retry-After", "1");
    return response;
}

http::Response channel_not_found(std::string_view name) {
    return http::Response::problem(404, "channel_not_found",
                                   "There is no channel named \"" + std::string(name) + "\".",
                                   "GET /api/v1/channels lists the channels.");
}

}  // namespace shopcast::api
