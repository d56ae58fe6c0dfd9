#pragma once

#include <cstdint>
#include <optional>

#include "ingest/limits.hpp"

namespace shopcast::ingest {

/// Times of one packet on the publication's timeline.
struct RepairedTime {
    std::int64_t dts = 0;  ///< ticks: video 1/90,000 s, audio samples
    std::int64_t pts = 0;  ///< >= dts; equal to it for audio
    /// The encoder's clock jumped before this packet. The timeline goes on as if it had not, so
    /// wall-clock anchors set before are void.
    bool is_discontinuity = false;
};

/// Turns RTMP's 32-bit milliseconds into one 64-bit timeline for both tracks of a publish. It never
/// corrects by a constant step: what the encoder says about durations is kept, except where it is
/// impossible.
///
/// - Wraps are unfolded: at 2^32 (49.7 days), and those of senders that keep 31 bits (24.8 days) or
///   24 bits (4 h 39 min, the field without its extension).
/// - Decode times of a track rise strictly; a time that does not is moved up by one tick.
/// - Negative composition times move decode times back, presentation times stay.
/// - Audio counts its samples and takes a new anchor when that and the timestamps have drifted
///   apart by more than limits::ingest_audio_drift_max: at once over a gap; when audio is ahead,
///   only after it was so for two seconds (encoders stamp several frames with one time), by leaving
///   frames out.
/// - Jumps beyond limits::ingest_forward_jump_min and ingest_backward_jump_min are reported, and a
///   jump of one track is matched with that of the other, so that sound and picture stay together.
///
/// No clock, no input or output; one thread.
class TimestampRepair {
public:
    /// REQUIRES: before the first audio(), and at each change of the two.
    void set_audio(std::uint32_t sample_rate, std::uint32_t samples_per_frame);

    RepairedTime video(std::uint32_t timestamp_ms, std::int32_t composition_ms,
                       std::uint32_t nanoseconds = 0);
    /// Nothing: this frame is to be left out.
    std::optional<RepairedTime> audio(std::uint32_t timestamp_ms, std::uint32_t nanoseconds = 0);

    /// Packets whose times were moved or that were left out.
    std::uint64_t repaired_count() const { return repaired_count_; }

private:
    struct Clock {
        bool is_running = false;
        std::uint32_t last_stamp_ms = 0;
        std::int64_t source_ms = 0;  // last_stamp_ms unfolded
        std::int64_t offset_ms = 0;  // from source to timeline
        std::int64_t step_ms = 0;    // the last believable distance between two packets

        std::int64_t timeline_ms() const { return source_ms + offset_ms; }
    };
    struct Place {
        std::int64_t timeline_ms = 0;
        bool is_discontinuity = false;
    };
    Place place(Clock& clock, const Clock& other, std::uint32_t stamp_ms);
    static void start(Clock& clock, const Clock& other, std::uint32_t stamp_ms);

    Clock video_clock_;
    Clock audio_clock_;

    std::optional<std::int64_t> last_video_dts_;
    std::int64_t video_shift_ = 0;  // ticks by which decode times go back

    std::uint32_t sample_rate_ = 0;
    std::uint32_t samples_per_frame_ = 1024;
    std::optional<std::int64_t> next_audio_dts_;
    std::int64_t samples_ahead_ = 0;  // audio played while audio was ahead of its timestamps
    bool leaving_out_ = false;

    std::uint64_t repaired_count_ = 0;
};

/// How far `now` lies after `last` on a clock of 32, 31 or 24 bits: the shortest way round
/// (RFC 1982). The shorter clocks are recognised only at their wrap.
std::int64_t timestamp_distance(std::uint32_t last, std::uint32_t now);

}  // namespace shopcast::ingest
