#pragma once

#include <optional>
#include <span>
#include <vector>

#include "shop/core/command.hpp"
#include "shop/core/records.hpp"

namespace shopcast::shop {

/// What all lines of an order together want of one pool.
struct Demand {
    PoolId pool;
    SkuId sku;
    std::int64_t quantity = 0;
    std::vector<std::size_t> lines;
};

/// Sums the lines of each pool: two lines of one sku want both their quantities. Carts that check
/// line by line sell what is not there (medusajs/medusa#16502, vendurehq/vendure#2702).
std::vector<Demand> sum_demand(std::span<const OrderLine> lines);

/// What the allocator does not decide: how long, how often, what shipping costs.
struct Rules {
    Milliseconds hold_for = Milliseconds(300'000);
    /// An order's holds, from its placing on.
    Milliseconds pay_within = Milliseconds(600'000);
    /// Added once, when the payment is authorized.
    Milliseconds extension = Milliseconds(300'000);
    /// Two holds that are lost (expired, or let go too late or too often), or orders that are not
    /// paid or cancelled by their buyer before that, within the window bring a cool-down from the
    /// second on.
    Milliseconds cool_down_window = Milliseconds(1'800'000);
    Milliseconds cool_down = Milliseconds(600'000);
    /// Holds that are let go early add up to lost ones (half of a hold's time each); each counts as
    /// this part of a hold at least. So changing one's mind a few times is free, and letting go at
    /// once and holding again is not.
    int releases_of_one_hold = 10;
    /// A question to the provider is asked again after this, then twice as long, up to the longest.
    Milliseconds ask_again = Milliseconds(5'000);
    Milliseconds ask_again_longest = Milliseconds(300'000);
    /// A buyer at the provider's page is looked after this often: webhooks get lost.
    Milliseconds look_again = Milliseconds(30'000);

    /// A request to a provider may still arrive this long after it was sent.
    Milliseconds request_lives = Milliseconds(120'000);

    /// Of a sku that has no limit of its own, in one order or hold; with the one order or hold of a
    /// sku that an account may have open this is what it can keep from all others. 0: no limit.
    std::int64_t units_per_order_max = 0;

    std::int64_t shipping_minor = 0;
    std::int64_t shipping_free_from_minor = 0;  ///< 0: never free.
    int shipping_tax_percent = 10;

    /// How demand is summed up; the simulation breaks it to show that it would notice.
    std::vector<Demand> (*demand_of)(std::span<const OrderLine>) = sum_demand;
};

/// How many units of a sku one order or hold may have; 0: any number.
inline std::int64_t units_max_of(const Sku& sku, const Rules& rules) {
    return sku.per_order_max > 0 ? sku.per_order_max : rules.units_per_order_max;
}

/// What shipping costs an order whose goods cost that much after its discount.
std::int64_t shipping_of(std::int64_t goods_minor, const Rules& rules);

/// Puts discount, tax, shipping and total into `order`, whose lines have their prices.
/// Nothing: the coupon's conditions are not met. REQUIRES: amounts within limits::money_minor_max.
bool price_order(Order& order, const Coupon* coupon, const Rules& rules);

}  // namespace shopcast::shop
