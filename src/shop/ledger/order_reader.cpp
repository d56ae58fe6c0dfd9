#include "shop/ledger/order_reader.hpp"

#include "shop/ledger/columns.hpp"

namespace shopcast::shop {
namespace {

using store::Statement;

Result<void> read_money(const Statement& row, Order& order) {
    order.payment = {.id = PaymentId(row.integer(19)),
                     .provider_ref = std::string(row.text(20)),
                     .state = TRY(state_in<PaymentState>(row, 21)),
                     .captured_minor = row.integer(22),
                     .refunded_minor = row.integer(23)};
    if (row.is_null(24)) return {};
    order.refund = {.id = RefundId(row.integer(24)),
                    .account = AccountId(std::string(row.text(25))),
                    .key = std::string(row.text(26)),
                    .request_hash = static_cast<std::uint64_t>(row.integer(27)),
                    .minor = row.integer(28),
                    .state = TRY(state_in<RefundState>(row, 29)),
                    .made_at = time_in(row, 30)};
    return {};
}

Result<Order> read_order(const Statement& row) {
    Order order{.id = OrderId(row.integer(0)),
                .account = AccountId(std::string(row.text(1))),
                .shop = std::string(row.text(2)),
                .key = std::string(row.text(3)),
                .request_hash = static_cast<std::uint64_t>(row.integer(4)),
                .state = TRY(state_in<OrderState>(row, 5)),
                .stage = static_cast<Stage>(row.integer(6)),
                .currency = TRY(currency_in(row, 7)),
                .coupon = CouponId(row.integer(8)),
                .coupon_taken = row.integer(9) != 0,
                .discount_minor = row.integer(10),
                .shipping_minor = row.integer(11),
                .tax_minor = row.integer(12),
                .total_minor = row.integer(13),
                .ship_to = std::string(row.text(14)),
                .placed_at = time_in(row, 15),
                .pay_by = time_in(row, 16),
                .expires_at = time_in(row, 17),
                .extended = row.integer(18) != 0};
    TRY_VOID(read_money(row, order));
    return order;
}

}  // namespace

Result<OrderReader> OrderReader::create(store::Database& database) {
    Statement order = TRY(database.prepare(
        "SELECT orders.id, orders.account, shop, orders.key, orders.request_hash,"
        " orders.state, stage, currency, coupon, coupon_taken, discount_minor,"
        " shipping_minor, tax_minor, total_minor, ship_to, placed_at_ms, pay_by_ms,"
        " expires_at_ms, extended, payment.id, provider_ref, payment.state, captured_minor,"
        " refunded_minor, refund.id, refund.account, refund.key, refund.request_hash,"
        " refund.minor, refund.state, refund.made_at_ms FROM orders"
        " JOIN payment ON payment.order_id = orders.id"
        " LEFT JOIN refund ON refund.order_id = orders.id"
        " WHERE orders.id = ? ORDER BY refund.id DESC LIMIT 1"));
    Statement lines = TRY(database.prepare(
        "SELECT sku, pool, name, quantity, price_minor, discount_minor, tax_percent,"
        " tax_minor, refunded_units FROM order_line WHERE order_id = ? ORDER BY line"));
    return OrderReader(std::move(order), std::move(lines));
}

Result<std::optional<Order>> OrderReader::find(OrderId id) {
    order_.reset();
    if (!TRY(order_.bind(id.value).step())) return std::nullopt;
    Order order = TRY(read_order(order_));
    order_.reset();
    lines_.reset();
    lines_.bind(id.value);
    while (TRY(lines_.step())) {
        order.lines.push_back({.sku = SkuId(lines_.integer(0)),
                               .pool = PoolId(lines_.integer(1)),
                               .name = std::string(lines_.text(2)),
                               .quantity = lines_.integer(3),
                               .unit_price = {lines_.integer(4), order.currency},
                               .discount_minor = lines_.integer(5),
                               .tax_percent = static_cast<int>(lines_.integer(6)),
                               .tax_minor = lines_.integer(7),
                               .refunded_units = lines_.integer(8)});
    }
    lines_.reset();
    return order;
}

}  // namespace shopcast::shop
