#include "api/shopkeeping/studio_deals_api.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/times.hpp"
#include "api/shop/desk_problem.hpp"
#include "api/shop/product_json.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

Problem no_such_deal(const Call& call) {
    return not_found("deal", call.request.param("deal"));
}

std::string deal_target(shop::DealId id) {
    return "deal/" + std::to_string(id.value);
}

}  // namespace

Task<Checked<shop::ShelfDeal>> StudioDealsApi::find(Call& call, shop::DealId id) {
    using Found = std::optional<shop::ShelfDeal>;
    auto query = [id](store::Database& database) { return shop::find_deal(database, id); };
    CO_TRY(Found found,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!found || found->shop != call.request.param("shop")) {
        co_return std::unexpected(no_such_deal(call));
    }
    co_return *std::move(found);
}

Task<Reply> StudioDealsApi::list(Call& call) {
    CO_TRY(const Page page, page_of(call.request));
    CO_TRY(const std::int64_t behind, number_in_cursor(page.cursor));
    using Deals = std::vector<shop::ShelfDeal>;
    auto query = [filter =
                      shop::DealFilter{call.param("shop"), shop::DealId(behind), page.limit + 1}](
                     store::Database& database) { return shop::list_deals(database, filter); };
    CO_TRY(Deals found,
           co_await sources_.readers.read<Deals>(call.loop(), call.own_read(), std::move(query)));
    std::optional<std::string> next;
    if (found.size() > page.limit) {
        found.resize(page.limit);
        next = std::to_string(found.back().deal.id.value);
    }
    json::array deals;
    for (const shop::ShelfDeal& one : found) deals.emplace_back(studio_deal_of(one));
    co_return json_reply(
        json::object{{"deals", std::move(deals)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> StudioDealsApi::create(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    const WallTime now = sources_.clock.wall();
    shop::Deal deal{.sku = shop::SkuId(in.number("sku").value_or(0)),
                    .price = {in.number("price").value_or(-1), sources_.currency()},
                    .quantity = in.number("quantity").value_or(0),
                    .per_account_max = in.number("per_account_max").value_or(0)};
    CO_TRY(const auto starts_at, time_in(in, "starts_at"));
    CO_TRY(const auto ends_at, time_in(in, "ends_at"));
    CO_CHECK(in.check());
    deal.starts_at = starts_at.value_or(now);
    if (!ends_at || *ends_at <= deal.starts_at || *ends_at <= now) {
        co_return Input::wrong("ends_at", "\"ends_at\" is a time after \"starts_at\" and now.");
    }
    deal.ends_at = *ends_at;
    if (deal.price.minor < 0) co_return Input::wrong("price", "\"price\" is missing.");
    if (deal.quantity < 1) co_return Input::wrong("quantity", "\"quantity\" is at least 1.");

    using Found = std::optional<shop::ShelfSku>;
    auto query = [id = deal.sku](store::Database& database) {
        return shop::find_sku(database, id);
    };
    CO_TRY(const Found sku,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!sku || sku->sku.shop != call.request.param("shop")) {
        co_return std::unexpected(not_found("sku", std::to_string(deal.sku.value)));
    }
    const shop::PutDeal put{deal};
    DeedDetail detail;
    detail.emplace_back("sku", std::to_string(deal.sku.value));
    detail.emplace_back("price", std::to_string(deal.price.minor));
    detail.emplace_back("quantity", std::to_string(deal.quantity));
    shop::Command command{.what = put};
    command.deed = deed_of(call, "deal.create", "deal/", std::move(detail));
    CO_TRY(const shop::Decided answer, co_await decide(sources_, call, std::move(command)));
    const shop::DealId id(answer.receipt.number);
    CO_TRY(const shop::ShelfDeal made, co_await find(call, id));
    co_return created_reply(studio_deal_of(made),
                            "/api/v1/shops/" + made.shop + "/deals/" + std::to_string(id.value));
}

Task<Reply> StudioDealsApi::start(Call& call) {
    const shop::DealId id(number_of(call, "deal"));
    CO_CHECK(co_await find(call, id));
    const shop::StartDeal start{id};
    shop::Command command{.what = start};
    command.deed = deed_of(call, "deal.start", deal_target(id));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    CO_TRY(const shop::ShelfDeal now, co_await find(call, id));
    co_return json_reply(studio_deal_of(now));
}

Task<Reply> StudioDealsApi::end(Call& call) {
    const shop::DealId id(number_of(call, "deal"));
    CO_CHECK(co_await find(call, id));
    const shop::EndDeal end{id};
    shop::Command command{.what = end};
    command.deed = deed_of(call, "deal.end", deal_target(id));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    CO_TRY(const shop::ShelfDeal now, co_await find(call, id));
    co_return json_reply(studio_deal_of(now));
}

Task<Reply> StudioDealsApi::coupons(Call& call) {
    using Coupons = std::vector<shop::ShelfCoupon>;
    auto query = [shop = call.param("shop")](store::Database& database) {
        return shop::list_coupons(database, shop);
    };
    CO_TRY(const Coupons found,
           co_await sources_.readers.read<Coupons>(call.loop(), call.own_read(), std::move(query)));
    json::array coupons;
    for (const shop::ShelfCoupon& one : found) coupons.emplace_back(coupon_of(one));
    co_return json_reply(json::object{{"coupons", std::move(coupons)}});
}

Task<Reply> StudioDealsApi::create_coupon(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    shop::PutCoupon put{.coupon = {.shop = call.param("shop"),
                                   .code = in.required_text("code"),
                                   .minor_off = in.number("minor_off").value_or(0),
                                   .minimum_minor = in.number("minimum").value_or(0),
                                   .per_account_max = in.number("per_account_max").value_or(1)},
                        .quota = in.number("quota").value_or(0)};
    const std::int64_t percent = in.number("percent_off").value_or(0);
    CO_TRY(const auto ends_at, time_in(in, "ends_at"));
    CO_CHECK(in.check());
    if (percent < 0 || percent > 100 || (percent == 0) == (put.coupon.minor_off <= 0)) {
        co_return Input::wrong("percent_off",
                               "Send either \"percent_off\" (1 to 100) or "
                               "\"minor_off\" (above 0).");
    }
    if (!ends_at || *ends_at <= sources_.clock.wall()) {
        co_return Input::wrong("ends_at", "\"ends_at\" is a time to come.");
    }
    if (put.quota < 1) co_return Input::wrong("quota", "\"quota\" is at least 1.");
    const bool has_control = std::ranges::any_of(
        put.coupon.code, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (trim(put.coupon.code) != put.coupon.code || put.coupon.code.empty() || has_control) {
        co_return Input::wrong("code", "\"code\" has 1 to 40 bytes of text, no space around it.");
    }
    put.coupon.percent_off = static_cast<int>(percent);
    put.coupon.ends_at = *ends_at;
    const std::string code = put.coupon.code;
    shop::Command command{.what = std::move(put)};
    command.deed = deed_of(call, "coupon.create", "coupon/");
    const shop::Decided answer =
        co_await sources_.selling.desk().ask(call.loop(), std::move(command));
    if (answer.verdict == shop::Verdict::WrongState) {
        co_return problem(409, "code_taken", "There is a coupon with this code.",
                          "Choose another code.", "code");
    }
    if (!answer.is_accepted()) {
        co_return std::unexpected(api::problem_of(answer, sources_.clock.wall()));
    }
    using Found = std::optional<shop::ShelfCoupon>;
    auto query = [shop = call.param("shop"), code](store::Database& database) {
        return shop::find_coupon(database, shop, code);
    };
    CO_TRY(const Found made,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!made) co_return std::unexpected(not_found("coupon", code));
    co_return created_reply(coupon_of(*made), call.request.path());
}

void StudioDealsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits creating{.body_bytes_max = 4 * limits::KiB, .creates = true};
    const auto read = Needs::read(Action::ManageCatalogue, Where::Shop);
    const auto write = Needs::write(Action::ManageCatalogue, Where::Shop);
    routes.get("/api/v1/shops/:shop/deals", read, [this](Call& call) { return list(call); });
    routes.post(
        "/api/v1/shops/:shop/deals", write, [this](Call& call) { return create(call); }, creating);
    routes.post("/api/v1/shops/:shop/deals/:deal/start", write,
                [this](Call& call) { return start(call); });
    routes.post("/api/v1/shops/:shop/deals/:deal/end", write,
                [this](Call& call) { return end(call); });
    routes.get("/api/v1/shops/:shop/coupons", read, [this](Call& call) { return coupons(call); });
    routes.post(
        "/api/v1/shops/:shop/coupons", write, [this](Call& call) { return create_coupon(call); },
        creating);
}

}  // namespace shopcast::api
