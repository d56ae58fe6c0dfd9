#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace shopcast {

using Nanoseconds = std::chrono::nanoseconds;
using Milliseconds = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where time comes from. Code that decides by time takes a Clock (or a time) as a parameter, so
/// that a test can run days in milliseconds. Safe to call from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual SteadyTime steady() const = 0;
    virtual WallTime wall() const = 0;
};

/// The machine's clocks.
const Clock& system_clock();

/// Milliseconds since 1970-01-01T00:00Z, as the database keeps times.
constexpr std::int64_t to_unix_ms(WallTime time) {
    return time.time_since_epoch().count();
}

/// "2026-11-22T15:57:00.123Z" (RFC 3339, UTC, milliseconds).
std::string to_rfc3339(WallTime time);

}  // namespace shopcast
