#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// What we send: ffmpeg adopts the server's chunk size for its own output (its rtmpproto.c), and
/// 64 KiB puts most frames into one or two chunks.
constexpr std::uint32_t rtmp_chunk_bytes_out = 65536;
/// 2.5 MB as FMS announces; the peer acknowledges at half of it.
constexpr std::uint32_t rtmp_window_ack_bytes = 2'500'000;
/// A handshake is 3 KB; a peer that needs longer is none. Past it: the connection is closed.
constexpr auto rtmp_handshake_timeout = 10s;
/// From connect to the first media packet; OBS may take seconds to start its encoders (SRS: 20 s).
constexpr auto rtmp_first_packet_timeout = 20s;
/// Silence on a publishing connection after which it counts as half-open.
constexpr auto rtmp_silence_timeout = 10s;
/// Before the stream key was accepted. Commands and metadata take a few KiB; larger: refused.
constexpr std::size_t rtmp_unauthenticated_message_bytes_max = 64 * KiB;
/// What one connection reads at once: a 10 Mbit/s encoder fills it 20 times a second.
constexpr std::size_t rtmp_read_buffer_bytes = 64 * KiB;
/// After the last words to an encoder, for it to read them before the connection is cut.
constexpr auto rtmp_linger_timeout = 2s;
/// How long a stream's start waits for its second track (media time): OBS's first audio and video
/// may be a second apart. After it the tracks that came are published.
constexpr auto ingest_probe_window = 2000ms;
/// How long it waits for a keyframe once video has shown itself; x264's default GOP at 25 fps is
/// 10 s. After it audio goes alone, and video joins at its keyframe.
constexpr auto ingest_keyframe_wait = 12'000ms;
/// A track that stays away this long (media time) leaves; the other goes on alone.
constexpr auto ingest_track_gone_after = 10'000ms;
/// Packets and bytes held meanwhile; the oldest are dropped.
constexpr std::size_t ingest_probe_packets_max = 2000;
/// Two seconds at 50 Mbit/s are 12 MiB.
constexpr std::size_t ingest_probe_bytes_max = 16 * MiB;
/// Beyond it a track's timestamp is a jump of the encoder's clock, not a pause: a new epoch begins.
constexpr auto ingest_forward_jump_min = 10'000ms;
/// The same backwards; encoders step back by a frame or two, never by more than this.
constexpr auto ingest_backward_jump_min = 500ms;
/// Added to all timestamps, so that a track that starts a little before the first packet, and
/// pictures shown before they are decoded, stay above zero.
constexpr auto ingest_timeline_start = 10'000ms;
/// RTMP's milliseconds jitter by 1, and encoders' by tens; above this audio has lost its place.
constexpr auto ingest_audio_drift_max = 80ms;
/// Default of rtmp.connections_max: an encoder costs a 64 KiB buffer. More: refused.
constexpr std::size_t rtmp_connections_max = 1024;
/// Connections that have not shown a stream key yet: places of their own, so that no number of them
/// keeps an encoder out. More: refused.
constexpr std::size_t rtmp_strangers_max = 1024;
/// Of one address: a studio's encoders come back together after a restart, and show their keys in
/// some milliseconds. More: refused.
constexpr std::size_t rtmp_strangers_per_address_max = 64;

}  // namespace shopcast::limits
