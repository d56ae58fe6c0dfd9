#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"

namespace shopcast::async {

/// What a child may take. Its code gives it to both sides: the child shuts itself in, the parent
/// holds messages and processor time to it.
struct CageLimits {
    std::size_t message_bytes_max;         ///< of what it is asked
    std::size_t answer_bytes_max;          ///< of what it answers
    std::uint64_t memory_bytes_max;        ///< address space, on top of the loaded program's
    std::chrono::seconds message_cpu_max;  ///< processor time of one message
};

/// False in a sanitizer's build, whose runtime cannot bear all of it: cage.cpp says what is left.
extern const bool cage_is_whole;

/// Shuts the calling process in, for good: from here on it has the memory that `limits` grant, the
/// socket `parent_fd` to read and to answer on, and the few system calls that computing takes. It
/// opens no file and no socket, starts no process and no thread, makes no memory executable; stdout
/// and stderr lead nowhere, so that it cannot write lines into the server's log. The kernel kills
/// it at the first other system call.
///
/// Call it when everything that comes from a file is loaded, and before the first byte of a
/// stranger. REQUIRES: one thread. Errors: Io: this kernel or its container has no such cage.
Result<void> enter_cage(const CageLimits& limits, int parent_fd);

}  // namespace shopcast::async
