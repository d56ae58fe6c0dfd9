#include "show/viewers.hpp"

#include <algorithm>

#include "show/limits.hpp"

namespace shopcast::show {

void Viewers::seen(std::string_view viewer_id, std::string_view address, SteadyTime now) {
    const Lock lock(mutex_);
    forget_before(now - limits::viewer_counted_for);
    if (const auto known = viewers_.find(viewer_id); known != viewers_.end()) {
        known->second.last_seen = now;
        return;
    }
    if (viewers_.size() >= limits::viewers_counted_max) return;
    const std::size_t from = std::hash<std::string_view>{}(address);
    std::size_t& here = by_address_.try_emplace(from, 0).first->second;
    if (here >= limits::viewers_per_address_max) return;
    ++here;
    viewers_.emplace(viewer_id, Viewer{now, from});
}

std::size_t Viewers::count(SteadyTime now) const {
    const Lock lock(mutex_);
    forget_before(now - limits::viewer_counted_for);
    return viewers_.size();
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
    for (auto viewer = viewers_.begin(); viewer != viewers_.end();) {
        if (viewer->second.last_seen >= horizon) {
            ++viewer;
            continue;
        }
        const auto here = by_address_.find(viewer->second.address);
        if (--here->second == 0) by_address_.erase(here);
        viewer = viewers_.erase(viewer);
    }
}

}  // namespace shopcast::show
