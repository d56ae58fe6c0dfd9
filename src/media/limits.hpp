#pragma once

#include "base/limits.hpp"
#include "wire/limits.hpp"

namespace shopcast::limits {

/// Bytes of one part before it is published; 50 Mbit/s for a second are 6 MiB. Larger: the part
/// is closed early.
constexpr std::size_t part_bytes_max = 16 * MiB;
/// Samples in one part: 120 fps video plus 47 audio frames a second, doubled.
constexpr std::size_t part_samples_max = 512;
/// An AAC frame has at most 768 bytes a channel (ISO/IEC 14496-3, 4.5.3). Larger: dropped.
constexpr std::size_t audio_frame_bytes_max = 64 * KiB;
/// Bytes of one stream's segments, listed or still fetchable: 78 s at 50 Mbit/s are 490 MB. More:
/// the live window gets shorter, down to three target durations.
constexpr std::size_t live_bytes_max = 512 * MiB;
/// Segments of one playlist: 60 s hold 30 of the usual 2 s. More (an encoder that changes its
/// parameters every frame): the oldest go.
constexpr std::size_t live_segments_max = 512;
/// Segments that wait for the recordings' disk: a minute of 16 streams. More: they are left out of
/// the recording, and an alarm is raised.
constexpr std::size_t recording_queue_segments_max = 512;
/// Their bytes, which stay in memory meanwhile: a minute of ten streams at 3 Mbit/s are 225 MB. The
/// same happens.
constexpr std::uint64_t recording_queue_bytes_max = 256 * MiB;
/// What a stopping server gives the disk to take what still waits.
constexpr auto recording_stop_timeout = 5s;
/// Default of recording.keep_free_mb: the database and the logs live on that disk as well. Below it
/// segments are left out of the recording.
constexpr std::int64_t recording_keep_free_mb = 1024;
/// Streams one server remembers, those that ended a short while ago included. More: the one that
/// ended first is forgotten.
constexpr std::size_t live_streams_max = 2048;
/// A live channel's poster is renewed so often: home shows what is going on, and a stream of 1080p
/// costs a thousandth of a core.
constexpr auto poster_interval = 10'000ms;
/// For whoever read the channel's answer a moment ago, through a cache. Older ones: 404.
constexpr std::size_t posters_of_channel_max = 3;
/// Channels with a poster, live or not: as many as there are streams. More: the one whose poster
/// is oldest loses it.
constexpr std::size_t poster_channels_max = live_streams_max;
/// Keyframes that wait to be drawn; each holds its segment in memory. 256 take about 4 s. More: a
/// stream asks again with its next keyframe.
constexpr std::size_t poster_queue_max = 256;
/// How often a live stream's poster goes to the disk, for the day the power fails.
constexpr auto poster_saved_every = 60s;
/// What a stopping server gives the disk to take the last posters.
constexpr auto poster_stop_timeout = 2s;
static_assert(part_bytes_max >= rtmp_message_bytes_max);

}  // namespace shopcast::limits
