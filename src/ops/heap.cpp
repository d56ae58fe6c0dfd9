#include "ops/heap.hpp"
#include <malloc.h>

#include <cstdint>

#include "ops/limits.hpp"
#include "ops/machine.hpp"

namespace shopcast::ops {
namespace {

/// Pages in memory that no block is in: zero when it cannot be said.
std::uint64_t unused_bytes() {
    const std::uint64_t own = process_use().own_bytes;
    const std::uint64_t used = allocated_bytes();
    return own > used ? own - used : 0;
}

}  // namespace

void bound_heap() {
    // NOLINTBEGIN(concurrency-mt-unsafe): before there is a second thread.
    ::mallopt(M_ARENA_MAX, limits::heap_arenas_max);
    ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(limits::heap_mapped_from_bytes));
    ::mallopt(M_TRIM_THRESHOLD, static_cast<int>(limits::heap_kept_bytes));
    // NOLINTEND(concurrency-mt-unsafe)
}

bool give_back_heap() {
    if (unused_bytes() < limits::heap_kept_bytes) return false;
    ::malloc_trim(0);
    return true;
}

}  // namespace shopcast::ops
