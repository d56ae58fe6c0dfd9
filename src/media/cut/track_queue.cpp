#include "media/cut/track_queue.hpp"

#include <algorithm>

#include "media/limits.hpp"

namespace shopcast::media {
namespace {

constexpr Ticks tfdt_base = 10 * ticks_per_second;

/// Composition offsets beyond this are damage, not reordering.
constexpr std::int64_t composition_offset_max = 10 * ticks_per_second;

}  // namespace

void TrackQueue::reset(std::uint32_t track_id, std::uint32_t timescale,
                       std::uint32_t frame_duration) {
    *this = TrackQueue{};
    track_id_ = track_id;
    timescale_ = timescale;
    frame_duration_ = frame_duration;
}

void TrackQueue::anchor(std::int64_t zero_90k, Ticks start) {
    shift_ = rescale(start + tfdt_base - zero_90k, ticks_per_second, timescale_);
}

Ticks TrackQueue::to_time(std::int64_t dts) const {
    return rescale(dts, timescale_, ticks_per_second) - tfdt_base;
}

Ticks TrackQueue::time_of(const Packet& packet) const {
    return to_time(packet.dts + shift_);
}

void TrackQueue::push(Packet packet) {
    std::int64_t dts = std::max(packet.dts + shift_, floor_);
    if (any_pushed_) dts = std::max(dts, last_dts_ + 1);
    const std::int64_t offset = packet.pts + shift_ - dts;
    bytes_ += packet.payload.size();
    last_dts_ = dts;
    any_pushed_ = true;
    samples_.push_back({.time = to_time(dts),
                        .dts = dts,
                        .composition_offset = static_cast<std::int32_t>(
                            std::clamp(offset, -composition_offset_max, composition_offset_max)),
                        .keyframe = packet.keyframe,
                        .payload = std::move(packet.payload)});
    if (packet.kind == TrackKind::Audio) samples_.back().composition_offset = 0;
}

void TrackQueue::drop_front() {
    bytes_ -= samples_.front().payload.size();
    samples_.pop_front();
}

void TrackQueue::clear() {
    samples_.clear();
    bytes_ = 0;
}

bool TrackQueue::is_full() const {
    return samples_.size() >= limits::part_samples_max || bytes_ >= limits::part_bytes_max;
}

PartRun TrackQueue::take(Ticks end, std::vector<Bytes>& payloads) {
    PartRun run{.track_id = track_id_, .decode_time = 0, .samples = {}};
    while (!samples_.empty() && samples_.front().time < end) {
        Sample sample = std::move(samples_.front());
        samples_.pop_front();
        bytes_ -= sample.payload.size();
        if (run.samples.empty()) run.decode_time = static_cast<std::uint64_t>(sample.dts);
        std::int64_t duration = frame_duration_;
        if (!samples_.empty()) {
            duration = samples_.front().dts - sample.dts;
        } else if (track_id_ == wire::cmaf::video_track_id) {
            // Not the usual frame duration: the next frame may come at any time from `end` on, and
            // must not be taken for one that goes back.
            duration = std::max<std::int64_t>(1, end + tfdt_base - sample.dts);
        }
        floor_ = sample.dts + duration;
        run.samples.push_back({.duration = static_cast<std::uint32_t>(duration),
                               .size = static_cast<std::uint32_t>(sample.payload.size()),
                               .composition_offset = sample.composition_offset,
                               .sync = sample.keyframe});
        payloads.push_back(std::move(sample.payload));
    }
    return run;
}

}  // namespace shopcast::media
