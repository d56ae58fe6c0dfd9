#pragma once

#include <cstdint>

namespace shopcast::bench {

/// Calls of fsync and fdatasync by anything in this process, SQLite included: they pass through
/// this program's own functions of those names.
std::int64_t syncs();

}  // namespace shopcast::bench
