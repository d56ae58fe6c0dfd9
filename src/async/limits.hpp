#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// How often deadlines are looked at: a peer may exceed its time by this much.
constexpr auto sweep_interval = 250ms;
/// What a stopping loop gives its tasks to end after their streams were closed under them.
constexpr auto loop_stop_timeout = 5s;

}  // namespace shopcast::limits
