#pragma once

#include "api/frame/problem.hpp"
#include "shop/core/command.hpp"

namespace shopcast::api {

/// What the desk refused, for the buyer and for programs. REQUIRES: it was not accepted.
Problem problem_of(const shop::Decided& answer, WallTime now);

}  // namespace shopcast::api
