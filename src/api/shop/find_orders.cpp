#include "api/shop/find_orders.hpp"

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"

namespace shopcast::api {
namespace {

using async::Task;

Problem no_such_order(const Call& call) {
    return not_found("order", call.request.param("order"));
}

}  // namespace

Checked<shop::OrderFilter> order_filter_of(const Call& call) {
    const Page page = TRY(page_of(call.request));
    shop::OrderFilter filter{.account = {},
                             .shop = {},
                             .state = {},
                             .behind = shop::OrderId(TRY(number_in_cursor(page.cursor))),
                             .count_max = page.limit + 1};
    if (const auto word = call.request.query("state"); word && !word->empty()) {
        filter.state = shop::state_from<shop::OrderState>(*word);
        if (!filter.state) return Input::wrong("state", "\"state\" is an order's, as \"PAID\".");
    }
    return filter;
}

std::optional<std::string> next_order(std::vector<shop::OrderSummary>& orders, std::size_t limit) {
    if (orders.size() <= limit) return std::nullopt;
    orders.resize(limit);
    return std::to_string(orders.back().id.value);
}

Task<Checked<shop::OrderPage>> find_order(const ShopSources& sources, Call& call,
                                          shop::OrderId id) {
    using Found = std::optional<shop::OrderPage>;
    auto query = [id](store::Database& database) { return shop::find_order_page(database, id); };
    CO_TRY(Found page,
           co_await sources.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!page) co_return std::unexpected(no_such_order(call));
    co_return *std::move(page);
}

Task<Checked<shop::OrderPage>> find_own_order(const ShopSources& sources, Call& call,
                                              shop::OrderId id) {
    CO_TRY(shop::OrderPage page, co_await find_order(sources, call, id));
    if (page.order.account != buyer_of(call)) co_return std::unexpected(no_such_order(call));
    co_return page;
}

}  // namespace shopcast::api
