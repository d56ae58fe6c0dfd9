#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shop/core/shelf.hpp"
#include "store/sqlite.hpp"

/// What can be bought now, as the database has it: what carts are priced by.
namespace shopcast::shop {

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
