#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "api/frame/call.hpp"
#include "shop/catalogue/shop_directory.hpp"

/// Which shop a request means, where its address does not say so.
namespace shopcast::api {

/// Of these: the one that `named` names, or the only one where that is empty. Errors: 404
/// shop_not_found; 400 invalid_shop, when there are several and nobody says which (`more.shops`
/// lists them).
Checked<std::string> choose_shop(std::string_view named, const std::vector<std::string>& among);
/// Of all that there are.
Checked<std::string> choose_shop(std::string_view named, const shop::ShopDirectory& shops);

std::vector<std::string> ids_of(const shop::ShopDirectory& shops);

/// {"id", "name": {"ko", "en"}}
boost::json::object shop_json(const shop::Shop& shop);

}  // namespace shopcast::api
