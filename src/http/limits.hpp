#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// Request line and headers together; nginx allows 32 KiB, browsers send 1-2. Larger: 431.
constexpr std::size_t http_head_bytes_max = 16 * KiB;
/// JSON of the API. What uploads more says so itself. Larger: 413.
constexpr std::size_t http_body_bytes_max = 64 * KiB;
/// From the first byte of a request to its last.
constexpr auto http_request_timeout = 10s;
/// Idle between two requests; nginx's default as well. Past it: the connection is closed.
constexpr auto http_keep_alive_timeout = 75s;
/// A reader that takes longer than this for one response is cut (slow readers cost memory).
constexpr auto http_write_timeout = 30s;
/// After the last answer on a connection we end, for the peer to read it before the socket goes.
constexpr auto http_linger_timeout = 2s;
/// Per process; accept pauses above it. The descriptor limit here is 20,000.
constexpr std::size_t http_connections_max = 16'000;
/// From one address: an office behind one router, or hundreds of phones behind one of a carrier's.
/// Trusted proxies are not counted. More: the new connection is closed.
constexpr std::size_t http_connections_per_address_max = 1024;
/// Request bodies held at once, those that came with their head apart. More: 503.
constexpr std::size_t http_bodies_bytes_max = 256 * MiB;
/// Those of one address: three pictures of the largest size, or a crowd's requests. More: 503.
constexpr std::size_t http_bodies_per_address_bytes_max = 24 * MiB;
/// Requests of one connection under way, those whose client has gone included; a page has a dozen
/// (RFC 9113, 6.5.2 recommends 100). More: refused, the client may try again.
constexpr std::uint32_t h2_streams_max = 128;
/// Request bodies of one connection held together, by its flow control. More is not sent.
constexpr std::size_t h2_body_bytes_max = 1 * MiB;
/// A head on the wire while it has not ended: larger than any that http_head_bytes_max lets pass,
/// padding included. More: ENHANCE_YOUR_CALM.
constexpr std::size_t h2_head_block_bytes_max = 2 * http_head_bytes_max + 16 * KiB;
/// Streams that a client resets: whoever closes a page resets all that it was loading.
/// More: ENHANCE_YOUR_CALM.
constexpr double h2_resets_at_once_max = 256;
/// The same in the long run; a player that seeks resets a few.
constexpr double h2_resets_per_second_max = 16;
/// PING, SETTINGS and the like; browsers send a few in a minute. More: ENHANCE_YOUR_CALM.
constexpr double h2_control_frames_at_once_max = 512;
/// The same in the long run.
constexpr double h2_control_frames_per_second_max = 32;
/// What is read and encrypted before it is sent: two frames, each one TLS record of 16 KiB.
constexpr std::size_t h2_output_bytes = 32 * KiB;
/// Fields of a response that fit without a second allocation.
constexpr std::size_t h2_response_fields_usual = 24;

}  // namespace shopcast::limits
