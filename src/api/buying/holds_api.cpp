#include "api/buying/holds_api.hpp"

#include <boost/json.hpp>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "shop/orders/buyer.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

/// `shipping`: of an order of these units alone.
json::object hold_of(const shop::OwnHold& hold, const ShopSources& sources) {
    const bool is_deal = hold.pool != shop::PoolId::of(hold.sku);
    const std::int64_t goods = hold.unit_price.minor * hold.quantity;
    return {{"id", hold.id.value},
            {"sequence", hold.id.value},
            {"shop", hold.shop},
            {"sku", hold.sku.value},
            {"deal", is_deal ? json::value(hold.pool.value) : json::value(nullptr)},
            {"quantity", hold.quantity},
            {"price", hold.unit_price.minor},
            {"shipping", shop::shipping_of(goods, sources.rules())},
            {"currency", to_string(hold.unit_price.currency)},
            {"expires_at", to_rfc3339(hold.expires_at)},
            {"server_time", to_rfc3339(sources.clock.wall())}};
}

}  // namespace

Task<Reply> HoldsApi::list(Call& call) {
    using Holds = std::vector<shop::OwnHold>;
    auto query = [account = buyer_of(call)](store::Database& database) {
        return shop::open_holds(database, account);
    };
    CO_TRY(const Holds found,
           co_await sources_.readers.read<Holds>(call.loop(), call.own_read(), std::move(query)));
    json::array list;
    for (const shop::OwnHold& one : found) {
        list.emplace_back(hold_of(one, sources_));
    }
    co_return json_reply(json::object{{"holds", std::move(list)}});
}

Task<Reply> HoldsApi::hold(Call& call) {
    CO_CHECK(check_takes_orders(sources_));
    CO_TRY(Input in, Input::of(call.request));
    const shop::HoldStock wanted{.sku = shop::SkuId(in.number("sku").value_or(0)),
                                 .deal = shop::DealId(in.number("deal").value_or(0)),
                                 .quantity = in.number("quantity").value_or(1)};
    CO_CHECK(in.check());
    shop::Command command{.what = wanted, .account = buyer_of(call), .key = key_of(call, random_)};
    CO_TRY(const shop::Decided answer, co_await decide(sources_, call, std::move(command)));
    // Read, because a retry may get a hold that another request's words made.
    using Found = std::optional<shop::OwnHold>;
    auto query = [account = buyer_of(call), id = shop::ReservationId(answer.receipt.number)](
                     store::Database& database) { return shop::find_hold(database, account, id); };
    CO_TRY(const Found found,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!found) co_return std::unexpected(not_found("hold", ""));
    const std::string location = "/api/v1/holds/" + std::to_string(found->id.value);
    co_return marked(created_reply(hold_of(*found, sources_), location), answer);
}

Task<Reply> HoldsApi::let_go(Call& call) {
    using Found = std::optional<shop::OwnHold>;
    auto query = [account = buyer_of(call), id = shop::ReservationId(number_of(call, "hold"))](
                     store::Database& database) { return shop::find_hold(database, account, id); };
    CO_TRY(const Found found,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!found) co_return std::unexpected(not_found("hold", call.request.param("hold")));
    if (found->state != shop::ReservationState::Held) co_return no_content();
    const shop::ReleaseHold release{found->sku};
    shop::Command command{.what = release, .account = buyer_of(call)};
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    co_return no_content();
}

void HoldsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits creating{
        .body_bytes_max = 16 * limits::KiB, .creates = true, .keeps_keys = true};
    const auto read = Needs::read(Action::Participate, Where::Own);
    const auto write = Needs::write(Action::Participate, Where::Own);
    routes.get("/api/v1/holds", read, [this](Call& call) { return list(call); });
    routes.post("/api/v1/holds", write, [this](Call& call) { return hold(call); }, creating);
    routes.del("/api/v1/holds/:hold", write, [this](Call& call) { return let_go(call); });
}

}  // namespace shopcast::api
