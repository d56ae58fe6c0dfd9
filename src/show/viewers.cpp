#include "show/viewers.hpp"

#include <algorithm>

#include "show/limits.hpp"

namespace shopcast::show {

void Viewers::seen(std::string_view viewer_id, SteadyTime now) {
    const Lock lock(mutex_);
    forget_before(now - limits::viewer_counted_for);
    if (const auto known = last_seen_.find(viewer_id); known != last_seen_.end()) {
        known->second = now;
    } else if (last_seen_.size() < limits::viewers_counted_max) {
        last_seen_.emplace(viewer_id, now);
    }
}

std::size_t Viewers::count(SteadyTime now) const {
    const Lock lock(mutex_);
    forget_before(now - limits::viewer_counted_for);
    return last_seen_.size();
}

bool Viewers::is_viewer_id(std::string_view text) {
    return text.size() >= 16 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

void Viewers::forget_before(SteadyTime horizon) const {
    // Once a second is exact enough, and keeps a beat cheap in a room of thousands.
    if (horizon - swept_at_ < std::chrono::seconds(1)) return;
    swept_at_ = horizon;
    std::erase_if(last_seen_, [&](const auto& entry) { return entry.second < horizon; });
}

}  // namespace shopcast::show
