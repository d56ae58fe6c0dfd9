#include "shop/core/pricing.hpp"

#include <algorithm>

namespace shopcast::shop {

std::vector<Demand> sum_demand(std::span<const OrderLine> lines) {
    std::vector<Demand> demands;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto found = std::ranges::find(demands, lines[i].pool, &Demand::pool);
        if (found != demands.end()) {
            found->quantity += lines[i].quantity;
            found->lines.push_back(i);
        } else {
            demands.push_back({lines[i].pool, lines[i].sku, lines[i].quantity, {i}});
        }
    }
    return demands;
}

std::int64_t shipping_of(std::int64_t goods_minor, const Rules& rules) {
    const bool is_free =
        rules.shipping_free_from_minor > 0 && goods_minor >= rules.shipping_free_from_minor;
    return is_free ? 0 : rules.shipping_minor;
}

bool price_order(Order& order, const Coupon* coupon, const Rules& rules) {
    std::vector<std::int64_t> weights;
    std::int64_t sum = 0;
    for (const OrderLine& line : order.lines) {
        weights.push_back(line.unit_price.minor * line.quantity);
        sum += weights.back();
    }
    order.discount_minor = 0;
    if (coupon != nullptr) {
        if (sum < coupon->minimum_minor || sum == 0) return false;
        // A percentage is rounded down: it never takes off more than it says.
        const std::int64_t off = coupon->percent_off > 0 ? sum / 100 * coupon->percent_off +
                                                               sum % 100 * coupon->percent_off / 100
                                                         : coupon->minor_off;
        order.discount_minor = std::min(off, sum);
    }
    const auto shares = split_by_largest_remainder(order.discount_minor, weights);
    order.tax_minor = 0;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        OrderLine& line = order.lines[i];
        line.discount_minor = shares[i];
        line.tax_minor = tax_within(line.gross_minor(), line.tax_percent);
        order.tax_minor += line.tax_minor;
    }
    const std::int64_t goods = sum - order.discount_minor;
    order.shipping_minor = shipping_of(goods, rules);
    order.tax_minor += tax_within(order.shipping_minor, rules.shipping_tax_percent);
    order.total_minor = goods + order.shipping_minor;
    return true;
}

}  // namespace shopcast::shop
