#pragma once

#include "base/result.hpp"
#include "server_settings.hpp"

namespace shopcast {

/// Builds the modules in their order, serves until SIGINT or SIGTERM, and stops them in reverse.
/// Errors: Config (an address is taken, the data folder is in use, a value makes no sense), Io.
Result<void> serve(ServerSettings settings);

}  // namespace shopcast
