#include <unordered_map>

#include "shop/ledger/columns.hpp"
#include "shop/ledger/sqlite_sink.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

using store::Statement;

}  // namespace

Result<Snapshot> SqliteSink::take_over(WallTime expired_since) {
    TRY_VOID(database_.execute("UPDATE allocator SET epoch = epoch + 1 WHERE id = 1"));
    return read(expired_since);
}

Result<Snapshot> SqliteSink::read(WallTime expired_since) {
    Snapshot snapshot;
    TRY_VOID(load_sequence(snapshot));
    TRY_VOID(load_catalogue(snapshot));
    TRY_VOID(load_stock(snapshot));
    TRY_VOID(load_accounts(snapshot, expired_since));
    TRY_VOID(load_open(snapshot));
    return snapshot;
}

Result<void> SqliteSink::load_sequence(Snapshot& snapshot) {
    Statement query =
        TRY(database_.prepare("SELECT epoch, last_number FROM allocator WHERE id = 1"));
    if (!TRY(query.step())) return fail(Errc::Malformed, "the table allocator has lost its row");
    snapshot.epoch = query.integer(0);
    snapshot.last_number = query.integer(1);
    return {};
}

Result<void> SqliteSink::load_catalogue(Snapshot& snapshot) {
    Statement shops = TRY(database_.prepare("SELECT id FROM shop"));
    while (TRY(shops.step())) snapshot.shops.emplace_back(shops.text(0));
    Statement skus = TRY(database_.prepare(
        "SELECT id, shop, name, price_minor, currency, tax_percent, per_order_max, on_sale"
        " FROM sku"));
    while (TRY(skus.step())) {
        snapshot.skus.push_back({.id = SkuId(skus.integer(0)),
                                 .shop = std::string(skus.text(1)),
                                 .name = std::string(skus.text(2)),
                                 .price = {skus.integer(3), TRY(currency_in(skus, 4))},
                                 .tax_percent = static_cast<int>(skus.integer(5)),
                                 .per_order_max = skus.integer(6),
                                 .on_sale = skus.integer(7) != 0});
    }
    Statement deals = TRY(database_.prepare(
        "SELECT id, sku, price_minor, currency, quantity, per_account_max, starts_at_ms,"
        " ends_at_ms, state FROM deal"));
    while (TRY(deals.step())) {
        snapshot.deals.push_back({.id = DealId(deals.integer(0)),
                                  .sku = SkuId(deals.integer(1)),
                                  .price = {deals.integer(2), TRY(currency_in(deals, 3))},
                                  .quantity = deals.integer(4),
                                  .per_account_max = deals.integer(5),
                                  .starts_at = time_in(deals, 6),
                                  .ends_at = time_in(deals, 7),
                                  .state = TRY(state_in<DealState>(deals, 8))});
    }
    Statement coupons = TRY(database_.prepare(
        "SELECT id, shop, code, percent_off, minor_off, minimum_minor, per_account_max,"
        " ends_at_ms FROM coupon"));
    while (TRY(coupons.step())) {
        snapshot.coupons.push_back({.id = CouponId(coupons.integer(0)),
                                    .shop = std::string(coupons.text(1)),
                                    .code = std::string(coupons.text(2)),
                                    .percent_off = static_cast<int>(coupons.integer(3)),
                                    .minor_off = coupons.integer(4),
                                    .minimum_minor = coupons.integer(5),
                                    .per_account_max = coupons.integer(6),
                                    .ends_at = time_in(coupons, 7)});
    }
    return {};
}

Result<void> SqliteSink::load_stock(Snapshot& snapshot) {
    Statement stock = TRY(database_.prepare("SELECT pool, on_hand, held, sold FROM stock"));
    while (TRY(stock.step())) {
        snapshot.counters.emplace_back(
            PoolId(stock.integer(0)),
            Counters{stock.integer(1), stock.integer(2), stock.integer(3)});
    }
    Statement moved = TRY(
        database_.prepare("SELECT pool, SUM(on_hand), SUM(sold) FROM stock_move GROUP BY pool"));
    while (TRY(moved.step())) {
        snapshot.moved.emplace_back(PoolId(moved.integer(0)), Counters{.on_hand = moved.integer(1),
                                                                       .sold = moved.integer(2)});
    }
    return {};
}

