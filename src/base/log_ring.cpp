#include "base/log_ring.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace shopcast::log {

void Ring::add(WallTime at, Level level, std::string_view event, std::string fields) {
    const Lock lock(mutex_);
    std::deque<Line>& lines = by_level_[static_cast<std::size_t>(level)];
    lines.push_back({.seq = ++last_seq_,
                     .at = at,
                     .level = level,
                     .event = std::string(event),
                     .fields = std::move(fields)});
    if (lines.size() > limits::log_ring_lines_of_level_max) lines.pop_front();
}

Ring::Page Ring::read(std::uint64_t after, Level least, std::size_t count_max) const {
    const Lock lock(mutex_);
    Page page{.lines = {}, .last_seq = last_seq_};
    // How many of each level's newest are in the page already.
    std::array<std::size_t, levels_count> taken{};
    while (page.lines.size() < count_max) {
        const Line* newest = nullptr;
        for (auto level = static_cast<std::size_t>(least); level < levels_count; ++level) {
            const std::deque<Line>& lines = by_level_[level];
            if (taken[level] == lines.size()) continue;
            const Line& next = lines[lines.size() - 1 - taken[level]];
            if (newest == nullptr || next.seq > newest->seq) newest = &next;
        }
        if (newest == nullptr || newest->seq <= after) break;
        ++taken[static_cast<std::size_t>(newest->level)];
        page.lines.push_back(*newest);
    }
    std::ranges::reverse(page.lines);
    return page;
}

}  // namespace shopcast::log
