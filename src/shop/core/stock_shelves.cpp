#include "shop/core/stock_shelves.hpp"

#include <algorithm>

namespace shopcast::shop {
namespace {

std::int64_t id_of(const ShelfSku& one) {
    return one.sku.id.value;
}
std::int64_t id_of(const ShelfDeal& one) {
    return one.deal.id.value;
}

// A shelf's lists are in the order of their ids.

/// nullptr: it is not there.
template <typename Item>
Item* find(std::vector<Item>& list, std::int64_t id) {
    const auto found =
        std::ranges::lower_bound(list, id, {}, [](const Item& one) { return id_of(one); });
    return found == list.end() || id_of(*found) != id ? nullptr : &*found;
}

/// A new one in its place. REQUIRES: it is not there.
template <typename Item>
Item& insert(std::vector<Item>& list, std::int64_t id) {
    const auto place =
        std::ranges::lower_bound(list, id, {}, [](const Item& one) { return id_of(one); });
    return *list.insert(place, Item{});
}

}  // namespace

void StockShelves::put(const Sku& sku) {
    Shop& shop = shops_[sku.shop];
    shop.changed_at = changes_.load(std::memory_order_relaxed);
    ShelfSku* known = find(shop.shelf.skus, sku.id.value);
    if (known == nullptr) {
        known = &insert(shop.shelf.skus, sku.id.value);
        places_[PoolId::of(sku.id)] = {.shop = &shop, .id = sku.id.value, .is_deal = false};
    }
    known->sku = sku;
    known->sku.shop.clear();
    known->sku.name.clear();
    for (ShelfDeal& one : shop.shelf.deals) {
        if (one.deal.sku == sku.id) one.was = sku.price;
    }
}

void StockShelves::put(const Deal& deal) {
    const auto sku = places_.find(PoolId::of(deal.sku));
    if (sku == places_.end()) return;
    Shop& shop = *sku->second.shop;
    std::vector<ShelfDeal>& deals = shop.shelf.deals;
    shop.changed_at = changes_.load(std::memory_order_relaxed);
    ShelfDeal* known = find(deals, deal.id.value);
    if (deal.state == DealState::Ended) {
        if (known != nullptr) deals.erase(deals.begin() + (known - deals.data()));
        places_.erase(PoolId::of(deal.id));
        return;
    }
    if (known == nullptr) {
        known = &insert(deals, deal.id.value);
        places_[PoolId::of(deal.id)] = {.shop = &shop, .id = deal.id.value, .is_deal = true};
    }
    known->deal = deal;
    known->was = find(shop.shelf.skus, deal.sku.value)->sku.price;
}

/// Pools of coupons and of deals that have ended are on no shelf.
void StockShelves::count(PoolId pool, const Counters& counters) {
    const auto found = places_.find(pool);
    if (found == places_.end()) return;
    const Place& place = found->second;
    place.shop->changed_at = changes_.load(std::memory_order_relaxed);
    if (place.is_deal) {
        find(place.shop->shelf.deals, place.id)->stock = counters;
    } else {
        find(place.shop->shelf.skus, place.id)->stock = counters;
    }
}

void StockShelves::replace(const Snapshot& snapshot) {
    const Lock lock(mutex_);
    const std::uint64_t now = changes_.load(std::memory_order_relaxed) + 1;
    changes_.store(now, std::memory_order_release);
    places_.clear();
    shops_.clear();
    epoch_ = snapshot.epoch;
    for (const std::string& shop : snapshot.shops) shops_[shop].changed_at = now;
    for (const Sku& sku : snapshot.skus) put(sku);
    for (const Deal& deal : snapshot.deals) put(deal);
    for (const auto& [pool, counters] : snapshot.counters) count(pool, counters);
}

void StockShelves::apply(const Batch& batch) {
    if (!batch.changes_the_stock()) return;
    const Lock lock(mutex_);
    changes_.fetch_add(1, std::memory_order_release);
    for (const auto& [sku, is_new] : batch.skus.entries()) put(sku);
    for (const auto& [deal, is_new] : batch.deals.entries()) put(deal);
    for (const auto& [pool, counters] : batch.counters) count(pool, counters);
}

void StockShelves::open_shop(const std::string& shop) {
    const Lock lock(mutex_);
    if (shops_.contains(shop)) return;
    shops_[shop].changed_at = changes_.fetch_add(1, std::memory_order_release) + 1;
}

std::vector<std::string> StockShelves::changed_since(std::uint64_t seen) const {
    std::vector<std::string> out;
    const Lock lock(mutex_);
    for (const auto& [name, shop] : shops_) {
        if (shop.changed_at > seen) out.push_back(name);
    }
    return out;
}

std::optional<StockShelves::Shown> StockShelves::look(const std::string& shop) const {
    const Lock lock(mutex_);
    const auto found = shops_.find(shop);
    if (found == shops_.end()) return std::nullopt;
    return Shown{.shelf = found->second.shelf,
                 .version = (epoch_ << 32) +
                            static_cast<std::int64_t>(found->second.changed_at & 0xFFFFFFFFU)};
}

}  // namespace shopcast::shop
