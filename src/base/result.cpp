#include "base/result.hpp"

#include <cstring>

namespace shopcast {

std::string_view to_string(Errc code) {
    switch (code) {
        case Errc::Malformed: return "malformed";
        case Errc::TooLarge: return "too_large";
        case Errc::Unsupported: return "unsupported";
        case Errc::NotFound: return "not_found";
        case Errc::Conflict: return "conflict";
        case Errc::Unauthorized: return "unauthorized";
        case Errc::Timeout: return "timeout";
        case Errc::Closed: return "closed";
        case Errc::Busy: return "busy";
        case Errc::Full: return "disk_full";
        case Errc::Io: return "io";
        case Errc::Config: return "config";
        case Errc::Internal: return "internal";
    }
    return "unknown";
}

std::unexpected<Error> fail_errno(std::string_view what, int error_number) {
    char buffer[128];
    const char* words = ::strerror_r(error_number, buffer, sizeof buffer);
    return fail(Errc::Io, std::string(what) + ": " + words);
}

}  // namespace shopcast
