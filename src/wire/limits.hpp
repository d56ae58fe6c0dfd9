#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// One message: an I-frame at 50 Mbit/s and 1 fps is 6 MiB. Larger: the connection is refused.
constexpr std::size_t rtmp_message_bytes_max = 8 * MiB;
/// All partial messages of one connection together. Larger: the connection is refused.
constexpr std::size_t rtmp_partial_bytes_max = 16 * MiB;
/// Encoders use three to five chunk streams; SRS caches 16. More: the connection is refused.
constexpr std::size_t rtmp_chunk_streams_max = 64;
/// A chunk size above a message's limit buys nothing; the peer's value is clamped to it.
constexpr std::uint32_t rtmp_chunk_bytes_max = 0xFFFFFF;
/// Nesting of AMF0 objects; real encoders use two levels.
constexpr int amf0_depth_max = 16;
/// Values in one AMF0 message, all objects and arrays together; OBS's metadata has 20.
constexpr std::size_t amf0_elements_max = 1024;
/// Tracks in one Enhanced RTMP multitrack message. More: the message is dropped.
constexpr std::size_t flv_tracks_max = 32;
/// Browsers send about 20. More: 431.
constexpr std::size_t http_headers_max = 100;
/// A PROXY protocol header: 232 bytes of addresses at most, and what a load balancer adds (AWS and
/// Google tens of bytes, HAProxy a TLS subject of a few hundred). Larger: the connection is closed.
constexpr std::size_t proxy_header_bytes_max = 2 * KiB;
/// Scans of a JPEG: progressive ones have about ten. Each walks over all its pixels, and may be ten
/// bytes long; 40 megapixels take it 0.1 s. More: the picture is refused.
constexpr std::size_t still_scans_max = 64;
static_assert(rtmp_message_bytes_max <= rtmp_partial_bytes_max);
static_assert(rtmp_message_bytes_max <= 0xFFFFFF, "the length field has 24 bits");

}  // namespace shopcast::limits
