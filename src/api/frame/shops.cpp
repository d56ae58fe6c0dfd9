#include "api/frame/shops.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace shopcast::api {

namespace json = boost::json;

Checked<std::string> choose_shop(std::string_view named, const std::vector<std::string>& among) {
    if (named.empty() && among.size() == 1) return among.front();
    if (!named.empty()) {
        if (std::ranges::count(among, named) != 0) return std::string(named);
        return std::unexpected(not_found("shop", named));
    }
    Problem why(
        400, "invalid_shop",
        fmt::format("There are several shops: \"shop\" is one of {}.", fmt::join(among, ", ")),
        "Say which one is meant.", "shop");
    json::array ids;
    for (const std::string& id : among) ids.emplace_back(id);
    why.more = json::serialize(json::object{{"shops", std::move(ids)}});
    return std::unexpected(std::move(why));
}

Checked<std::string> choose_shop(std::string_view named, const shop::ShopDirectory& shops) {
    return choose_shop(named, ids_of(shops));
}

std::vector<std::string> ids_of(const shop::ShopDirectory& shops) {
    std::vector<std::string> ids;
    for (const auto& shop : shops.list()) ids.push_back(shop->id);
    return ids;
}

json::object shop_json(const shop::Shop& shop) {
    return {{"id", shop.id}, {"name", {{"ko", shop.name.ko}, {"en", shop.name.en}}}};
}

}  // namespace shopcast::api
