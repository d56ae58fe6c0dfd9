#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// Conditions of the server are looked at this often.
constexpr auto alarm_interval = 5s;
/// Arenas of the allocator, each with free blocks of its own: two threads seldom want one at the
/// same moment. (glibc: eight for each processor.)
constexpr int heap_arenas_max = 4;
/// Blocks from here on are mappings of their own, which go when they are freed. Smaller: in an
/// arena. (glibc raises this by itself up to 32 MiB, and then keeps whole bodies.)
constexpr std::size_t heap_mapped_from_bytes = 256 * KiB;
/// Pages in memory that no block is in. More: they are given back, within some seconds.
constexpr std::size_t heap_kept_bytes = 16 * MiB;

}  // namespace shopcast::limits
