#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shop/shop_sources.hpp"
#include "shop/orders/order_pages.hpp"

/// What the API of buyers and that of shopkeepers do to find orders.
namespace shopcast::api {

/// Reads an order, whosever it is. Errors: 404 order_not_found.
async::Task<Checked<shop::OrderPage>> find_order(const ShopSources& sources, Call& call,
                                                 shop::OrderId id);
/// One of the caller's own. Errors: 404 order_not_found, also of somebody else's.
async::Task<Checked<shop::OrderPage>> find_own_order(const ShopSources& sources, Call& call,
                                                     shop::OrderId id);
/// The filter of a list of orders: page and state. Errors: 400.
Checked<shop::OrderFilter> order_filter_of(const Call& call);
/// Takes the one too many off and says where the next page begins.
std::optional<std::string> next_order(std::vector<shop::OrderSummary>& orders, std::size_t limit);

}  // namespace shopcast::api
