#include "shop/orders/sales.hpp"

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

constexpr std::string_view paid_orders =
    " FROM orders JOIN payment ON payment.order_id = orders.id WHERE orders.shop = ?"
    " AND placed_at_ms >= ? AND placed_at_ms < ? AND captured_minor > 0";

Statement& bind_time(Statement& query, const SalesFilter& filter) {
    return query.bind(filter.shop).bind(to_unix_ms(filter.from)).bind(to_unix_ms(filter.to));
}

Result<void> read_rows(Database& database, const SalesFilter& filter, Sales& sales) {
    const std::string sql =
        std::string(
            "SELECT placed_at_ms / ? AS step, COUNT(*), SUM((SELECT SUM(quantity) FROM"
            " order_line WHERE order_id = orders.id)), SUM(captured_minor),"
            " SUM(refunded_minor)")
            .append(paid_orders) +
        " GROUP BY step";
    Statement query = TRY(database.prepare(sql));
    bind_time(query.bind(std::int64_t{filter.step.count()}), filter);
    const std::int64_t first = to_unix_ms(filter.from) / filter.step.count();
    while (TRY(query.step())) {
        SalesRow& row = sales.rows.at(static_cast<std::size_t>(query.integer(0) - first));
        row.orders = query.integer(1);
        row.units = query.integer(2);
        row.gross_minor = query.integer(3);
        row.refunded_minor = query.integer(4);
        sales.total.orders += row.orders;
        sales.total.units += row.units;
        sales.total.gross_minor += row.gross_minor;
        sales.total.refunded_minor += row.refunded_minor;
    }
    return {};
}

Result<void> read_top(Database& database, const SalesFilter& filter, Sales& sales) {
    Statement query = TRY(database.prepare(
        std::string("SELECT order_line.sku, MAX(order_line.name), SUM(quantity) AS units,"
                    " SUM(order_line.price_minor * quantity - order_line.discount_minor)"
                    " FROM order_line WHERE order_id IN (SELECT orders.id")
            .append(paid_orders) +
        ") GROUP BY order_line.sku ORDER BY units DESC, order_line.sku LIMIT 10"));
    bind_time(query, filter);
    while (TRY(query.step())) {
        sales.top.push_back({SkuId(query.integer(0)), std::string(query.text(1)), query.integer(2),
                             query.integer(3)});
    }
    return {};
}

}  // namespace

Result<Sales> read_sales(Database& database, const SalesFilter& filter) {
    const std::int64_t step = filter.step.count();
    const std::int64_t first = to_unix_ms(filter.from) / step;
    const std::int64_t last = (to_unix_ms(filter.to) - 1) / step;
    if (last - first + 1 > limits::sales_rows_max) {
        return fail(Errc::TooLarge, "a summary has at most 2,200 hours or days");
    }
    Sales sales{.rows = {}, .total = {.at = filter.from}, .top = {}};
    for (std::int64_t at = first; at <= last; ++at) {
        sales.rows.push_back({.at = WallTime(Milliseconds(at * step))});
    }
    TRY_VOID(read_rows(database, filter, sales));
    TRY_VOID(read_top(database, filter, sales));
    return sales;
}

}  // namespace shopcast::shop
