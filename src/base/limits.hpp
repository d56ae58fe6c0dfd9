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
/// Addresses of which it is remembered what was refused to them, ~550 bytes each: 2 MiB. More: the
/// one that was refused least is forgotten.
constexpr std::size_t refusal_addresses_max = 4096;
/// An address that was quiet for so long is forgotten.
constexpr auto refusal_remembered_for = std::chrono::hours(24);
/// Lines of the log on refusals, whatever is refused to whom: with 43,000 a day a journal can live.
/// More: those together are one line.
constexpr std::size_t refusal_lines_max = 30;
/// Within so long.
constexpr auto refusal_lines_every = 60s;
/// Wrong passwords, codes, tokens and keys within that time that are an alarm: people mistype, but
/// hardly two a second.
constexpr std::size_t refusal_guesses_alarming = 100;
/// The alarm stays for so long, because each minute is counted anew.
constexpr auto refusal_guessing_lasts = 2 * refusal_lines_every;
/// A photo of a phone has 3 to 6 MB; pages make it smaller before they send it. Larger: 413.
constexpr std::size_t picture_upload_bytes_max = 1 * MiB;
/// A handshake takes two round trips; a peer that needs longer is cut.
constexpr auto tls_handshake_timeout = 10s;
/// What happened once is told as an alarm for so long, or nobody would see it.
constexpr auto condition_lasts = 60s;
/// A busy picture of 640x360 has 60 KiB. Larger: the poster is not renewed.
constexpr std::size_t poster_bytes_max = 512 * KiB;

}  // namespace shopcast::limits
