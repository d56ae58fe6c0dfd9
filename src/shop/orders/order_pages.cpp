#include "shop/orders/order_pages.hpp"

#include "shop/ledger/columns.hpp"
#include "shop/ledger/order_reader.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

std::string text_in(const Statement& row, int column) {
    return std::string(row.text(column));
}

constexpr std::string_view select_summary =
    "SELECT orders.id, orders.shop, orders.account, orders.state, stage, orders.currency, "
    "total_minor, payment.refunded_minor, placed_at_ms,"
    " pay_by_ms, (SELECT SUM(quantity) FROM order_line WHERE order_id = orders.id),"
    " first.name, product_sku.product, (SELECT picture FROM product_picture WHERE product ="
    " product_sku.product ORDER BY place LIMIT 1) FROM orders"
    " JOIN payment ON payment.order_id = orders.id"
    " JOIN order_line AS first ON first.order_id = orders.id AND first.line = 0"
    " LEFT JOIN product_sku ON product_sku.sku = first.sku WHERE TRUE";

Result<OrderSummary> summary_of_row(const Statement& row) {
    return OrderSummary{
        .id = OrderId(row.integer(0)),
        .shop = text_in(row, 1),
        .account = AccountId(text_in(row, 2)),
        .state = TRY(state_in<OrderState>(row, 3)),
        .stage = static_cast<Stage>(row.integer(4)),
        .total = {row.integer(6), TRY(currency_in(row, 5))},
        .refunded_minor = row.integer(7),
        .placed_at = time_in(row, 8),
        .pay_by = time_in(row, 9),
        .units = row.integer(10),
        .first_name = text_in(row, 11),
        .first_page = {.product = ProductId(row.integer(12)), .picture = text_in(row, 13)}};
}

Result<void> read_history(Database& database, OrderPage& page) {
    Statement query = TRY(database.prepare(
        "SELECT number, state, note, at_ms FROM order_event WHERE order_id = ? ORDER BY number"));
    query.bind(page.order.id.value);
    while (TRY(query.step())) {
        page.history.push_back({.number = query.integer(0),
                                .order = page.order.id,
                                .state = TRY(state_in<OrderState>(query, 1)),
                                .note = text_in(query, 2),
                                .at = time_in(query, 3)});
    }
    return {};
}

Result<void> read_refunds(Database& database, OrderPage& page) {
    Statement query = TRY(database.prepare(
        "SELECT id, account, minor, state, made_at_ms FROM refund WHERE order_id = ? ORDER BY id"));
    query.bind(page.order.id.value);
    while (TRY(query.step())) {
        page.refunds.push_back({.id = RefundId(query.integer(0)),
                                .account = AccountId(text_in(query, 1)),
                                .key = {},
                                .minor = query.integer(2),
                                .state = TRY(state_in<RefundState>(query, 3)),
                                .made_at = time_in(query, 4)});
    }
    return {};
}

Result<void> read_coupon(Database& database, OrderPage& page) {
    Statement query = TRY(database.prepare("SELECT code FROM coupon WHERE id = ?"));
    query.bind(page.order.coupon.value);
    if (TRY(query.step())) page.coupon = text_in(query, 0);
    return {};
}

}  // namespace

Result<std::vector<OrderSummary>> list_orders(Database& database, const OrderFilter& filter) {
    std::string sql(select_summary);
    if (filter.account) sql += " AND orders.account = ?";
    if (filter.shop) sql += " AND orders.shop = ?";
    if (filter.state) sql += " AND orders.state = ?";
    if (filter.behind.value != 0) sql += " AND orders.id < ?";
    sql += " ORDER BY orders.id DESC LIMIT ?";
    Statement query = TRY(database.prepare(sql));
    if (filter.account) query.bind(filter.account->value);
    if (filter.shop) query.bind(*filter.shop);
    if (filter.state) query.bind(to_string(*filter.state));
    if (filter.behind.value != 0) query.bind(filter.behind.value);
    query.bind(static_cast<std::int64_t>(filter.count_max));
    std::vector<OrderSummary> orders;
    while (TRY(query.step())) orders.push_back(TRY(summary_of_row(query)));
    return orders;
}

Result<std::optional<OrderPage>> find_order_page(Database& database, OrderId id) {
    OrderReader reader = TRY(OrderReader::create(database));
    auto order = TRY(reader.find(id));
    if (!order) return std::nullopt;
    OrderPage page{
        .order = *std::move(order), .coupon = {}, .history = {}, .refunds = {}, .pages = {}};
    TRY_VOID(read_coupon(database, page));
    TRY_VOID(read_history(database, page));
    TRY_VOID(read_refunds(database, page));
    for (const OrderLine& line : page.order.lines) {
        if (page.pages.contains(line.sku)) continue;
        page.pages[line.sku] = TRY(page_of(database, line.sku));
    }
    return page;
}

Result<SkuPage> page_of(Database& database, SkuId sku) {
    Statement query = TRY(database.prepare(
        "SELECT product, (SELECT picture FROM product_picture WHERE product = product_sku.product"
        " ORDER BY place LIMIT 1) FROM product_sku WHERE sku = ?"));
    if (!TRY(query.bind(sku.value).step())) return SkuPage{};
    return SkuPage{.product = ProductId(query.integer(0)), .picture = text_in(query, 1)};
}

}  // namespace shopcast::shop
