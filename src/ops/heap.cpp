#include "ops/heap.hpp"
#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "ops/limits.hpp"

namespace shopcast::ops {
namespace {

/// Pages in memory that no block is in: zero when it cannot be said.
std::uint64_t unused_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    std::uint64_t shared = 0;
    if (!(statm >> size >> resident >> shared)) return 0;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t own = (resident - shared) * page;
    const struct mallinfo2 heap = ::mallinfo2();
    const std::uint64_t used = heap.uordblks + heap.hblkhd;
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
