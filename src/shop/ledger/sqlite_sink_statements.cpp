#include "shop/ledger/sqlite_sink.hpp"

namespace shopcast::shop {

Result<SqliteSink::Statements> SqliteSink::prepare(store::Database& db) {
    return Statements{
        // Nobody but the owner of this epoch, and nothing but what joins on.
        .fence = TRY(db.prepare("UPDATE allocator SET last_number = ?"
                                " WHERE id = 1 AND epoch = ? AND last_number = ?")),
        .put_stock =
            TRY(db.prepare("INSERT INTO stock(pool, on_hand, held, sold) VALUES (?, ?, ?, ?)"
                           " ON CONFLICT (pool) DO UPDATE SET on_hand = excluded.on_hand,"
                           " held = excluded.held, sold = excluded.sold")),
        .insert_move = TRY(
            db.prepare("INSERT INTO stock_move(number, pool, on_hand, sold, reason, subject, at_ms)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)")),
        .insert_sku = TRY(db.prepare(
            "INSERT INTO sku(shop, name, price_minor, currency, tax_percent, per_order_max,"
            " on_sale, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")),
        .update_sku = TRY(db.prepare(
            "UPDATE sku SET shop = ?, name = ?, price_minor = ?, currency = ?, tax_percent = ?,"
            " per_order_max = ?, on_sale = ? WHERE id = ?")),
        .insert_deal = TRY(db.prepare(
            "INSERT INTO deal(quantity, state, sku, price_minor, currency, per_account_max,"
            " starts_at_ms, ends_at_ms, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")),
        .update_deal = TRY(db.prepare("UPDATE deal SET quantity = ?, state = ? WHERE id = ?")),
        .insert_coupon = TRY(
            db.prepare("INSERT INTO coupon(id, shop, code, percent_off, minor_off, minimum_minor,"
                       " per_account_max, ends_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")),
        .insert_reservation = TRY(db.prepare(
            "INSERT INTO reservation(id, account, key, request_hash, order_id, sku, pool,"
            " quantity, price_minor, currency, state, made_at_ms, expires_at_ms,"
            " resolved_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
        // The last defence of "resolved once".
        .resolve_reservation = TRY(db.prepare("UPDATE reservation SET state = ?, resolved_at_ms = ?"
                                              " WHERE id = ? AND state = 'HELD'")),
        .insert_order = TRY(db.prepare(
            "INSERT INTO orders(state, stage, coupon_taken, expires_at_ms, extended, id, account,"
            " shop, key, request_hash, currency, coupon, discount_minor, shipping_minor,"
            " tax_minor, total_minor, ship_to, placed_at_ms, pay_by_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
        .update_order = TRY(db.prepare(
            "UPDATE orders SET state = ?, stage = ?, coupon_taken = ?, expires_at_ms = ?,"
            " extended = ? WHERE id = ?")),
        .insert_line = TRY(db.prepare(
            "INSERT INTO order_line(pool, refunded_units, order_id, line, sku, name, quantity,"
            " price_minor, discount_minor, tax_percent, tax_minor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
        .update_line = TRY(db.prepare("UPDATE order_line SET pool = ?, refunded_units = ?"
                                      " WHERE order_id = ? AND line = ?")),
        .insert_order_event =
            TRY(db.prepare("INSERT INTO order_event(number, order_id, state, note, at_ms)"
                           " VALUES (?, ?, ?, ?, ?)")),
        .insert_payment = TRY(db.prepare(
            "INSERT INTO payment(provider_ref, state, captured_minor, refunded_minor, order_id,"
            " id) VALUES (?, ?, ?, ?, ?, ?)")),
        .update_payment =
            TRY(db.prepare("UPDATE payment SET provider_ref = ?, state = ?, captured_minor = ?,"
                           " refunded_minor = ? WHERE order_id = ?")),
        .insert_refund = TRY(
            db.prepare("INSERT INTO refund(state, id, order_id, account, key, request_hash, minor,"
                       " made_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")),
        .update_refund = TRY(db.prepare("UPDATE refund SET state = ? WHERE id = ?")),
        .insert_webhook_event =
            TRY(db.prepare("INSERT INTO webhook_event(id, at_ms) VALUES (?, ?)")),
    };
}

Result<SqliteSink::Lookups> SqliteSink::prepare_lookups(store::Database& db) {
    return Lookups{
        .key = TRY(db.prepare(
            "SELECT request_hash, id, price_minor, currency, expires_at_ms FROM reservation"
            " WHERE account = ?1 AND key = ?2"
            " UNION ALL SELECT request_hash, id, total_minor, currency, pay_by_ms FROM orders"
            " WHERE account = ?1 AND key = ?2"
            " UNION ALL SELECT refund.request_hash, refund.id, refund.minor, orders.currency, 0"
            " FROM refund JOIN orders ON orders.id = refund.order_id"
            " WHERE refund.account = ?1 AND refund.key = ?2")),
        .webhook_event = TRY(db.prepare("SELECT 1 FROM webhook_event WHERE id = ?")),
    };
}

}  // namespace shopcast::shop