Result<void> SqliteSink::load_accounts(Snapshot& snapshot, WallTime expired_since) {
    // A deal's reservations come after the deal in the sequence, so old ones are not looked at.
    Statement taken =
        TRY(database_.prepare("SELECT pool, account, SUM(quantity) FROM reservation"
                              " WHERE id > (SELECT MIN(id) FROM deal WHERE state <> 'ENDED')"
                              " AND pool IN (SELECT id FROM deal WHERE state <> 'ENDED')"
                              " AND state IN ('HELD', 'COMMITTED') GROUP BY pool, account"
                              " UNION ALL SELECT coupon, account, COUNT(*) FROM orders"
                              " WHERE coupon_taken = 1 GROUP BY coupon, account"));
    while (TRY(taken.step())) {
        snapshot.taken.push_back(
            {PoolId(taken.integer(0)), AccountId(std::string(taken.text(1))), taken.integer(2)});
    }
    // The holds of one order expire as one.
    Statement expired = TRY(database_.prepare(
        "SELECT account, resolved_at_ms FROM reservation"
        " WHERE state = 'EXPIRED' AND resolved_at_ms >= ?"
        " GROUP BY account, resolved_at_ms, COALESCE(order_id, -id) ORDER BY resolved_at_ms"));
    expired.bind(to_unix_ms(expired_since));
    while (TRY(expired.step())) {
        snapshot.expired.push_back({AccountId(std::string(expired.text(0))), time_in(expired, 1)});
    }
    return {};
}

Result<void> SqliteSink::load_open(Snapshot& snapshot) {
    std::unordered_map<OrderId, std::vector<ReservationId>, IdHash> holds;
    Statement held = TRY(database_.prepare(
        "SELECT id, account, key, request_hash, order_id, sku, pool, quantity, price_minor,"
        " currency, made_at_ms, expires_at_ms FROM reservation"
        " WHERE state = 'HELD' ORDER BY id"));
    while (TRY(held.step())) {
        snapshot.held.push_back({.id = ReservationId(held.integer(0)),
                                 .account = AccountId(std::string(held.text(1))),
                                 .key = std::string(held.text(2)),
                                 .request_hash = static_cast<std::uint64_t>(held.integer(3)),
                                 .order = OrderId(held.integer(4)),
                                 .sku = SkuId(held.integer(5)),
                                 .pool = PoolId(held.integer(6)),
                                 .quantity = held.integer(7),
                                 .unit_price = {held.integer(8), TRY(currency_in(held, 9))},
                                 .made_at = time_in(held, 10),
                                 .expires_at = time_in(held, 11)});
        holds[snapshot.held.back().order].push_back(snapshot.held.back().id);
    }
    std::vector<OrderId> open;
    Statement ids = TRY(database_.prepare(
        "SELECT id FROM orders WHERE state IN ('PENDING_PAYMENT', 'REFUND_PENDING')"
        " UNION SELECT order_id FROM payment WHERE state IN"
        " ('CREATED', 'REQUIRES_ACTION', 'AUTHORIZED', 'FAILED', 'UNKNOWN')"));
    while (TRY(ids.step())) open.emplace_back(ids.integer(0));
    for (const OrderId id : open) {
        auto order = TRY(find_order(id));
        if (!order) return fail(Errc::Malformed, "an order without its payment");
        order->holds = std::move(holds[id]);
        snapshot.open_orders.push_back(std::move(*order));
    }
    return {};
}

Result<void> SqliteSink::for_each_key(
    WallTime since, const std::function<void(const AccountId&, std::string_view)>& see) {
    // Newest first. Time follows the sequence unless the wall's clock was set, and then days may
    // lie between a row and the next: a number of them is taken whatever their time says.
    for (const char* sql : {"SELECT account, key, made_at_ms FROM reservation ORDER BY id DESC",
                            "SELECT account, key, placed_at_ms FROM orders ORDER BY id DESC",
                            "SELECT account, key, made_at_ms FROM refund ORDER BY id DESC"}) {
        Statement keys = TRY(database_.prepare(sql));
        std::size_t old = 0;
        while (TRY(keys.step())) {
            if (time_in(keys, 2) < since && ++old > limits::seen_keys_however_old) break;
            if (!keys.is_null(1)) see(AccountId(std::string(keys.text(0))), keys.text(1));
        }
    }
    return {};
}

Result<std::optional<AcceptedKey>> SqliteSink::find_key(const AccountId& account,
                                                        std::string_view key) {
    Statement& query = lookups_.key.reset();
    query.bind(account.value).bind(key);
    if (!TRY(query.step())) return std::nullopt;
    AcceptedKey found{.request_hash = static_cast<std::uint64_t>(query.integer(0)),
                      .receipt = {.number = query.integer(1),
                                  .price = {query.integer(2), TRY(currency_in(query, 3))},
                                  .expires_at = time_in(query, 4)}};
    query.reset();
    return found;
}

Result<bool> SqliteSink::is_event_applied(std::string_view event_id) {
    Statement& query = lookups_.webhook_event.reset();
    const bool is_there = TRY(query.bind(event_id).step());
    query.reset();
    return is_there;
}

Result<std::optional<Order>> SqliteSink::find_order(OrderId id) {
    return orders_.find(id);
}

}  // namespace shopcast::shop
