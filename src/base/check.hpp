#pragma once

#include <string_view>

namespace shopcast {

/// Prints the broken invariant and aborts.
[[noreturn]] void check_failed(std::string_view condition, std::string_view file, int line,
                               std::string_view note);

}  // namespace shopcast

/// A broken invariant is a bug in shopcast, never bad input: always on, aborts.
/// ENSURE(queue.size() <= limit) or ENSURE(queue.size() <= limit, "pushed by two threads").
#define ENSURE(condition, ...)                                                        \
    do {                                                                              \
        if (!(condition)) [[unlikely]] {                                              \
            ::shopcast::check_failed(#condition, __FILE__, __LINE__, "" __VA_ARGS__); \
        }                                                                             \
    } while (false)
