#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "media/cut/ticks.hpp"

namespace shopcast::media {

/// Watches the rhythm of one track: how far apart its frames and keyframes are.
class Cadence {
public:
    void note(Ticks time, bool keyframe);

    /// From the last frame but one to the last; 0 = fewer than two frames.
    Ticks last_interval() const { return last_interval_; }
    /// Longest of the last eight keyframe intervals, the running one included.
    Ticks longest_keyframe_interval() const;
    /// When the next keyframe comes if the longest interval holds; nothing before the second one.
    std::optional<Ticks> next_keyframe() const;
    bool saw_two_keyframes() const { return closed_count_ > 0; }

private:
    std::optional<Ticks> last_;
    std::optional<Ticks> last_keyframe_;
    Ticks last_interval_ = 0;
    std::array<Ticks, 8> keyframe_intervals_{};
    std::size_t closed_count_ = 0;
};

/// The mean distance of frames with these decode times, leaving out hiccups; `otherwise` when
/// there are fewer than two.
Ticks measure_interval(std::span<const Ticks> times, Ticks otherwise);

/// PART-TARGET for frames `interval` apart: the whole number of frames nearest to `wanted` (at
/// least one, at most 10 % more), plus room for timestamps that RTMP rounds to milliseconds and
/// encoders let jitter, rounded up to a millisecond. At most `most`.
Milliseconds choose_part_target(Ticks interval, Ticks wanted, Ticks most);

}  // namespace shopcast::media
