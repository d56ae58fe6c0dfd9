#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "shop/core/batch.hpp"
#include "shop/core/commit_sink.hpp"
#include "shop/core/shelf.hpp"

namespace shopcast::shop {

/// The stock of each shop as everybody sees it, kept by what the desk has made durable: nobody has
/// to ask the database. The desk's thread writes, any thread reads.
class StockShelves {
public:
    /// Everything anew, from what an allocator starts with. The desk's thread.
    void replace(const Snapshot& snapshot);
    /// What a durable batch has changed. The desk's thread.
    void apply(const Batch& batch);
    /// A shop that sells nothing yet. The desk's thread.
    void open_shop(const std::string& shop);

    /// Grows with each change of any shop. Free to ask.
    std::uint64_t changes() const { return changes_.load(std::memory_order_acquire); }
    /// The shops that have changed after changes() was `seen`.
    std::vector<std::string> changed_since(std::uint64_t seen) const;

    struct Shown {
        Shelf shelf;           ///< Its skus and deals are without their names.
        std::int64_t version;  ///< Grows with each change, over restarts as well.
    };
    /// None: there is no such shop, or the desk has not opened yet.
    std::optional<Shown> look(const std::string& shop) const;

private:
    struct Shop {
        Shelf shelf;
        std::uint64_t changed_at = 0;
    };
    /// Whose counters a pool's are.
    struct Place {
        Shop* shop = nullptr;
        std::int64_t id = 0;
        bool is_deal = false;
    };
    void put(const Sku& sku) REQUIRES_LOCK(mutex_);
    void put(const Deal& deal) REQUIRES_LOCK(mutex_);
    void count(PoolId pool, const Counters& counters) REQUIRES_LOCK(mutex_);

    std::atomic<std::uint64_t> changes_{1};

    mutable Mutex mutex_;
    std::int64_t epoch_ GUARDED_BY(mutex_) = 0;
    std::map<std::string, Shop> shops_ GUARDED_BY(mutex_);
    std::unordered_map<PoolId, Place, IdHash> places_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::shop
