#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "media/cut/cadence.hpp"
#include "media/cut/packager_config.hpp"
#include "media/cut/packet.hpp"
#include "media/cut/ticks.hpp"
#include "media/cut/track_queue.hpp"

namespace shopcast::media {

/// What the packager decided about one part.
struct PartCut {
    Ticks start = 0;
    Ticks duration = 0;
    bool opens_segment = false;
    bool closes_segment = false;
    bool independent = false;         ///< contains an IDR picture; audio alone: always
    bool starts_independent = false;  ///< its first sample is one
    bool gap = false;                 ///< no samples: time that passed without media
    std::vector<PartRun> runs;        ///< video first
    std::vector<Bytes> payloads;      ///< of all samples, run by run
};

/// Divides packets into parts and segments. Pure: no clock, no bytes written; the same packets
/// give the same cuts.
///
/// One track is the clock that parts are cut by: video where there is video, by decode time. A part
/// is closed by the frame behind it ("closing frame"): only then its last duration and whether a
/// segment ends there are facts, and at 30 fps that costs 33 ms of the ~2 s a viewer is behind.
/// Audio joins the part by media time.
class Packager {
public:
    explicit Packager(const PackagerConfig& config);

    /// Of a stream that goes on after a restart; zero changes nothing. REQUIRES: nothing pushed.
    void set_part_target(Milliseconds part_target);
    /// Starts an epoch where the timeline ends. REQUIRES: flush() was called, or nothing pushed.
    void begin_epoch(const TrackSet& tracks);
    void push(Packet packet);
    /// Cuts everything left; the segment ends there.
    void flush();
    /// Continues the timeline up to `until` (short of it by less than a part) with gap segments.
    /// What was pushed before is cut first. What comes later for the time covered is dropped, up
    /// to a keyframe behind it. Does nothing before the epoch's first part.
    void fill_gap(Ticks until);

    /// The cuts made since the last call, oldest first.
    std::vector<PartCut> take_cuts() { return std::exchange(cuts_, {}); }

    /// The packet's time cannot belong to this epoch: begin another one before pushing it.
    bool breaks_time(const Packet& packet) const;

    /// End of the last cut.
    Ticks end() const { return part_start_; }
    /// Where on the timeline the epoch's first packet lies. Known after the epoch's first cut.
    Ticks first_packet_time() const { return first_packet_90k_ - zero_90k_ + epoch_start_; }
    /// PART-TARGET: measured from the first frames, then fixed for the stream's life.
    std::optional<Milliseconds> part_target() const { return part_target_; }
    /// A gap was filled, and no keyframe has come since.
    bool is_behind_gap() const { return behind_gap_; }
    /// Behind a gap: the newest packet is still older than the timeline's end.
    bool is_late() const { return behind_gap_ && newest_behind_gap_ < part_start_; }

    /// What the health report is made of.
    struct Facts {
        Ticks keyframe_interval = 0;      ///< longest of the newest; 0 = one keyframe so far
        Ticks reorder_delay = 0;          ///< how long B-frames hold pictures back
        bool keyframes_too_rare = false;  ///< segments have to be cut without a keyframe
        bool audio_lags = false;    ///< audio comes too late to share its part with the picture
        bool video_silent = false;  ///< parts are cut without waiting for video any more
    };
    Facts facts() const;

private:
    struct Boundary {
        Ticks end;
        bool closes_segment;
    };
    /// What scan() saw of the clock's samples that could end the part.
    struct Candidates {
        std::optional<Ticks> frame;     // the latest allowed frame boundary
        std::optional<Ticks> keyframe;  // the latest keyframe at which the segment may end
        std::optional<Ticks> now;       // end it here, look no further
        bool all_seen = false;          // no later sample can fall into the part
    };

    bool has_both() const { return has_video_ && has_audio_; }
    TrackQueue& clock() { return has_video_ ? video_ : audio_; }
    const TrackQueue& clock() const { return has_video_ ? video_ : audio_; }
    std::int64_t to_90k(const Packet& packet) const;

    void push_clock(Packet packet);
    void push_audio(Packet packet);
    void start_clock(const Packet& first);
    bool ends_gap(const Packet& packet);

    void measure_part_target(bool flushing);
    void cut(bool flushing);
    bool cut_one(bool flushing);
    std::optional<Boundary> find_boundary(bool flushing) const;
    Candidates scan(Ticks limit, bool segment_must_end) const;
    bool audio_is_there(Ticks end);
    void emit(const Boundary& boundary);
    void emit_gaps(Ticks until, bool whole_parts_only);
    void add_cut(PartCut cut, const Boundary& boundary);

    bool segment_is_due(Ticks at) const;
    bool keyframes_too_rare() const;
    bool keyframe_within(Ticks limit) const;
    Ticks segment_limit() const;
    Ticks part_ticks() const { return to_ticks(*part_target_); }

    // Constant after construction.
    Ticks part_wanted_;
    Ticks target_duration_;
    // The stream.
    std::optional<Milliseconds> part_target_;
    Ticks part_start_ = 0;
    Ticks segment_start_ = 0;
    bool segment_open_ = false;
    std::vector<PartCut> cuts_;
    // The epoch.
    bool has_video_ = false;
    bool has_audio_ = false;
    std::int64_t audio_rate_ = ticks_per_second;
    bool clock_runs_ = false;
    bool first_packet_seen_ = false;
    std::int64_t first_packet_90k_ = 0;
    std::int64_t zero_90k_ = 0;
    Ticks epoch_start_ = 0;
    Ticks audio_from_ = 0;  // audio that ends before this is dropped
    Ticks reorder_delay_ = 0;
    std::deque<Packet> early_audio_;  // before the first keyframe
    TrackQueue video_;
    TrackQueue audio_;
    Cadence cadence_;
    bool audio_lags_ = false;
    bool video_silent_ = false;
    bool behind_gap_ = false;
    Ticks newest_behind_gap_ = 0;
};

}  // namespace shopcast::media
