#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "media/cut/packet.hpp"
#include "media/cut/ticks.hpp"
#include "media/limits.hpp"
#include "wire/cmaf.hpp"

namespace shopcast::media {

/// The samples of one track that go into one part.
struct PartRun {
    std::uint32_t track_id = 0;
    std::uint64_t decode_time = 0;  ///< tfdt
    std::vector<wire::cmaf::Sample> samples;
};

/// Samples of one track that wait for their part. Turns packet times into positions on the
/// timeline and into tfdt, which is the timeline plus ten seconds: audio may begin a little before
/// the picture, and a negative tfdt breaks players (ExoPlayer).
class TrackQueue {
public:
    struct Sample {
        Ticks time = 0;        ///< decode time on the timeline
        std::int64_t dts = 0;  ///< decode time as tfdt counts it, in the track's ticks
        std::int32_t composition_offset = 0;
        bool keyframe = false;
        Bytes payload;
    };

    /// Begins an epoch: what is left is dropped. `frame_duration` in the track's ticks stands in
    /// where the next sample is not known.
    void reset(std::uint32_t track_id, std::uint32_t timescale, std::uint32_t frame_duration);
    /// From here packet time `zero_90k` (1/90,000 s) lies at `start` on the timeline.
    void anchor(std::int64_t zero_90k, Ticks start);

    Ticks time_of(const Packet& packet) const;
    /// A time that stands still or goes back into what was already cut is moved forward by the
    /// smallest step.
    void push(Packet packet);
    void drop_front();
    void clear();
    /// Takes the samples before `end`, payloads appended to `payloads`. The last one lasts until
    /// the next sample, or, when there is none yet: video to `end`, audio for a frame.
    PartRun take(Ticks end, std::vector<Bytes>& payloads);

    bool empty() const { return samples_.empty(); }
    std::size_t size() const { return samples_.size(); }
    /// Holds as much as one part may (limits::part_samples_max, part_bytes_max).
    bool is_full() const;
    const std::deque<Sample>& samples() const { return samples_; }
    const Sample& front() const { return samples_.front(); }
    const Sample& back() const { return samples_.back(); }
    /// Where the newest sample is expected to end.
    Ticks newest_end() const { return to_time(samples_.back().dts + frame_duration_); }
    Ticks frame_duration() const { return rescale(frame_duration_, timescale_, ticks_per_second); }
    void set_frame_duration(std::int64_t ticks) { frame_duration_ = ticks; }
    /// The latest decode time pushed since reset().
    bool any_pushed() const { return any_pushed_; }
    Ticks last_time() const { return to_time(last_dts_); }
    /// Everything before this is cut already.
    Ticks cut_end() const { return to_time(floor_); }

private:
    Ticks to_time(std::int64_t dts) const;

    std::uint32_t track_id_ = 0;
    std::int64_t timescale_ = ticks_per_second;
    std::int64_t frame_duration_ = 0;
    std::int64_t shift_ = 0;  // from packet time to tfdt
    std::int64_t floor_ = 0;  // end of the last sample taken
    std::int64_t last_dts_ = 0;
    bool any_pushed_ = false;
    std::size_t bytes_ = 0;
    std::deque<Sample> samples_;
};

}  // namespace shopcast::media
