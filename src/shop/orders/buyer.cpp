#include "shop/orders/buyer.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

// By the index of keys: a hold that somebody asked for over HTTP always has one.
constexpr std::string_view select_hold =
    "SELECT id, key, request_hash, sku, pool, quantity, price_minor, currency, state, made_at_ms,"
    " expires_at_ms, (SELECT shop FROM sku WHERE sku.id = reservation.sku) FROM reservation"
    " WHERE account = ? AND key IS NOT NULL AND ";

Result<OwnHold> hold_of_row(const Statement& row, const AccountId& account) {
    const auto currency = currency_from(row.text(7));
    const auto state = state_from<ReservationState>(row.text(8));
    if (!currency || !state) return fail(Errc::Malformed, "a hold that cannot be read");
    Reservation hold{.id = ReservationId(row.integer(0)),
                     .account = account,
                     .key = std::string(row.text(1)),
                     .request_hash = static_cast<std::uint64_t>(row.integer(2)),
                     .order = {},
                     .sku = SkuId(row.integer(3)),
                     .pool = PoolId(row.integer(4)),
                     .quantity = row.integer(5),
                     .unit_price = {row.integer(6), *currency},
                     .state = *state,
                     .made_at = WallTime(Milliseconds(row.integer(9))),
                     .expires_at = WallTime(Milliseconds(row.integer(10)))};
    return OwnHold{{std::move(hold)}, std::string(row.text(11))};
}

Result<std::int64_t> number_in(Statement& query) {
    TRY_VOID(query.step());
    return query.integer(0);
}

}  // namespace

Result<std::vector<OwnHold>> open_holds(Database& database, const AccountId& account) {
    Statement query =
        TRY(database.prepare(std::string(select_hold) + "state = 'HELD' ORDER BY id"));
    query.bind(account.value);
    std::vector<OwnHold> holds;
    while (TRY(query.step())) holds.push_back(TRY(hold_of_row(query, account)));
    return holds;
}

Result<std::optional<OwnHold>> find_hold(Database& database, const AccountId& account,
                                         ReservationId id) {
    Statement query = TRY(database.prepare(std::string(select_hold) + "id = ?"));
    if (!TRY(query.bind(account.value).bind(id.value).step())) return std::nullopt;
    return hold_of_row(query, account);
}

Result<std::int64_t> units_taken(Database& database, const AccountId& account, PoolId pool) {
    Statement query = TRY(database.prepare(
        "SELECT COALESCE(SUM(order_line.quantity), 0) FROM orders JOIN order_line"
        " ON order_line.order_id = orders.id AND order_line.pool = ?2 WHERE orders.account = ?1"
        " AND orders.state NOT IN ('CANCELLED', 'EXPIRED')"));
    query.bind(account.value).bind(pool.value);
    return number_in(query);
}

Result<std::int64_t> times_used(Database& database, const AccountId& account, CouponId coupon) {
    Statement query = TRY(database.prepare(
        "SELECT COUNT(*) FROM orders WHERE account = ? AND coupon = ? AND coupon_taken = 1"));
    query.bind(account.value).bind(coupon.value);
    return number_in(query);
}

}  // namespace shopcast::shop
