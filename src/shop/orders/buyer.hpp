#pragma once

#include <string>
#include <vector>

#include "shop/core/records.hpp"
#include "store/sqlite.hpp"

/// What one account has taken.
namespace shopcast::shop {

/// A hold, and the shop whose units it keeps.
struct OwnHold : Reservation {
    std::string shop;
};
/// Holds of its own that run, oldest first.
Result<std::vector<OwnHold>> open_holds(store::Database& database, const AccountId& account);
/// A hold of its own, in whatever state.
Result<std::optional<OwnHold>> find_hold(store::Database& database, const AccountId& account,
                                         ReservationId id);
/// Units of a deal in orders that were not given up.
Result<std::int64_t> units_taken(store::Database& database, const AccountId& account, PoolId pool);
/// Orders that used a coupon and were not given up.
Result<std::int64_t> times_used(store::Database& database, const AccountId& account,
                                CouponId coupon);

}  // namespace shopcast::shop
