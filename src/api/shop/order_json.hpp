#pragma once

#include <boost/json/fwd.hpp>

#include <string_view>

#include "api/shop/shop_sources.hpp"
#include "shop/orders/order_pages.hpp"

/// What was ordered, as JSON. Money is minor units, with one currency an object.
namespace shopcast::api {

boost::json::object order_summary_of(const shop::OrderSummary& order);
/// What the buyer is to do about an order's payment: "wait" and read again, "confirm" in the page
/// (/orders/{order}/payment says with what), "none".
std::string_view next_of(const shop::Order& order, const ShopSources& sources);
boost::json::object order_of(const shop::OrderPage& page, const ShopSources& sources);
boost::json::array refunds_of(const shop::OrderPage& page);

}  // namespace shopcast::api
