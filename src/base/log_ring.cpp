#include "base/log_ring.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace shopcast::log {

void Ring::add(WallTime at, Level level, std::string_view event, std::string fields) {
    const Lock lock(mutex_);
    lines_.push_back({.seq = ++last_seq_,
                      .at = at,
                      .level = level,
                      .event = std::string(event),
                      .fields = std::move(fields)});
    if (lines_.size() > limits::log_ring_lines_max) lines_.pop_front();
}

Ring::Page Ring::read(std::uint64_t after, Level least, std::size_t count_max) const {
    const Lock lock(mutex_);
    Page page{.lines = {}, .last_seq = last_seq_};
    for (auto line = lines_.rbegin(); line != lines_.rend() && line->seq > after; ++line) {
        if (line->level < least) continue;
        if (page.lines.size() == count_max) break;
        page.lines.push_back(*line);
    }
    std::ranges::reverse(page.lines);
    return page;
}

}  // namespace shopcast::log
