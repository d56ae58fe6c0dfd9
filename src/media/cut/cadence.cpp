#include "media/cut/cadence.hpp"

#include <algorithm>
#include <vector>

namespace shopcast::media {

void Cadence::note(Ticks time, bool keyframe) {
    if (last_) last_interval_ = time - *last_;
    last_ = time;
    if (!keyframe) return;
    if (last_keyframe_) {
        keyframe_intervals_[closed_count_++ % keyframe_intervals_.size()] = time - *last_keyframe_;
    }
    last_keyframe_ = time;
}

Ticks Cadence::longest_keyframe_interval() const {
    const Ticks running = last_keyframe_ ? *last_ - *last_keyframe_ : 0;
    return std::max(running, *std::ranges::max_element(keyframe_intervals_));
}

std::optional<Ticks> Cadence::next_keyframe() const {
    if (!saw_two_keyframes()) return std::nullopt;
    return *last_keyframe_ + *std::ranges::max_element(keyframe_intervals_);
}

Ticks measure_interval(std::span<const Ticks> times, Ticks otherwise) {
    if (times.size() < 2) return otherwise;
    std::vector<Ticks> intervals;
    for (std::size_t i = 1; i < times.size(); ++i) intervals.push_back(times[i] - times[i - 1]);
    const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
    std::ranges::nth_element(intervals, middle);
    const Ticks median = *middle;
    // The median alone would be 33 ms for the 33, 33, 34 of 30 fps; the mean alone would believe
    // one dropped frame.
    Ticks sum = 0;
    Ticks count = 0;
    for (const Ticks interval : intervals) {
        if (interval < median * 3 / 4 || interval > median * 5 / 4) continue;
        sum += interval;
        ++count;
    }
    return std::max<Ticks>(1, (sum + count / 2) / count);
}

Milliseconds choose_part_target(Ticks interval, Ticks wanted, Ticks most) {
    Ticks frames = std::max<Ticks>(1, (wanted + interval / 2) / interval);
    if (frames > 1 && frames * interval > wanted * 11 / 10) --frames;
    constexpr Ticks rounding = 2 * ticks_per_ms;
    const Ticks target = frames * interval + std::max(rounding, interval / 8);
    return to_ms(std::min(target, most) + ticks_per_ms - 1);
}

}  // namespace shopcast::media
