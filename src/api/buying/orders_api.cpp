#include "api/buying/orders_api.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/buying/address_api.hpp"
#include "api/frame/replies.hpp"
#include "api/shop/desk_problem.hpp"
#include "api/shop/find_orders.hpp"
#include "api/shop/order_json.hpp"
#include "base/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

Problem key_reused() {
    return api::problem_of(shop::Decided{.verdict = shop::Verdict::KeyReused}, {});
}

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

Task<Reply> OrdersApi::order_reply(Call& call, shop::OrderId id, int status) {
    CO_TRY(const shop::OrderPage page, co_await find_own_order(sources_, call, id));
    http::Response response = object_reply(api::order_of(page, sources_));
    if (status == 201) {
        response.status(201).header("Location", "/api/v1/orders/" + std::to_string(id.value));
    }
    co_return response;
}

Task<Checked<std::optional<shop::KeyedOrder>>> OrdersApi::made_before(Call& call,
                                                                      const std::string& key) {
    using Found = std::optional<shop::KeyedOrder>;
    auto query = [account = buyer_of(call), key](store::Database& database) {
        return shop::find_order_of_key(database, account, key);
    };
    CO_TRY(Found made, co_await sources_.readers.read<Found>(call.loop(), std::move(query)));
    co_return made;
}

Task<Checked<std::string>> OrdersApi::ship_to(Call& call, Input& in) {
    if (auto given = in.object("address")) {
        CO_TRY(std::string address, address_in(*given));
        co_return address;
    }
    using Found = std::optional<std::string>;
    auto query = [account = buyer_of(call)](store::Database& database) {
        return shop::read_address(database, account);
    };
    CO_TRY(Found saved, co_await sources_.readers.read<Found>(call.loop(), std::move(query)));
    if (saved) co_return *std::move(saved);
    co_return problem(409, "address_missing", "There is no address to send this to.",
                      "Save one at /api/v1/account/address, or send \"address\".");
}

/// The cart as an order's lines, at the prices that it shows now.
Task<Checked<shop::PlaceOrder>> OrdersApi::cart_order(Call& call, std::int64_t version) {
    auto query = [whose = shop::CartOf{buyer_of(call), shop_of(call)}, rules = sources_.rules(),
                  now = sources_.clock.wall()](store::Database& database) {
        return shop::read_cart(database, whose, rules, now);
    };
    CO_TRY(const shop::Cart cart,
           co_await sources_.readers.read<shop::Cart>(call.loop(), std::move(query)));
    if (cart.version != version) {
        co_return problem(412, "changed_meanwhile", "The cart was changed since it was read.",
                          "Read it again, then order.", "cart_version");
    }
    if (cart.lines.empty()) co_return problem(409, "cart_empty", "The cart is empty.");
    shop::PlaceOrder order{.lines = {}, .coupon_code = cart.coupon, .ship_to = {}};
    for (const shop::CartLine& line : cart.lines) {
        order.lines.push_back({line.sku, line.deal, line.quantity});
    }
    co_return order;
}

Task<Reply> OrdersApi::place(Call& call) {
    CO_CHECK(check_takes_orders(sources_));
    CO_TRY(Input in, Input::of(call.request));
    const std::string key = key_of(call, random_);
    // Of the request itself: what it stands for (the cart, the address) changes by being ordered.
    const std::uint64_t words =
        shop::request_hash(shop_of(call).append(" ").append(as_text(call.request.body())));
    CO_TRY(const auto made, co_await made_before(call, key));
    if (made && made->request_hash == words) co_return co_await order_reply(call, made->id, 200);
    if (made) co_return std::unexpected(key_reused());

    const auto cart_version = in.number("cart_version");
    shop::PlaceOrder wanted{.lines = {}, .coupon_code = in.text("coupon"), .ship_to = {}};
    CO_TRY(wanted.lines, lines_in(in));
    const auto expected = in.number("expected_total");
    CO_CHECK(in.check());
    if (wanted.lines.empty() == !cart_version) {
        co_return Input::wrong("lines", "Send either \"lines\" or \"cart_version\".");
    }
    if (cart_version) {
        CO_TRY(wanted, co_await cart_order(call, *cart_version));
    }
    CO_TRY(wanted.ship_to, co_await ship_to(call, in));
    if (expected) wanted.expected_total = shop::Money{*expected, sources_.currency()};
    shop::Command command{
        .what = std::move(wanted), .account = buyer_of(call), .key = key, .request = words};
    CO_TRY(const shop::Decided answer, co_await decide(sources_, call, std::move(command)));
    if (cart_version) {
        // Another version by now means that the buyer goes on shopping: then it stays.
        store::Writer::Work work =
            [change = shop::CartChange{{buyer_of(call), shop_of(call)}, cart_version}](
                store::Database& database) { return shop::empty_cart(database, change); };
        (void)co_await sources_.writer.run(call.loop(), std::move(work));
    }
    const bool is_new = answer.verdict == shop::Verdict::Accepted;
    co_return co_await order_reply(call, shop::OrderId(answer.receipt.number), is_new ? 201 : 200);
}

Task<Reply> OrdersApi::list(Call& call) {
    CO_TRY(shop::OrderFilter filter, order_filter_of(call));
    filter.account = buyer_of(call);
    const std::size_t limit = filter.count_max - 1;
    using Orders = std::vector<shop::OrderSummary>;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return shop::list_orders(database, filter);
    };
    CO_TRY(Orders orders, co_await sources_.readers.read<Orders>(call.loop(), std::move(query)));
    const auto next = next_order(orders, limit);
    json::array list;
    for (const shop::OrderSummary& order : orders) list.emplace_back(order_summary_of(order));
    co_return json_reply(
        json::object{{"orders", std::move(list)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> OrdersApi::one(Call& call) {
    return order_reply(call, shop::OrderId(number_of(call, "order")), 200);
}

Task<Reply> OrdersApi::cancel(Call& call) {
    const shop::OrderId id(number_of(call, "order"));
    CO_CHECK(co_await find_own_order(sources_, call, id));
    const shop::CancelOrder cancel{.order = id};
    shop::Command command{.what = cancel, .account = buyer_of(call)};
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    co_return co_await order_reply(call, id, 200);
}

void OrdersApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits creating{.body_bytes_max = 16 * limits::KiB, .creates = true};
    const auto read = Needs::read(Action::Participate, Where::Own);
    const auto write = Needs::write(Action::Participate, Where::Own);
    routes.get("/api/v1/orders", read, [this](Call& call) { return list(call); });
    routes.post("/api/v1/orders", write, [this](Call& call) { return place(call); }, creating);
    routes.get("/api/v1/orders/:order", read, [this](Call& call) { return one(call); });
    routes.post("/api/v1/orders/:order/cancel", write, [this](Call& call) { return cancel(call); });
}

}  // namespace shopcast::api
