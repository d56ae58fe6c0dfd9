#include "api/shopkeeping/studio_orders_api.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "api/frame/replies.hpp"
#include "api/frame/times.hpp"
#include "api/shop/find_orders.hpp"
#include "api/shop/order_json.hpp"
#include "api/shop/product_json.hpp"
#include "base/limits.hpp"
#include "people/account_rows.hpp"
#include "shop/orders/sales.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;
using namespace std::chrono_literals;

json::object buyer_json(const shop::AccountId& id, const people::AccountName& name) {
    return {{"id", id.value}, {"login", name.login}, {"display_name", name.display_name}};
}

/// Orders as the shop has them, and their buyers as people/ knows them.
struct OrderList {
    std::vector<shop::OrderSummary> orders;
    std::vector<people::AccountName> buyers;
};
Result<OrderList> read_list(store::Database& database, const shop::OrderFilter& filter) {
    OrderList list{.orders = TRY(shop::list_orders(database, filter)), .buyers = {}};
    for (const shop::OrderSummary& order : list.orders) {
        list.buyers.push_back(TRY(people::read_name(database, order.account)));
    }
    return list;
}

std::string target_of(shop::OrderId id) {
    return "order/" + std::to_string(id.value);
}

json::object row_of(const shop::SalesRow& row) {
    return {{"at", to_rfc3339(row.at)},
            {"orders", row.orders},
            {"units", row.units},
            {"gross", row.gross_minor},
            {"refunded", row.refunded_minor}};
}

constexpr std::array<std::string_view, 4> stage_words{"ordered", "preparing", "shipped",
                                                      "delivered"};

}  // namespace

Task<Checked<shop::OrderPage>> StudioOrdersApi::find(Call& call) {
    CO_TRY(shop::OrderPage page,
           co_await find_order(sources_, call, shop::OrderId(number_of(call, "order"))));
    if (page.order.shop != call.request.param("shop")) {
        co_return std::unexpected(not_found("order", call.request.param("order")));
    }
    co_return page;
}

/// The order of now, for those who run the shop.
Task<Checked<json::object>> StudioOrdersApi::shown(Call& call) {
    CO_TRY(const shop::OrderPage page, co_await find(call));
    auto query = [buyer = page.order.account](store::Database& database) {
        return people::read_name(database, buyer);
    };
    CO_TRY(const people::AccountName name, co_await sources_.readers.read<people::AccountName>(
                                               call.loop(), call.own_read(), std::move(query)));
    json::object out = api::order_of(page, sources_);
    out["buyer"] = buyer_json(page.order.account, name);
    out["refunds"] = refunds_of(page);
    co_return out;
}

