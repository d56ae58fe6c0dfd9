#include "api/operations/shops_api.hpp"

#include <boost/json.hpp>

#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "api/shop/product_json.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "shop/limits.hpp"

namespace shopcast::api {

namespace json = boost::json;
using async::Task;
using people::Action;

json::object shops_json(const shop::ShopDirectory& shops) {
    json::array list;
    for (const auto& shop : shops.list()) list.push_back(shop_json(*shop));
    return {{"shops", std::move(list)}};
}

Checked<shop::Bilingual> shop_name_in(Input& in) {
    return both_in(in, "name", limits::shop_name_bytes_max);
}

Problem shop_problem(const Error& error) {
    Problem why(error);
    if (error.code == Errc::Config) {
        why.code = "invalid_id";
        why.field = "id";
    } else if (error.code == Errc::Conflict) {
        why.code = "id_taken";
        why.field = "id";
        why.help = "Choose another id.";
    } else if (error.code == Errc::TooLarge) {
        why.status = 409;
        why.code = "too_many_shops";
    } else if (error.code == Errc::NotFound) {
        why.code = "shop_not_found";
    }
    return why;
}

Reply ShopsApi::list() const {
    return json_reply(shops_json(shops_));
}

http::Response ShopsApi::list_for_all() {
    const Lock lock(mutex_);
    const std::uint64_t now = shops_.changes();
    if (!block_ || now != rendered_at_) {
        body_ = Bytes(json::serialize(shops_json(shops_)));
        block_ = http::HeaderBlock::make(
            {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=5"}},
            http::strong_etag(body_));
        rendered_at_ = now;
    }
    return http::Response::bytes(block_, body_);
}

Task<Reply> ShopsApi::create(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    shop::Shop wanted{.id = in.required_text("id"), .name = {}};
    CO_CHECK(in.check());
    CO_TRY(wanted.name, shop_name_in(in));
    audit::Actor actor = call.actor();
    const auto made = co_await shops_.create(call.loop(), std::move(wanted), std::move(actor));
    if (!made) co_return std::unexpected(shop_problem(made.error()));
    log::info("shop.created", {{"shop", (*made)->id}, {"by", call.caller.who->login}});
    co_return created_reply(shop_json(**made), "/api/v1/operations/shops/" + (*made)->id);
}

Task<Reply> ShopsApi::rename(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    shop::Shop wanted{.id = call.param("shop"), .name = {}};
    CO_TRY(wanted.name, shop_name_in(in));
    audit::Actor actor = call.actor();
    const auto named = co_await shops_.rename(call.loop(), std::move(wanted), std::move(actor));
    if (!named) co_return std::unexpected(shop_problem(named.error()));
    co_return json_reply(shop_json(**named));
}

void ShopsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    constexpr RouteTraits creating{.body_bytes_max = 4 * limits::KiB, .creates = true};
    const auto where = Needs::Where::Server;
    routes.get("/api/v1/shops", Needs::nobody(), [this](Call&) -> Reply { return list_for_all(); },
               {.is_public = true});
    routes.get("/api/v1/operations/shops", Needs::read(Action::ManageShops, where),
               [this](Call&) -> Reply { return list(); });
    routes.post(
        "/api/v1/operations/shops", Needs::write(Action::ManageShops, where),
        [this](Call& call) { return create(call); }, creating);
    routes.patch(
        "/api/v1/operations/shops/:shop", Needs::write(Action::ManageShops, where),
        [this](Call& call) { return rename(call); }, small);
}

}  // namespace shopcast::api
