#include "api/admin/admin_shops.hpp"

#include <boost/json.hpp>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "api/operations/shops_api.hpp"

namespace shopcast::api {
namespace {

using async::Task;
using shop::ShopDirectory;

Task<Reply> create(ShopDirectory& shops, http::Request& request) {
    CO_TRY(Input in, Input::of(request));
    shop::Shop wanted{.id = in.required_text("id"), .name = {}};
    CO_CHECK(in.check());
    CO_TRY(wanted.name, shop_name_in(in));
    const auto made = co_await shops.create(request.loop(), std::move(wanted), audit::Actor());
    if (!made) co_return std::unexpected(shop_problem(made.error()));
    co_return json_reply(shop_json(**made), 201);
}

Task<Reply> rename(ShopDirectory& shops, http::Request& request) {
    CO_TRY(Input in, Input::of(request));
    shop::Shop wanted{.id = std::string(request.param("shop")), .name = {}};
    CO_TRY(wanted.name, shop_name_in(in));
    const auto named = co_await shops.rename(request.loop(), std::move(wanted), audit::Actor());
    if (!named) co_return std::unexpected(shop_problem(named.error()));
    co_return json_reply(shop_json(**named));
}

}  // namespace

void add_admin_shop_routes(http::Router& router, const AdminParts& parts) {
    router.get("/admin/v1/shops",
               [&shops = parts.shops](http::Request&) { return json_reply(shops_json(shops)); });
    router.post("/admin/v1/shops", [&shops = parts.shops](http::Request& request) {
        return answered(create(shops, request));
    });
    router.post("/admin/v1/shops/:shop", [&shops = parts.shops](http::Request& request) {
        return answered(rename(shops, request));
    });
}

}  // namespace shopcast::api
