#include "syncs.hpp"
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace {

std::atomic<std::int64_t> count = 0;

int sync_by(long number, int fd) {
    count.fetch_add(1, std::memory_order_relaxed);
    return static_cast<int>(::syscall(number, fd));
}

}  // namespace

extern "C" int fsync(int fd) {
    return sync_by(SYS_fsync, fd);
}
extern "C" int fdatasync(int fd) {
    return sync_by(SYS_fdatasync, fd);
}

namespace shopcast::bench {

std::int64_t syncs() {
    return count.load(std::memory_order_relaxed);
}

}  // namespace shopcast::bench
