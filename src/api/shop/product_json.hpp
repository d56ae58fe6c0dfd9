#pragma once

#include <boost/json/fwd.hpp>

#include <string>

#include "api/frame/input.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/catalogue/shelf_rows.hpp"
#include "shop/core/pricing.hpp"

/// What is sold, as JSON. Money is minor units, with one currency an object.
namespace shopcast::api {

boost::json::object both_of(const shop::Bilingual& text);
boost::json::value both_or_null(const shop::Bilingual& text);
/// "/api/v1/pictures/abc/480.jpg"; null where there is none.
boost::json::value picture_url(const std::string& id, int width);

/// For a list.
boost::json::object card_of(const shop::Product& product);
/// For its page.
boost::json::object page_of(const shop::Product& product, const shop::Rules& rules);
/// For those who run the shop: hidden ones, counters.
boost::json::object studio_product_of(const shop::Product& product);
boost::json::object studio_sku_of(shop::ProductId product, const shop::Option& option);
boost::json::object studio_deal_of(const shop::ShelfDeal& deal);
boost::json::object coupon_of(const shop::ShelfCoupon& coupon);

enum class Lines : std::uint8_t { One, Many };
/// {"ko", "en"} of a body: both there, not empty, at most so long. Errors: 400 invalid_<field>.
Checked<shop::Bilingual> both_in(Input& in, std::string_view field, std::size_t bytes_max,
                                 Lines lines = Lines::One);
/// The same, empty when it is absent or null.
Checked<shop::Bilingual> both_if_any(Input& in, std::string_view field, std::size_t bytes_max);

}  // namespace shopcast::api
