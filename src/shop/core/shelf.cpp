#include "shop/core/shelf.hpp"

#include <algorithm>
#include <array>

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

constexpr std::array<std::string_view, 5> state_words{"available", "low", "held", "sold_out",
                                                      "off"};

}  // namespace

std::string_view to_string(StockState state) {
    return state_words[static_cast<std::size_t>(state)];
}

StockState state_of(const Counters& counters) {
    const std::int64_t left = counters.available();
    if (left > limits::low_stock_units) return StockState::Available;
    if (left > 0) return StockState::Low;
    return counters.held > 0 ? StockState::AllHeld : StockState::SoldOut;
}

const ShelfSku* Shelf::find(SkuId id) const {
    const auto found = std::ranges::find(skus, id, [](const ShelfSku& one) { return one.sku.id; });
    return found == skus.end() ? nullptr : &*found;
}

const ShelfDeal* Shelf::running_deal(SkuId id) const {
    const ShelfDeal* best = nullptr;
    for (const ShelfDeal& one : deals) {
        if (one.deal.sku != id || one.deal.state != DealState::Running) continue;
        if (best == nullptr || one.deal.price.minor < best->deal.price.minor) best = &one;
    }
    return best;
}

}  // namespace shopcast::shop
