#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Bounds: value, unit last in the name, and why. What happens when a bound is reached stands
/// beside it. Each module's stand in its own folder; here are those that several share. What an
/// operator may want to change is a default of the module's settings.
namespace shopcast::limits {

using namespace std::chrono_literals;

constexpr std::size_t KiB = 1024;
constexpr std::size_t MiB = 1024 * KiB;
/// 8,192 lines of ~250 bytes are 2 MiB. Full: the oldest lines are dropped.
constexpr std::size_t log_queue_lines_max = 8192;
/// Lines of one level kept to be read over the API: four times 1,000 of ~250 bytes are a MiB. More:
/// the oldest of that level go, so that no number of one takes the place of another.
constexpr std::size_t log_ring_lines_of_level_max = 1000;
/// A photo of a phone has 3 to 6 MB; pages make it smaller before they send it. Larger: 413.
constexpr std::size_t picture_upload_bytes_max = 1 * MiB;
/// A handshake takes two round trips; a peer that needs longer is cut.
constexpr auto tls_handshake_timeout = 10s;
/// What happened once is told as an alarm for so long, or nobody would see it.
constexpr auto condition_lasts = 60s;
/// A busy picture of 640x360 has 60 KiB. Larger: the poster is not renewed.
constexpr std::size_t poster_bytes_max = 512 * KiB;

}  // namespace shopcast::limits
