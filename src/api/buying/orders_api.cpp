#include "api/buying/orders_api.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/buying/address_api.hpp"
#include "api/frame/replies.hpp"
#include "api/shop/find_orders.hpp"
#include "api/shop/order_json.hpp"
#include "base/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

Checked<std::vector<shop::WantedLine>> lines_in(Input& in) {
    std::vector<shop::WantedLine> lines;
    for (Input& line : in.objects("lines")) {
        lines.push_back({.sku = shop::SkuId(line.number("sku").value_or(0)),
                         .deal = shop::DealId(line.number("deal").value_or(0)),
                         .quantity = line.number("quantity").value_or(1)});
        TRY_VOID(line.check());
    }
    return lines;
}

}  // namespace

Task<Checked<shop::Checkout>> OrdersApi::check_out(Call& call, const std::string& key,
                                                   shop::PlaceOrder wanted) {
    using Lacks = shop::Checkout::Lacks;
    auto query = [whose = shop::CartOf{buyer_of(call), wanted.shop}, key,
                  wanted = std::move(wanted), rules = sources_.rules(),
                  now = sources_.clock.wall()](store::Database& database) mutable {
        return shop::read_checkout(database, whose, key, std::move(wanted), rules, now);
    };
    CO_TRY(shop::Checkout checkout, co_await sources_.readers.read<shop::Checkout>(
                                        call.loop(), call.own_read(), std::move(query)));
    switch (checkout.lacks) {
        case Lacks::Nothing: break;
        case Lacks::CartAsSeen:
            co_return problem(412, "changed_meanwhile", "The cart was changed since it was read.",
                              "Read it again, then order.", "cart_version");
        case Lacks::Lines: co_return problem(409, "cart_empty", "The cart is empty.");
        case Lacks::Address:
            co_return problem(409, "address_missing", "There is no address to send this to.",
                              "Save one at /api/v1/account/address, or send \"address\".");
    }
    co_return checkout;
}

Task<Reply> OrdersApi::place(Call& call) {
    CO_CHECK(check_takes_orders(sources_));
    CO_TRY(Input in, Input::of(call.request));
    shop::PlaceOrder wanted{.lines = {}, .coupon_code = in.text("coupon"), .ship_to = {}};
    wanted.cart_version = in.number("cart_version");
    CO_TRY(wanted.lines, lines_in(in));
    const auto expected = in.number("expected_total");
    CO_CHECK(in.check());
    if (wanted.lines.empty() == !wanted.cart_version) {
        co_return Input::wrong("lines", "Send either \"lines\" or \"cart_version\".");
    }
    if (expected) wanted.expected_total = shop::Money{*expected, sources_.currency()};
    const std::string named = call.request.query("shop").value_or("");
    // Lines say by themselves of which shop they are; a cart does not.
    if (wanted.cart_version || !named.empty()) {
        CO_TRY(wanted.shop, shop_of(sources_, call));
    }
    if (auto address = in.object("address")) {
        CO_TRY(wanted.ship_to, address_in(*address));
    }
    const std::string key = key_of(call, random_);
    CO_TRY(const shop::Checkout checkout, co_await check_out(call, key, std::move(wanted)));
    shop::Command command{.what = checkout.order, .account = buyer_of(call), .key = key};
    // Of the request itself: what it stands for (the cart, the address) changes by being ordered.
    command.request = shop::request_hash((named + ' ').append(as_text(call.request.body())));
    CO_TRY(const shop::Decided answer, co_await decide(sources_, call, std::move(command)));
    shop::OrderPage page;
    if (answer.placed) {
        page = shop::page_of_placed(*answer.placed, checkout);
    } else {
        const shop::OrderId made(answer.receipt.number);
        CO_TRY(page, co_await find_own_order(sources_, call, made));
    }
    http::Response response = object_reply(order_of(page, sources_));
    response.status(201);
    response.header("Location", "/api/v1/orders/" + std::to_string(page.order.id.value));
    co_return marked(std::move(response), answer);
}

Task<Reply> OrdersApi::list(Call& call) {
    CO_TRY(shop::OrderFilter filter, order_filter_of(call));
    filter.account = buyer_of(call);
    const std::size_t limit = filter.count_max - 1;
    using Orders = std::vector<shop::OrderSummary>;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return shop::list_orders(database, filter);
    };
    CO_TRY(Orders orders,
           co_await sources_.readers.read<Orders>(call.loop(), call.own_read(), std::move(query)));
    const auto next = next_order(orders, limit);
    json::array list;
    for (const shop::OrderSummary& order : orders) list.emplace_back(order_summary_of(order));
    co_return json_reply(
        json::object{{"orders", std::move(list)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> OrdersApi::one(Call& call) {
    const shop::OrderId id(number_of(call, "order"));
    CO_TRY(const shop::OrderPage page, co_await find_own_order(sources_, call, id));
    co_return object_reply(order_of(page, sources_));
}

Task<Reply> OrdersApi::cancel(Call& call) {
    const shop::OrderId id(number_of(call, "order"));
    CO_CHECK(co_await find_own_order(sources_, call, id));
    const shop::CancelOrder cancel{.order = id};
    shop::Command command{.what = cancel, .account = buyer_of(call)};
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    co_return co_await one(call);
}

void OrdersApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits creating{
        .body_bytes_max = 16 * limits::KiB, .creates = true, .keeps_keys = true};
    const auto read = Needs::read(Action::Participate, Where::Own);
    const auto write = Needs::write(Action::Participate, Where::Own);
    routes.get("/api/v1/orders", read, [this](Call& call) { return list(call); });
    routes.post("/api/v1/orders", write, [this](Call& call) { return place(call); }, creating);
    routes.get("/api/v1/orders/:order", read, [this](Call& call) { return one(call); });
    routes.post("/api/v1/orders/:order/cancel", write, [this](Call& call) { return cancel(call); });
}

}  // namespace shopcast::api