Task<Reply> StudioOrdersApi::list(Call& call) {
    CO_TRY(shop::OrderFilter filter, order_filter_of(call));
    filter.shop = call.param("shop");
    const std::size_t limit = filter.count_max - 1;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return read_list(database, filter);
    };
    CO_TRY(OrderList found, co_await sources_.readers.read<OrderList>(call.loop(), call.own_read(),
                                                                      std::move(query)));
    const auto next = next_order(found.orders, limit);
    json::array list;
    for (std::size_t i = 0; i < found.orders.size(); ++i) {
        json::object one = order_summary_of(found.orders[i]);
        one["buyer"] = buyer_json(found.orders[i].account, found.buyers[i]);
        list.emplace_back(std::move(one));
    }
    co_return json_reply(
        json::object{{"orders", std::move(list)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> StudioOrdersApi::one(Call& call) {
    CO_TRY(const json::object order, co_await shown(call));
    co_return object_reply(order);
}

Task<Reply> StudioOrdersApi::cancel(Call& call) {
    CO_TRY(const shop::OrderPage page, co_await find(call));
    const shop::CancelOrder cancel{.order = page.order.id, .by_shop = true};
    shop::Command command{.what = cancel, .account = buyer_of(call)};
    command.deed = deed_of(call, "order.cancel", target_of(page.order.id));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    CO_TRY(const json::object now, co_await shown(call));
    co_return json_reply(now);
}

Task<Reply> StudioOrdersApi::refund(Call& call) {
    CO_TRY(const shop::OrderPage page, co_await find(call));
    CO_TRY(Input in, Input::of(call.request));
    shop::RefundOrder refund{.order = page.order.id, .lines = {}};
    for (Input& line : in.objects("lines")) {
        const std::int64_t number = line.number("line").value_or(-1);
        const std::int64_t units = line.number("units").value_or(0);
        if (number < 0 || units < 1 || !line.check()) {
            co_return Input::wrong("lines", "\"lines\" are {\"line\", \"units\"} of the order.");
        }
        refund.lines.push_back({static_cast<std::size_t>(number), units});
    }
    CO_CHECK(in.check());
    shop::Command command{.what = std::move(refund),
                          .account = buyer_of(call),
                          .key = std::string(call.request.header("Idempotency-Key"))};
    command.deed = deed_of(call, "order.refund", target_of(page.order.id));
    auto answer = co_await decide(sources_, call, std::move(command));
    if (!answer && answer.error().status == 400) {
        co_return Input::wrong("lines", "The order has not so many units left to refund.");
    }
    if (!answer) co_return std::unexpected(std::move(answer).error());
    CO_TRY(const json::object now, co_await shown(call));
    const std::string location =
        "/api/v1/shops/" + page.order.shop + "/orders/" + std::to_string(page.order.id.value);
    co_return marked(created_reply(now, location), *answer);
}

Task<Reply> StudioOrdersApi::advance(Call& call) {
    CO_TRY(const shop::OrderPage page, co_await find(call));
    CO_TRY(Input in, Input::of(call.request));
    const std::string to = in.text("to");
    CO_CHECK(in.check());
    const auto* const word = std::ranges::find(stage_words, to);
    if (word == stage_words.end() || word == stage_words.begin()) {
        co_return Input::wrong("to", "\"to\" is preparing, shipped or delivered.");
    }
    const auto stage = static_cast<shop::Stage>(word - stage_words.begin());
    const shop::AdvanceOrder advance{.order = page.order.id, .to = stage};
    shop::Command command{.what = advance, .account = buyer_of(call)};
    command.deed = deed_of(call, "order." + to, target_of(page.order.id));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    CO_TRY(const json::object now, co_await shown(call));
    co_return json_reply(now);
}

Task<Reply> StudioOrdersApi::sales(Call& call) {
    const std::string by = call.request.query("by").value_or("hour");
    if (by != "hour" && by != "day") {
        co_return Input::wrong("by", "\"by\" is \"hour\" or \"day\".");
    }
    CO_TRY(const auto from, time_in_query(call.request, "from"));
    CO_TRY(const auto to, time_in_query(call.request, "to"));
    shop::SalesFilter filter{.shop = call.param("shop"),
                             .from = {},
                             .to = to.value_or(sources_.clock.wall()),
                             .step = by == "hour" ? Milliseconds(1h) : Milliseconds(24h)};
    // A day in hours, or a month in days.
    filter.from = from.value_or(filter.to - (by == "hour" ? 23h : 29 * 24h));
    if (filter.from >= filter.to) {
        co_return Input::wrong("from", "\"from\" is a time before \"to\".");
    }
    auto query = [filter](store::Database& database) { return shop::read_sales(database, filter); };
    const auto sales =
        co_await sources_.readers.read<shop::Sales>(call.loop(), call.own_read(), std::move(query));
    if (!sales && sales.error().code == Errc::TooLarge) {
        co_return Input::wrong("from", "A summary has at most 2,200 hours or days.");
    }
    if (!sales) co_return std::unexpected(sales.error());
    json::array rows;
    for (const shop::SalesRow& row : sales->rows) rows.emplace_back(row_of(row));
    json::array top;
    for (const shop::SalesOfSku& one : sales->top) {
        top.push_back({{"sku", one.sku.value},
                       {"name", both_of(shop::from_sku_name(one.name))},
                       {"units", one.units},
                       {"gross", one.gross_minor}});
    }
    json::object total = row_of(sales->total);
    total.erase("at");
    co_return json_reply(json::object{{"shop", filter.shop},
                                      {"currency", to_string(sources_.currency())},
                                      {"by", by},
                                      {"rows", std::move(rows)},
                                      {"total", std::move(total)},
                                      {"top", std::move(top)}});
}

void StudioOrdersApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits creating{
        .body_bytes_max = 16 * limits::KiB, .creates = true, .keeps_keys = true};
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    const auto read = Needs::read(Action::ManageCatalogue, Where::Shop);
    const auto write = Needs::write(Action::ManageCatalogue, Where::Shop);
    routes.get("/api/v1/shops/:shop/orders", read, [this](Call& call) { return list(call); });
    routes.get("/api/v1/shops/:shop/orders/:order", read, [this](Call& call) { return one(call); });
    routes.post("/api/v1/shops/:shop/orders/:order/cancel", write,
                [this](Call& call) { return cancel(call); });
    routes.post(
        "/api/v1/shops/:shop/orders/:order/refunds", write,
        [this](Call& call) { return refund(call); }, creating);
    routes.post(
        "/api/v1/shops/:shop/orders/:order/stage", write,
        [this](Call& call) { return advance(call); }, small);
    routes.get("/api/v1/shops/:shop/sales", read, [this](Call& call) { return sales(call); });
}

}  // namespace shopcast::api
