#pragma once

#include <string>

namespace shopcast::net {

/// What OpenSSL complained about first in this thread, in its own words; clears its list.
std::string take_tls_error();

}  // namespace shopcast::net
