#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shop/core/records.hpp"

/// What can be bought in a shop now.
namespace shopcast::shop {

/// What a buyer is told of a pool. AllHeld is not SoldOut: units may return by themselves.
enum class StockState : std::uint8_t { Available, Low, AllHeld, SoldOut, Off };
/// "all_held" is "held" where stock is shown.
std::string_view to_string(StockState state);
/// REQUIRES: it is on sale; what is withdrawn is Off.
StockState state_of(const Counters& counters);

struct ShelfSku {
    Sku sku;
    Counters stock;
    StockState state() const { return sku.on_sale ? state_of(stock) : StockState::Off; }
};
struct ShelfDeal {
    Deal deal;
    std::string shop;
    Money was;  ///< The sku's own price.
    std::string sku_name;
    Counters stock;
};

struct Shelf {
    std::vector<ShelfSku> skus;    ///< In the order of their ids.
    std::vector<ShelfDeal> deals;  ///< Scheduled and running ones, likewise.

    const ShelfSku* find(SkuId id) const;
    /// The running one; the best for the buyer when there are several.
    const ShelfDeal* running_deal(SkuId id) const;
};

}  // namespace shopcast::shop
