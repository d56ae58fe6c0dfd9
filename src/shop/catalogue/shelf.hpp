#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "shop/core/records.hpp"
#include "store/sqlite.hpp"

/// What can be bought now, as the database has it: what pages show, and what carts are priced by.
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

/// Every shop's, by its id; a shop without skus too.
Result<std::map<std::string, Shelf>> read_shelves(store::Database& database);
/// One shop's skus and running deals, those that are asked for alone.
Result<Shelf> read_shelf(store::Database& database, const std::string& shop,
                         const std::vector<SkuId>& skus);

struct DealFilter {
    std::string shop;
    DealId behind;  ///< 0: from the newest on.
    std::size_t count_max = 0;
};
/// Newest first, ended ones too.
Result<std::vector<ShelfDeal>> list_deals(store::Database& database, const DealFilter& filter);
Result<std::optional<ShelfDeal>> find_deal(store::Database& database, DealId id);

struct ShelfCoupon {
    Coupon coupon;
    Counters quota;
};
Result<std::vector<ShelfCoupon>> list_coupons(store::Database& database, const std::string& shop);
Result<std::optional<ShelfCoupon>> find_coupon(store::Database& database, const std::string& shop,
                                               const std::string& code);

Result<std::optional<ShelfSku>> find_sku(store::Database& database, SkuId id);

/// A pool's log, newest first. `behind`: numbers below it; 0: from the newest on.
Result<std::vector<StockMove>> list_moves(store::Database& database, PoolId pool,
                                          std::int64_t behind, std::size_t count_max);

}  // namespace shopcast::shop
