#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// From the first byte to the last of the answer. Payment providers answer within two seconds,
/// slow ones within ten.
constexpr auto outgoing_timeout = std::chrono::milliseconds(20'000);
/// Under way at once. At 0.5 s each that is 128 a second.
constexpr std::size_t outgoing_at_once = 64;
/// More that wait: Busy, and whoever asked asks again later.
constexpr std::size_t outgoing_waiting_max = 4096;
/// Of one answer; a list of 100 refunds has 100 KiB.
constexpr std::size_t outgoing_answer_bytes_max = 1 * MiB;
/// Certificates change every few weeks; two looks after a change the new one is served.
constexpr auto tls_certificate_look_interval = 2s;
/// From accepting a connection to the whole header: a proxy sends it as soon as it is connected.
/// Past it: the connection is closed.
constexpr auto proxy_header_timeout = 5s;
/// Connections accepted in a row before others get their turn.
constexpr int accept_burst_max = 64;
/// Without free descriptors: how long accepting pauses.
constexpr auto accept_pause = 100ms;
/// Connections the kernel completes for us while we are busy (somaxconn caps it).
constexpr int listen_backlog = 4096;

}  // namespace shopcast::limits
