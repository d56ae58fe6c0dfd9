#include "media/live/rendition.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "media/limits.hpp"
#include "wire/cmaf.hpp"

namespace shopcast::media {

Rendition::Rendition(std::string name, const PackagerConfig& config, std::shared_ptr<MemFile> file)
    : name_(std::move(name)),
      live_window_(to_ticks(std::max(config.live_window, 10 * config.target_duration))),
      target_duration_(to_ticks(config.target_duration)),
      live_bytes_max_(config.live_bytes_max),
      file_(std::move(file)) {}

Result<Rendition> Rendition::create(std::string name, const PackagerConfig& config) {
    return Rendition(std::move(name), config, TRY(MemFile::create()));
}

void Rendition::resume(std::uint64_t next_msn, std::uint64_t discontinuities) {
    ENSURE(!epoch_ && next_msn_ == 0);
    next_msn_ = next_msn;
    discontinuities_ = discontinuity_sequence_ = discontinuities;
}

void Rendition::begin_epoch(std::shared_ptr<const Epoch> epoch) {
    ENSURE(!open_, "the packager flushes before a new epoch");
    discontinuity_due_ = discontinuity_due_ || next_msn_ > 0;
    epoch_ = std::move(epoch);
}

Result<void> Rendition::add(const PartCut& cut, const WallMapping& wall) {
    const bool closes = cut.closes_segment;
    if (cut.duration > 0) {
        if (cut.opens_segment) open_segment(cut, wall);
        TRY_VOID(store(cut));
    }
    if (closes) close_segment();
    return {};
}

void Rendition::open_segment(const PartCut& cut, const WallMapping& wall) {
    ENSURE(!open_ && epoch_);
    region_ = file_->begin_region();
    Segment segment;
    segment.msn = next_msn_;
    segment.epoch = epoch_;
    segment.discontinuity = std::exchange(discontinuity_due_, false);
    if (segment.discontinuity) ++discontinuities_;
    segment.gap = true;
    segment.starts_independent = cut.starts_independent;
    segment.start = cut.start;
    segment.program_date_time = wall.wall_of(cut.start);
    segment.bytes = {.region = region_, .offset = region_->begin(), .length = 0};
    open_ = std::make_shared<const Segment>(std::move(segment));
}

Result<void> Rendition::store(const PartCut& cut) {
    ENSURE(open_);
    if (!cut.gap && !open_->starts_independent) independent_segments_ = false;
    Part part{
        .duration = cut.duration, .independent = cut.independent, .gap = cut.gap, .bytes = {}};
    std::uint32_t video_frames = 0;
    if (!cut.gap) {
        std::vector<wire::cmaf::TrackRun> runs;
        for (const PartRun& run : cut.runs) {
            if (run.track_id == wire::cmaf::video_track_id) {
                video_frames = static_cast<std::uint32_t>(run.samples.size());
            }
            runs.push_back(
                {.track_id = run.track_id, .decode_time = run.decode_time, .samples = run.samples});
        }
        const ByteVector head = wire::cmaf::fragment_header(++fragment_number_, runs);
        std::vector<ByteSpan> pieces;
        pieces.reserve(1 + cut.payloads.size());
        pieces.emplace_back(head);
        for (const Bytes& payload : cut.payloads) pieces.emplace_back(payload);
        part.bytes = TRY(file_->append(region_, pieces));
    }
    // Readers hold the segment as it was; the next snapshot gets a longer one.
    Segment longer = *open_;
    longer.duration += cut.duration;
    longer.gap = longer.gap && cut.gap;
    longer.video_frames += video_frames;
    longer.bytes.length += part.bytes.length;
    stored_bytes_ += part.bytes.length;
    longer.parts.push_back(std::move(part));
    open_ = std::make_shared<const Segment>(std::move(longer));
    return {};
}

void Rendition::close_segment() {
    ENSURE(open_);
    Segment complete = *open_;
    complete.complete = true;
    listed_duration_ += complete.duration;
    segments_.push_back(std::make_shared<const Segment>(std::move(complete)));
    open_.reset();
    region_.reset();
    ++next_msn_;
    while (first_may_leave()) retire_first();
    forget_old();
}

bool Rendition::first_may_leave() const {
    if (listed_count() > limits::live_segments_max) return true;
    if (listed_count() < 2) return false;
    const Ticks left = listed_duration_ - segments_[retired_at_.size()]->duration;
    // 6.2.2: never shorter than three target durations.
    return left >= live_window_ ||
           (stored_bytes_ > live_bytes_max_ && left >= 3 * target_duration_);
}

void Rendition::retire_first() {
    const Segment& first = *segments_[retired_at_.size()];
    listed_duration_ -= first.duration;
    // 6.2.2: the sequence counts the EXT-X-DISCONTINUITY tags that left.
    if (first.discontinuity) ++discontinuity_sequence_;
    retired_at_.push_back(segments_.back()->end());
}

/// 6.2.2: a segment can be fetched for its own duration plus the playlist's after it appeared. It
/// appeared a playlist ago; three target durations and its own also cover the segment in progress
/// and, for its parts, "three target durations after the tag is removed".
void Rendition::forget_old() {
    const Ticks now = segments_.back()->end();
    while (!retired_at_.empty()) {
        const Ticks kept = now - retired_at_.front();
        const bool crowded =
            stored_bytes_ > live_bytes_max_ || retired_at_.size() > limits::live_segments_max;
        if (kept < 3 * target_duration_ + segments_.front()->duration && !crowded) return;
        stored_bytes_ -= segments_.front()->bytes.length;
        segments_.pop_front();
        retired_at_.pop_front();
    }
}

RenditionSnapshot Rendition::snapshot(bool ended) const {
    RenditionSnapshot out;
    out.name = name_;
    out.segments.assign(segments_.begin(), segments_.end());
    out.listed_from = retired_at_.size();
    out.open = open_;
    for (const auto& segment : out.segments) {
        if (out.epochs.empty() || out.epochs.back() != segment->epoch) {
            out.epochs.push_back(segment->epoch);
        }
    }
    if (epoch_ && (out.epochs.empty() || out.epochs.back() != epoch_)) out.epochs.push_back(epoch_);
    out.discontinuity_sequence = discontinuity_sequence_;
    out.next_msn = next_msn_;
    if (!ended && epoch_) {
        out.hint = Hint{.epoch = epoch_->id,
                        .msn = next_msn_,
                        .part = open_ ? static_cast<std::uint32_t>(open_->parts.size()) : 0};
    }
    return out;
}

}  // namespace shopcast::media
