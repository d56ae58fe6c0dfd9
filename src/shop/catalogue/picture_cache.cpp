#include "shop/catalogue/picture_cache.hpp"

namespace shopcast::shop {

std::optional<Bytes> PictureCache::find(const std::string& name) {
    const Lock lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return found->second->picture;
}

void PictureCache::put(const std::string& name, Bytes picture) {
    if (picture.size() > bytes_max_) return;
    const Lock lock(mutex_);
    if (by_name_.contains(name)) return;
    bytes_ += picture.size();
    newest_first_.push_front({name, std::move(picture)});
    by_name_[name] = newest_first_.begin();
    while (bytes_ > bytes_max_) {
        const Kept& oldest = newest_first_.back();
        bytes_ -= oldest.picture.size();
        by_name_.erase(oldest.name);
        newest_first_.pop_back();
    }
}

}  // namespace shopcast::shop
