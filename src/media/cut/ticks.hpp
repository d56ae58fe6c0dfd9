#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace shopcast::media {

/// Durations and positions on the stream's timeline: 1/90,000 s since the stream began. The
/// timeline runs on through discontinuities.
using Ticks = std::int64_t;
constexpr Ticks ticks_per_second = 90'000;
constexpr Ticks ticks_per_ms = 90;

constexpr Ticks to_ticks(Milliseconds duration) {
    return duration.count() * ticks_per_ms;
}
/// Rounded down.
constexpr Milliseconds to_ms(Ticks ticks) {
    return Milliseconds{ticks / ticks_per_ms};
}
constexpr Nanoseconds to_ns(Ticks ticks) {
    return Nanoseconds{ticks * 100'000 / 9};
}

/// value * to / from, rounded down also below zero, without overflow on the way.
constexpr std::int64_t rescale(std::int64_t value, std::int64_t from, std::int64_t to) {
    __extension__ using Wide = __int128;
    const Wide product = Wide{value} * to;
    const Wide quotient = product / from;
    return static_cast<std::int64_t>(product % from < 0 ? quotient - 1 : quotient);
}

}  // namespace shopcast::media
