#include "shop/core/stock_board.hpp"

#include <atomic>

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

/// Twice the pools there may be, so that probing stays short and always ends.
constexpr std::size_t slots_count = std::size_t{1} << 17;
static_assert(slots_count >= 2 * limits::stock_pools_max);

}  // namespace

StockBoard::StockBoard() : slots_(zeroed<Slot>(slots_count)) {}

/// Its slot, or the free one where it would be.
std::size_t StockBoard::place_of(PoolId pool) const {
    std::size_t at = static_cast<std::uint64_t>(pool.value) * 0x9e3779b97f4a7c15ULL % slots_count;
    while (true) {
        const std::int64_t there = std::atomic_ref(slots_[at].pool).load(std::memory_order_acquire);
        if (there == pool.value || there == 0) return at;
        at = (at + 1) % slots_count;
    }
}

void StockBoard::show(PoolId pool, const Counters& counters) {
    Slot& slot = slots_[place_of(pool)];
    std::atomic_ref(slot.state)
        .store(counters.available() * 2 + (counters.held > 0 ? 1 : 0), std::memory_order_relaxed);
    std::atomic_ref(slot.pool).store(pool.value, std::memory_order_release);
}

std::optional<StockBoard::Entry> StockBoard::look(PoolId pool) const {
    if (pool.value == 0) return std::nullopt;
    Slot& slot = slots_[place_of(pool)];
    if (std::atomic_ref(slot.pool).load(std::memory_order_acquire) != pool.value)
        return std::nullopt;
    const std::int64_t state = std::atomic_ref(slot.state).load(std::memory_order_relaxed);
    return Entry{.available = state / 2, .are_some_held = state % 2 != 0};
}

}  // namespace shopcast::shop
