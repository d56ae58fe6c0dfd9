#pragma once

#include "base/result.hpp"
#include "ops/config.hpp"

namespace shopcast {

/// Builds the modules in their order, serves until SIGINT or SIGTERM, and stops them in reverse.
/// Errors: Config (an address is taken, the data folder is in use, a value makes no sense), Io.
Result<void> serve(const ops::Config& config);

}  // namespace shopcast
