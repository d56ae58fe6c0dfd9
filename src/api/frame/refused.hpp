#pragma once

#include <optional>

#include "api/frame/problem.hpp"
#include "base/refusals.hpp"

namespace shopcast::api {

/// As which refusal a problem counts; nothing: it is an answer like any other (there is no such
/// thing, it is in another state, the second step comes next).
std::optional<RefusalKind> refusal_kind(const Problem& problem);

}  // namespace shopcast::api
