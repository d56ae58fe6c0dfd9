#include "api/frame/refused.hpp"

#include <algorithm>
#include <array>

namespace shopcast::api {
namespace {

struct Coded {
    std::string_view code;
    std::optional<RefusalKind> kind;
};
constexpr std::array by_code{
    Coded{"invalid_credentials", RefusalKind::WrongPassword},
    Coded{"link_invalid", RefusalKind::WrongLink},
    Coded{"token_invalid", RefusalKind::UnknownToken},
    Coded{"webhook_refused", RefusalKind::WrongSignature},
    Coded{"too_many_attempts", RefusalKind::TooManyTries},
    Coded{"cross_site", RefusalKind::CrossSite},
    Coded{"busy", RefusalKind::Busy},
    Coded{"too_many", RefusalKind::OverLimit},
    Coded{"limit_reached", RefusalKind::OverLimit},
    Coded{"catalogue_full", RefusalKind::OverLimit},
    Coded{"cooling_down", RefusalKind::OverLimit},
    // The password was right.
    Coded{"code_required", std::nullopt},
};

}  // namespace

std::optional<RefusalKind> refusal_kind(const Problem& problem) {
    if (problem.is_hidden) return RefusalKind::Forbidden;
    const auto* const known = std::ranges::find(by_code, problem.code, &Coded::code);
    if (known != by_code.end()) return known->kind;
    switch (problem.status) {
        case 401:
        case 403:
            if (problem.code == "invalid_code") return RefusalKind::WrongCode;
            return problem.status == 401 ? RefusalKind::NotSignedIn : RefusalKind::Forbidden;
        case 400:
        case 413:
        case 415:
        case 422: return RefusalKind::InvalidInput;
        case 421: return RefusalKind::UnknownName;
        case 429: return RefusalKind::TooManyRequests;
        default: return std::nullopt;
    }
}

}  // namespace shopcast::api
