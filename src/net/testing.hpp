#pragma once

#include <utility>

#include "net/loop.hpp"

/// For tests of everything that lives on a loop.
namespace shopcast::net {

inline Task<void> stop_after(Loop& loop, Task<void> body) {
    co_await std::move(body);
    loop.stop();
}

/// Runs `body` on `loop` in this thread and returns when it, and what it spawned, has ended.
inline void run_to_end(Loop& loop, Task<void> body) {
    loop.spawn(stop_after(loop, std::move(body)));
    loop.run();
}

}  // namespace shopcast::net
