#include "media/cut/packager.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "media/limits.hpp"

namespace shopcast::media {
namespace {

/// EXTINF is rounded to whole seconds before it is compared with TARGETDURATION (6.2.1), so a
/// segment may be up to half a second longer. Keyframes every 4.17 s (100 frames at 24 fps) then
/// still begin segments; 50 ms stay in hand.
constexpr Ticks segment_slack = 450 * ticks_per_ms;

/// A segment ends at the first keyframe from half the target duration on: keyframes every 1 s or
/// 2 s give 2 s segments. Longer ones would not let viewers join earlier (they start at a part
/// marked INDEPENDENT, so at every keyframe), shorter ones would make the playlist, of which every
/// viewer reads two a second, longer. 100 ms let a slightly early keyframe count.
constexpr Ticks early_keyframe = 100 * ticks_per_ms;

/// How much audio may come later than the video it belongs to before parts are cut without it.
/// Encoders interleave by decode time, so audio is normally behind by the reorder delay (67 ms for
/// two B-frames) and one audio frame.
constexpr Ticks audio_wait = 250 * ticks_per_ms;

/// How long audio may run ahead alone before parts are cut without video.
constexpr Ticks video_wait = 3 * ticks_per_second;

/// Steps further than these are not frames that came late or were dropped, but another clock.
constexpr Ticks forward_jump = 10 * ticks_per_second;
constexpr Ticks backward_jump = ticks_per_second / 2;

/// Packet times beyond +-2^53 ticks (3,000 years) would overflow the arithmetic.
constexpr std::int64_t time_max = std::int64_t{1} << 53;

/// Audio kept while the first keyframe is awaited: more than 10 s at 48 kHz.
constexpr std::size_t early_audio_packets_max = 512;

constexpr Ticks default_frame_interval = ticks_per_second / 30;

Ticks least_part(Ticks part_target) {
    return part_target * 85 / 100 + 1;
}

}  // namespace

Packager::Packager(const PackagerConfig& config)
    : part_wanted_(to_ticks(config.part_target)),
      target_duration_(to_ticks(config.target_duration)) {
    ENSURE(part_wanted_ > 0 && part_wanted_ <= target_duration_);
}

void Packager::set_part_target(Milliseconds part_target) {
    // Another target duration may be configured by now, and no part is longer than that.
    if (part_target > Milliseconds{0}) {
        part_target_ = std::min(part_target, to_ms(target_duration_));
    }
}

void Packager::begin_epoch(const TrackSet& tracks) {
    ENSURE(tracks.video || tracks.audio);
    ENSURE(!segment_open_, "the epoch before was not flushed");
    has_video_ = tracks.video.has_value();
    has_audio_ = tracks.audio.has_value();
    const AudioTrack audio = tracks.audio.value_or(AudioTrack{.sample_rate = ticks_per_second});
    audio_rate_ = audio.sample_rate;
    ENSURE(audio_rate_ > 0);
    video_.reset(wire::cmaf::video_track_id, video_timescale,
                 static_cast<std::uint32_t>(default_frame_interval));
    audio_.reset(wire::cmaf::audio_track_id, audio.sample_rate, audio.samples_per_frame);
    clock_runs_ = false;
    first_packet_seen_ = false;
    zero_90k_ = 0;
    epoch_start_ = part_start_;
    reorder_delay_ = 0;
    early_audio_.clear();
    cadence_ = {};
    audio_lags_ = false;
    video_silent_ = false;
    behind_gap_ = false;
}

std::int64_t Packager::to_90k(const Packet& packet) const {
    return packet.kind == TrackKind::Video ? packet.dts
                                           : rescale(packet.dts, audio_rate_, ticks_per_second);
}

void Packager::push(Packet packet) {
    if (packet.dts > time_max || packet.dts < -time_max) return;
    if (packet.pts > time_max || packet.pts < -time_max) return;
    if (packet.kind == TrackKind::Audio && packet.payload.size() > limits::audio_frame_bytes_max) {
        return;
    }
    if (!(packet.kind == TrackKind::Video ? has_video_ : has_audio_)) return;
    if (!std::exchange(first_packet_seen_, true)) first_packet_90k_ = to_90k(packet);

    const bool is_clock = packet.kind == TrackKind::Video || !has_video_;
    if (is_clock) {
        push_clock(std::move(packet));
    } else if (clock_runs_) {
        push_audio(std::move(packet));
    } else {
        if (early_audio_.size() == early_audio_packets_max) early_audio_.pop_front();
        early_audio_.push_back(std::move(packet));
    }
    cut(false);
}

void Packager::push_clock(Packet packet) {
    packet.keyframe = packet.keyframe || !has_video_;
    if (!clock_runs_) {
        if (!packet.keyframe) return;
        start_clock(packet);
    }
    if (behind_gap_ && !ends_gap(packet)) return;
    TrackQueue& queue = clock();
    queue.push(std::move(packet));
    cadence_.note(queue.back().time, queue.back().keyframe);
    if (has_video_ && cadence_.last_interval() > 0) {
        video_.set_frame_duration(cadence_.last_interval());
    }
    video_silent_ = false;
}

void Packager::start_clock(const Packet& first) {
    clock_runs_ = true;
    zero_90k_ = to_90k(first);
    reorder_delay_ = has_video_ ? std::clamp<Ticks>(first.pts - first.dts, 0, ticks_per_second) : 0;
    audio_from_ = epoch_start_ + reorder_delay_;
    video_.anchor(zero_90k_, epoch_start_);
    audio_.anchor(zero_90k_, epoch_start_);
    for (Packet& packet : std::exchange(early_audio_, {})) push_audio(std::move(packet));
}

void Packager::push_audio(Packet packet) {
    const Ticks time = audio_.time_of(packet);
    if (behind_gap_ || time + audio_.frame_duration() <= audio_from_) return;
    // The other track's clock, not lateness: LiveStream begins a new epoch when its own follows.
    if (std::abs(time - (video_.any_pushed() ? video_.last_time() : epoch_start_)) > forward_jump) {
        return;
    }
    packet.keyframe = true;
    audio_.push(std::move(packet));
    // Video is what parts wait for; audio that ran away from it is not worth keeping for ever.
    if (audio_.size() > limits::part_samples_max * 2) audio_.drop_front();
}

bool Packager::breaks_time(const Packet& packet) const {
    const TrackQueue& queue = packet.kind == TrackKind::Video ? video_ : audio_;
    if (packet.dts > time_max || packet.dts < -time_max || !queue.any_pushed()) return false;
    const Ticks time = queue.time_of(packet);
    // Behind a gap only the way forward counts: old packets are simply dropped.
    if (behind_gap_) return time - part_start_ > forward_jump;
    return time - queue.last_time() > forward_jump || queue.last_time() - time > backward_jump ||
           queue.cut_end() - time > backward_jump ||
           (&queue == &clock() && part_start_ - time > backward_jump);
}

void Packager::flush() {
    cut(true);
    if (!segment_open_) return;
    // Which part is the last shows when nothing is left: it ends the segment after the fact.
    if (!cuts_.empty()) {
        cuts_.back().closes_segment = true;
    } else {
        cuts_.push_back({.start = part_start_, .closes_segment = true});
    }
    segment_open_ = false;
    segment_start_ = part_start_;
}

void Packager::measure_part_target(bool flushing) {
    const auto& samples = clock().samples();
    if (samples.empty()) return;
    // Four frames at least, or one hiccup would decide about the whole stream; and slightly more
    // than a part, so that the first part is not delayed by the measurement.
    constexpr std::size_t frames_min = 4;
    const Ticks span = samples.back().time - samples.front().time;
    const bool enough = (samples.size() >= frames_min && span >= part_wanted_ * 11 / 10) ||
                        span >= target_duration_ || clock().is_full();
    if (!enough && !flushing) return;
    std::vector<Ticks> times;
    for (const auto& sample : samples) times.push_back(sample.time);
    part_target_ = choose_part_target(measure_interval(times, clock().frame_duration()),
                                      part_wanted_, target_duration_);
}

bool Packager::keyframes_too_rare() const {
    return cadence_.longest_keyframe_interval() > target_duration_ + segment_slack;
}

/// A keyframe that a segment can end at is queued, or due by `limit` if the rhythm holds.
bool Packager::keyframe_within(Ticks limit) const {
    const auto in_reach = [&](const TrackQueue::Sample& sample) {
        return sample.keyframe && sample.time > part_start_ && sample.time <= limit;
    };
    if (std::ranges::any_of(clock().samples(), in_reach)) return true;
    const std::optional<Ticks> next = cadence_.next_keyframe();
    if (!next) return !keyframes_too_rare();
    return *next <= limit && *next >= clock().last_time();
}

Ticks Packager::segment_limit() const {
    const Ticks limit = segment_start_ + target_duration_;
    const Ticks late = limit + segment_slack;
    // The part in progress may lie in the slack already when the hope for a keyframe ends.
    const bool use_slack = limit - part_start_ < part_ticks() / 2 || keyframe_within(late);
    return use_slack ? late : limit;
}

bool Packager::segment_is_due(Ticks at) const {
    const Ticks elapsed = at - segment_start_;
    return elapsed >= target_duration_ / 2 - early_keyframe ||
           elapsed + cadence_.longest_keyframe_interval() > target_duration_ + segment_slack;
}

void Packager::cut(bool flushing) {
    if (!part_target_) measure_part_target(flushing);
    if (!part_target_) return;
    while (cut_one(flushing)) {
    }
}

bool Packager::cut_one(bool flushing) {
    if (flushing && clock().empty()) return false;
    const std::optional<Boundary> boundary = find_boundary(flushing);
    if (!boundary) return false;
    if (has_both() && !flushing && !audio_is_there(boundary->end)) return false;
    emit(*boundary);
    return true;
}

Packager::Candidates Packager::scan(Ticks limit, bool segment_must_end) const {
    const bool keyframes_dense = cadence_.longest_keyframe_interval() <= part_ticks();
    const Ticks enough = part_start_ + (segment_must_end ? 1 : least_part(part_ticks()));
    Candidates seen;
    Ticks latest = part_start_;
    Ticks interval = 0;
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (const auto& sample : clock().samples()) {
        if (sample.time > limit) {
            seen.all_seen = true;
            return seen;
        }
        if (sample.time > part_start_) {
            interval = sample.time - latest;
            const bool may_end_segment = sample.keyframe && segment_is_due(sample.time);
            if (may_end_segment) seen.keyframe = sample.time;
            if (sample.time >= enough) seen.frame = sample.time;
            const bool full = count >= limits::part_samples_max ||
                              bytes + sample.payload.size() > limits::part_bytes_max;
            if (full || (sample.keyframe && !keyframes_dense &&
                         (may_end_segment || sample.time >= enough))) {
                seen.now = sample.time;
                return seen;
            }
        }
        latest = std::max(latest, sample.time);
        ++count;
        bytes += sample.payload.size();
    }
    // One more frame would be too long: no need to wait for it. A tenth of it covers jitter.
    seen.all_seen = seen.frame && latest + interval * 9 / 10 > limit;
    return seen;
}

std::optional<Packager::Boundary> Packager::find_boundary(bool flushing) const {
    const Ticks segment_end = segment_limit();
    const Ticks limit = std::min(part_start_ + part_ticks(), segment_end);
    const bool segment_must_end = limit == segment_end;
    const auto ending = [&](Ticks end) {
        // No room for another part worth the name. While a keyframe is due, any room is enough.
        const bool by_rule = segment_end == segment_start_ + target_duration_;
        const Ticks room = by_rule ? part_ticks() / 2 : cadence_.last_interval();
        return Boundary{.end = end, .closes_segment = segment_end - end < std::max<Ticks>(room, 1)};
    };
    const Candidates seen = scan(limit, segment_must_end);
    if (seen.now) {
        return Boundary{
            .end = *seen.now,
            .closes_segment = seen.keyframe == seen.now || ending(*seen.now).closes_segment};
    }
    if (seen.all_seen) {
        if (seen.keyframe) return Boundary{.end = *seen.keyframe, .closes_segment = true};
        if (seen.frame) {
            return Boundary{
                .end = *seen.frame,
                .closes_segment = segment_must_end || ending(*seen.frame).closes_segment};
        }
        // Frames too far apart for a boundary between 85 % and 100 % of PART-TARGET: the part ends
        // while a frame is shown, and that frame's duration reaches into the next part.
        return Boundary{.end = limit, .closes_segment = segment_must_end};
    }
    if (flushing) {
        const Ticks last = std::max(clock().newest_end(), part_start_ + 1);
        return Boundary{.end = std::min(last, limit), .closes_segment = segment_must_end};
    }
    const bool audio_alone =
        has_both() && !audio_.empty() && audio_.newest_end() > limit + reorder_delay_ + video_wait;
    if (audio_alone) return Boundary{.end = limit, .closes_segment = segment_must_end};
    return std::nullopt;
}

bool Packager::audio_is_there(Ticks end) {
    const Ticks needed = end + reorder_delay_;
    const bool there = audio_.any_pushed() && (audio_.empty() ? audio_.cut_end() >= needed
                                                              : audio_.newest_end() >= needed);
    if (there) {
        audio_lags_ = false;
        return true;
    }
    // Once the wait was in vain it is not repeated for every part: a track that lags more than
    // that, or has ended, must not delay the picture for the rest of the stream.
    if (audio_lags_ || video_.is_full()) return true;
    audio_lags_ = !video_.empty() && video_.back().time >= needed + audio_wait;
    return audio_lags_;
}

void Packager::emit(const Boundary& boundary) {
    PartCut cut;
    cut.start = part_start_;
    if (has_video_) {
        video_silent_ = clock().empty() || clock().back().time < boundary.end;
        PartRun run = video_.take(boundary.end, cut.payloads);
        cut.independent = std::ranges::any_of(run.samples, &wire::cmaf::Sample::sync);
        cut.starts_independent = !run.samples.empty() && run.samples.front().sync;
        if (!run.samples.empty()) cut.runs.push_back(std::move(run));
    }
    if (has_audio_) {
        PartRun run = audio_.take(boundary.end + reorder_delay_, cut.payloads);
        if (!has_video_) cut.independent = cut.starts_independent = !run.samples.empty();
        if (!run.samples.empty()) cut.runs.push_back(std::move(run));
    }
    cut.gap = cut.runs.empty();
    add_cut(std::move(cut), boundary);
}

void Packager::add_cut(PartCut cut, const Boundary& boundary) {
    ENSURE(boundary.end > part_start_ && boundary.end - part_start_ <= part_ticks());
    cut.duration = boundary.end - part_start_;
    cut.opens_segment = !segment_open_;
    cut.closes_segment = boundary.closes_segment;
    segment_open_ = !boundary.closes_segment;
    part_start_ = boundary.end;
    if (boundary.closes_segment) segment_start_ = part_start_;
    cuts_.push_back(std::move(cut));
}

void Packager::fill_gap(Ticks until) {
    if (!clock_runs_ || (!part_target_ && clock().empty())) return;
    if (!behind_gap_) {
        flush();
        behind_gap_ = true;
    }
    emit_gaps(until, true);
}

void Packager::emit_gaps(Ticks until, bool whole_parts_only) {
    while (part_start_ < until) {
        const Ticks segment_end = segment_start_ + target_duration_;
        const Ticks end = std::min({part_start_ + part_ticks(), segment_end, until});
        if (whole_parts_only && end == until && end - part_start_ < part_ticks()) return;
        PartCut cut;
        cut.start = part_start_;
        cut.gap = true;
        add_cut(std::move(cut), {.end = end, .closes_segment = end == segment_end});
    }
}

bool Packager::ends_gap(const Packet& packet) {
    const Ticks time = clock().time_of(packet);
    newest_behind_gap_ = time;
    if (!packet.keyframe || time < part_start_) return false;
    emit_gaps(time, false);
    flush();
    behind_gap_ = false;
    cadence_ = {};
    audio_from_ = part_start_ + reorder_delay_;
    audio_.clear();  // alone it has been flushed
    return true;
}

Packager::Facts Packager::facts() const {
    return {.keyframe_interval = cadence_.saw_two_keyframes() || keyframes_too_rare()
                                     ? cadence_.longest_keyframe_interval()
                                     : 0,
            .reorder_delay = reorder_delay_,
            .keyframes_too_rare = keyframes_too_rare(),
            .audio_lags = audio_lags_,
            .video_silent = video_silent_};
}

}  // namespace shopcast::media
