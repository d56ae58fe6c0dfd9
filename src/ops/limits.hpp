#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// Conditions of the server are looked at this often.
constexpr auto alarm_interval = 5s;

}  // namespace shopcast::limits
