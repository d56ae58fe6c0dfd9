#include "ingest/timestamp_repair.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/check.hpp"
#include "ingest/limits.hpp"

namespace shopcast::ingest {
namespace {

constexpr std::int64_t video_ticks_per_ms = 90;
constexpr std::int64_t forward_jump_ms = limits::ingest_forward_jump_min.count();
constexpr std::int64_t backward_jump_ms = limits::ingest_backward_jump_min.count();
constexpr std::int64_t timeline_start_ms = limits::ingest_timeline_start.count();
/// A composition time beyond it is noise, not reordering: 16 frames at 5 fps are 3.2 s.
constexpr std::int64_t composition_ms_max = 10'000;
constexpr std::int64_t shift_ticks_max = 2000 * video_ticks_per_ms;
/// A pause between two packets may be long; the step assumed after a jump is an ordinary one.
constexpr std::int64_t step_ms_max = 200;
constexpr std::int64_t ahead_seconds_min = 2;

bool is_jump(std::int64_t distance_ms) {
    return distance_ms > forward_jump_ms || distance_ms < -backward_jump_ms;
}

}  // namespace

std::int64_t timestamp_distance(std::uint32_t last, std::uint32_t now) {
    const std::int64_t distance = static_cast<std::int32_t>(now - last);
    if (std::abs(distance) <= forward_jump_ms) return distance;
    for (const std::uint32_t modulus : {1U << 24, 1U << 31}) {
        const auto before_wrap = [modulus](std::uint32_t stamp) {
            return stamp < modulus && stamp >= modulus - forward_jump_ms;
        };
        const auto after_wrap = [](std::uint32_t stamp) { return stamp <= forward_jump_ms; };
        const std::int64_t plain = std::int64_t{now} - last;
        if (before_wrap(last) && after_wrap(now)) return plain + modulus;
        if (after_wrap(last) && before_wrap(now)) return plain - modulus;
    }
    return distance;
}

void TimestampRepair::set_audio(std::uint32_t sample_rate, std::uint32_t samples_per_frame) {
    ENSURE(sample_rate > 0 && samples_per_frame > 0);
    if (next_audio_dts_ && sample_rate_ != sample_rate) {
        // The same moment in the new ticks, rounded up: times must not go back.
        next_audio_dts_ = (*next_audio_dts_ * sample_rate + sample_rate_ - 1) / sample_rate_;
    }
    sample_rate_ = sample_rate;
    samples_per_frame_ = samples_per_frame;
}

void TimestampRepair::start(Clock& clock, const Clock& other, std::uint32_t stamp_ms) {
    clock.is_running = true;
    clock.last_stamp_ms = stamp_ms;
    if (!other.is_running) {
        clock.source_ms = stamp_ms;
        clock.offset_ms = timeline_start_ms - clock.source_ms;
        return;
    }
    const std::int64_t distance = timestamp_distance(other.last_stamp_ms, stamp_ms);
    clock.source_ms = other.source_ms + distance;
    clock.offset_ms = other.offset_ms;
    if (std::abs(distance) > forward_jump_ms) {
        // Two clocks that never met: all one can say is that both packets came now.
        clock.offset_ms = other.timeline_ms() - clock.source_ms;
    }
}

TimestampRepair::Place TimestampRepair::place(Clock& clock, const Clock& other,
                                              std::uint32_t stamp_ms) {
    if (!clock.is_running) {
        start(clock, other, stamp_ms);
        return {clock.timeline_ms(), false};
    }
    const std::int64_t before_ms = clock.timeline_ms();
    const std::int64_t distance = timestamp_distance(clock.last_stamp_ms, stamp_ms);
    clock.last_stamp_ms = stamp_ms;
    clock.source_ms += distance;
    if (!is_jump(distance)) {
        if (distance > 0 && distance <= step_ms_max) clock.step_ms = distance;
        return {clock.timeline_ms(), false};
    }
    // The other track may have jumped already: then both are on the new clock together again.
    const bool other_leads = other.is_running && other.offset_ms != clock.offset_ms &&
                             !is_jump(clock.source_ms + other.offset_ms - before_ms);
    if (other_leads) {
        clock.offset_ms = other.offset_ms;
        return {clock.timeline_ms(), false};
    }
    clock.offset_ms = before_ms + clock.step_ms - clock.source_ms;
    return {clock.timeline_ms(), true};
}

RepairedTime TimestampRepair::video(std::uint32_t timestamp_ms, std::int32_t composition_ms,
                                    std::uint32_t nanoseconds) {
    const Place at = place(video_clock_, audio_clock_, timestamp_ms);
    const std::int64_t ticks = at.timeline_ms * video_ticks_per_ms +
                               std::int64_t{nanoseconds} * video_ticks_per_ms / 1'000'000;
    std::int64_t composition = std::int64_t{composition_ms} * video_ticks_per_ms;
    bool repaired = false;
    if (std::abs(std::int64_t{composition_ms}) > composition_ms_max) {
        composition = 0;
        repaired = true;
    }
    video_shift_ = std::clamp(-composition, video_shift_, shift_ticks_max);

    RepairedTime out{.dts = ticks - video_shift_,
                     .pts = ticks + composition,
                     .is_discontinuity = at.is_discontinuity};
    const std::int64_t dts_min = last_video_dts_ ? *last_video_dts_ + 1 : 0;
    if (out.dts < dts_min) {
        out.dts = dts_min;
        repaired = true;
    }
    out.pts = std::max(out.pts, out.dts);
    last_video_dts_ = out.dts;
    if (repaired) ++repaired_count_;
    return out;
}

std::optional<RepairedTime> TimestampRepair::audio(std::uint32_t timestamp_ms,
                                                   std::uint32_t nanoseconds) {
    ENSURE(sample_rate_ > 0, "set_audio() comes first");
    const Place at = place(audio_clock_, video_clock_, timestamp_ms);
    const std::int64_t rate = sample_rate_;
    const std::int64_t stamped = std::max<std::int64_t>(
        0, (at.timeline_ms * rate + 500) / 1000 + std::int64_t{nanoseconds} * rate / 1'000'000'000);
    const std::int64_t drift_max = limits::ingest_audio_drift_max.count() * rate / 1000;

    if (!next_audio_dts_) next_audio_dts_ = stamped;
    const std::int64_t drift = stamped - *next_audio_dts_;
    if (drift > drift_max || (at.is_discontinuity && drift > 0)) {
        next_audio_dts_ = stamped;
        ++repaired_count_;
    }
    samples_ahead_ = drift < -drift_max ? samples_ahead_ + samples_per_frame_ : 0;
    if (samples_ahead_ > ahead_seconds_min * rate) leaving_out_ = true;
    if (leaving_out_) {
        if (drift < -std::int64_t{samples_per_frame_}) {
            ++repaired_count_;
            return std::nullopt;
        }
        leaving_out_ = false;
    }
    const RepairedTime out{
        .dts = *next_audio_dts_, .pts = *next_audio_dts_, .is_discontinuity = at.is_discontinuity};
    *next_audio_dts_ += samples_per_frame_;
    return out;
}

}  // namespace shopcast::ingest
