#include "show/audience.hpp"

#include <set>

namespace shopcast::show {
Audience::Audience(const Clock& clock)
    : clock_(clock),
      gauge_("shopcast_viewers", "Pages that reported playback within 30 s.", "channel",
             [this] { return counts(); }) {}

metrics::SampledGauge::Samples Audience::counts() const {
    metrics::SampledGauge::Samples out;
    const Lock lock(mutex_);
    for (const auto& [channel, viewers] : by_channel_) {
        const std::size_t count = viewers->count(clock_.steady());
        if (count > 0) out.emplace_back(channel, static_cast<std::int64_t>(count));
    }
    return out;
}

std::size_t Audience::seen(const std::string& channel, std::string_view viewer_id,
                           std::string_view address) {
    std::shared_ptr<Viewers> viewers;
    {
        const Lock lock(mutex_);
        std::shared_ptr<Viewers>& slot = by_channel_[channel];
        if (!slot) slot = std::make_shared<Viewers>();
        viewers = slot;
    }
    viewers->seen(viewer_id, address, clock_.steady());
    return viewers->count(clock_.steady());
}

std::size_t Audience::count(std::string_view channel) const {
    const auto viewers = find(channel);
    return viewers ? viewers->count(clock_.steady()) : 0;
}

std::size_t Audience::total() const {
    std::size_t sum = 0;
    const Lock lock(mutex_);
    for (const auto& [channel, viewers] : by_channel_) sum += viewers->count(clock_.steady());
    return sum;
}

void Audience::forget(const std::string& channel) {
    const Lock lock(mutex_);
    by_channel_.erase(channel);
}

void Audience::keep_only(const std::vector<std::string>& channels) {
    const std::set<std::string_view> known(channels.begin(), channels.end());
    const Lock lock(mutex_);
    std::erase_if(by_channel_, [&](const auto& entry) { return !known.contains(entry.first); });
}

std::shared_ptr<Viewers> Audience::find(std::string_view channel) const {
    const Lock lock(mutex_);
    const auto found = by_channel_.find(channel);
    return found == by_channel_.end() ? nullptr : found->second;
}

}  // namespace shopcast::show
