#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "shop/core/records.hpp"
#include "shop/core/zeroed.hpp"

namespace shopcast::shop {

/// What pages and io threads know of the stock: durable, and a batch old at most. One thread
/// writes, any thread reads, nobody waits.
class StockBoard {
public:
    struct Entry {
        std::int64_t available = 0;
        bool are_some_held = false;
        /// Nothing is left and nothing will come back by itself.
        bool is_sold_out() const { return available == 0 && !are_some_held; }
    };

    StockBoard();
    /// The one writer's thread.
    void show(PoolId pool, const Counters& counters);
    /// Nothing: the pool has never been shown.
    std::optional<Entry> look(PoolId pool) const;

private:
    /// Only touched through std::atomic_ref.
    struct Slot {
        std::int64_t pool;   ///< 0: free. Never changes once it is set.
        std::int64_t state;  ///< available * 2 + are_some_held
    };
    std::size_t place_of(PoolId pool) const;

    Zeroed<Slot> slots_;
};

}  // namespace shopcast::shop
