#include "live/on_air.hpp"

#include <utility>

#include "base/log.hpp"

namespace shopcast::live {

Result<std::shared_ptr<Broadcast>> OnAir::begin(async::Loop& home,
                                                media::LiveStreamSettings settings) {
    return Broadcast::create(home, parts_, std::move(settings),
                             [this](const Broadcast& ended) { remove(ended); });
}

Result<std::shared_ptr<Broadcast>> OnAir::find_or_begin(const std::string& channel,
                                                        async::Loop& loop) {
    const Lock lock(mutex_);
    if (const auto found = by_channel_.find(channel); found != by_channel_.end()) {
        return found->second;
    }
    media::LiveStreamSettings settings{.id = media::StreamId(random_token(parts_.random, 10)),
                                       .channel = channel,
                                       .started_at = parts_.clock.wall(),
                                       .packager = parts_.packager,
                                       .resumed_at = {}};
    auto broadcast = TRY(begin(loop, std::move(settings)));
    by_channel_.emplace(channel, broadcast);
    return broadcast;
}

Result<void> OnAir::resume(std::vector<media::LiveStreamSettings> streams,
                           const std::vector<async::Loop*>& loops) {
    const Lock lock(mutex_);
    for (media::LiveStreamSettings& settings : streams) {
        settings.packager = parts_.packager;
        async::Loop& home = *loops[by_channel_.size() % loops.size()];
        log::info("stream.waits_after_restart",
                  {{"stream", settings.id.value}, {"channel", settings.channel}});
        const std::string channel = settings.channel;
        by_channel_[channel] = TRY(begin(home, std::move(settings)));
    }
    return {};
}

void OnAir::stop(const std::string& channel, const std::string& words) {
    std::shared_ptr<Broadcast> broadcast;
    {
        const Lock lock(mutex_);
        const auto found = by_channel_.find(channel);
        if (found == by_channel_.end()) return;
        broadcast = found->second;
    }
    async::Loop& home = broadcast->home();
    home.post([broadcast = std::move(broadcast), words] { broadcast->stop(words); });
}

std::size_t OnAir::size() const {
    const Lock lock(mutex_);
    return by_channel_.size();
}

void OnAir::abandon_all() {
    const Lock lock(mutex_);
    for (const auto& [channel, broadcast] : by_channel_) broadcast->abandon();
    by_channel_.clear();
}

void OnAir::remove(const Broadcast& ended) {
    const Lock lock(mutex_);
    const auto found = by_channel_.find(ended.channel());
    if (found != by_channel_.end() && found->second.get() == &ended) by_channel_.erase(found);
}

}  // namespace shopcast::live
