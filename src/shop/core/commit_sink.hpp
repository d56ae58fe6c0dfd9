#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "shop/core/batch.hpp"
#include "shop/core/command.hpp"

namespace shopcast::shop {

/// Units that an account has taken of a deal, or orders of a coupon.
struct TakenBy {
    PoolId pool;
    AccountId account;
    std::int64_t units = 0;
};

/// When an account's hold expired.
struct ExpiredHold {
    AccountId account;
    WallTime at;
};

/// What an allocator starts from.
struct Snapshot {
    std::int64_t epoch = 0;
    std::int64_t last_number = 0;
    std::vector<std::string> shops;  ///< Those without skus too.
    std::vector<Sku> skus;
    std::vector<Deal> deals;
    std::vector<Coupon> coupons;
    std::vector<std::pair<PoolId, Counters>> counters;
    std::vector<std::pair<PoolId, Counters>> moved;  ///< The sums of the stock's log.
    std::vector<Reservation> held;
    std::vector<Order> open_orders;    ///< Those that wait for the buyer or for the provider.
    std::vector<TakenBy> taken;        ///< Of deals that have not ended and of coupons.
    std::vector<ExpiredHold> expired;  ///< Of the time that still counts for a cool-down.
};

/// Where the allocator's decisions become durable. One thread at a time.
class CommitSink {
public:
    virtual ~CommitSink() = default;

    /// Makes this the owner's sink (the epoch goes up by one, durably) and reads what there is.
    /// `expired_since`: older expired holds are left out.
    virtual Result<Snapshot> take_over(WallTime expired_since) = 0;

    /// Returns when the whole batch is durable. Errors: Full and Busy (nothing of it was saved,
    /// and that is certain), Conflict (another owner, or rows that the last defences refuse), Io.
    /// After those nobody may go on as if he knew what was saved.
    virtual Result<void> commit(const Batch& batch) = 0;

    /// Tells `see` every account and key that something was accepted under since then.
    virtual Result<void> for_each_key(
        WallTime since, const std::function<void(const AccountId&, std::string_view)>& see) = 0;
    /// What was accepted under the account's key, however long ago.
    virtual Result<std::optional<AcceptedKey>> find_key(const AccountId& account,
                                                        std::string_view key) = 0;
    virtual Result<bool> is_event_applied(std::string_view event_id) = 0;
    /// An order, in whatever state, with everything that belongs to it.
    virtual Result<std::optional<Order>> find_order(OrderId id) = 0;
};

}  // namespace shopcast::shop
