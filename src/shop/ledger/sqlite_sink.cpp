#include "shop/ledger/sqlite_sink.hpp"

#include <algorithm>

#include "audit/deed.hpp"

namespace shopcast::shop {
namespace {

using store::Statement;

/// 0 stands for "none" in memory and is NULL in the database.
void bind_id(Statement& statement, std::int64_t id) {
    if (id == 0) {
        statement.bind_null();
    } else {
        statement.bind(id);
    }
}

void bind_key(Statement& statement, const std::string& key, std::uint64_t hash) {
    if (key.empty()) {
        statement.bind_null().bind_null();
    } else {
        statement.bind(key).bind(static_cast<std::int64_t>(hash));
    }
}

std::int64_t flag(bool value) {
    return value ? 1 : 0;
}

}  // namespace

Result<std::unique_ptr<SqliteSink>> SqliteSink::create(store::Database& database,
                                                       std::vector<CommitObserver*> observers) {
    Statements statements = TRY(prepare(database));
    Lookups lookups = TRY(prepare_lookups(database));
    OrderReader orders = TRY(OrderReader::create(database));
    return std::unique_ptr<SqliteSink>(std::make_unique<SqliteSink>(
        SqliteSink(database, std::move(observers), std::move(statements), std::move(lookups),
                   std::move(orders))));
}

Result<void> SqliteSink::commit(const Batch& batch) {
    TRY_VOID(database_.execute("BEGIN IMMEDIATE"));
    Result<void> done = write(batch);
    if (done) done = database_.execute("COMMIT");
    // Nobody answers what this undoes: a full disk is told apart by its code, and after anything
    // else the process ends.
    if (!done && database_.in_transaction()) (void)database_.execute("ROLLBACK");
    return done;
}

Result<void> SqliteSink::write(const Batch& batch) {
    TRY_VOID(pass_fence(batch));
    TRY_VOID(write_catalogue(batch));
    TRY_VOID(write_stock(batch));
    TRY_VOID(write_reservations(batch));
    for (const ChangedOrder& changed : batch.orders) TRY_VOID(write_order(changed));
    for (const auto& [deed, at] : batch.deeds) TRY_VOID(audit::record(database_, deed, at));
    TRY_VOID(write_events(batch));
    for (CommitObserver* const observer : observers_) {
        TRY_VOID(observer->append(database_, batch));
    }
    return {};
}

Result<void> SqliteSink::pass_fence(const Batch& batch) {
    statements_.fence.bind(batch.number_after).bind(batch.epoch).bind(batch.number_before);
    TRY_VOID(statements_.fence.run());
    if (database_.changed_rows() != 1) {
        return fail(Errc::Conflict, "another server has taken over the stock");
    }
    return {};
}

Result<void> SqliteSink::write_catalogue(const Batch& batch) {
    for (const auto& [sku, is_new] : batch.skus.entries()) {
        Statement& put = is_new ? statements_.insert_sku : statements_.update_sku;
        put.bind(sku.shop).bind(sku.name).bind(sku.price.minor).bind(to_string(sku.price.currency));
        put.bind(std::int64_t{sku.tax_percent}).bind(sku.per_order_max).bind(flag(sku.on_sale));
        TRY_VOID(put.bind(sku.id.value).run());
    }
    for (const auto& [deal, is_new] : batch.deals.entries()) {
        Statement& put = is_new ? statements_.insert_deal : statements_.update_deal;
        put.bind(deal.quantity).bind(to_string(deal.state));
        if (is_new) {
            put.bind(deal.sku.value).bind(deal.price.minor).bind(to_string(deal.price.currency));
            put.bind(deal.per_account_max);
            put.bind(to_unix_ms(deal.starts_at)).bind(to_unix_ms(deal.ends_at));
        }
        TRY_VOID(put.bind(deal.id.value).run());
    }
    for (const auto& [coupon, is_new] : batch.coupons.entries()) {
        Statement& put = statements_.insert_coupon;
        put.bind(coupon.id.value).bind(coupon.shop).bind(coupon.code);
        put.bind(std::int64_t{coupon.percent_off}).bind(coupon.minor_off);
        put.bind(coupon.minimum_minor).bind(coupon.per_account_max);
        TRY_VOID(put.bind(to_unix_ms(coupon.ends_at)).run());
    }
    return {};
}

Result<void> SqliteSink::write_stock(const Batch& batch) {
    for (const auto& [pool, counters] : batch.counters) {
        Statement& put = statements_.put_stock;
        put.bind(pool.value).bind(counters.on_hand).bind(counters.held).bind(counters.sold);
        TRY_VOID(put.run());
    }
    for (const StockMove& move : batch.moves) {
        Statement& insert = statements_.insert_move;
        insert.bind(move.number).bind(move.pool.value).bind(move.on_hand).bind(move.sold);
        insert.bind(to_string(move.reason));
        bind_id(insert, move.subject);
        TRY_VOID(insert.bind(to_unix_ms(move.at)).run());
    }
    return {};
}

Result<void> SqliteSink::write_reservations(const Batch& batch) {
    for (const auto& [row, is_new] : batch.reservations.entries()) {
        const bool is_held = row.state == ReservationState::Held;
        if (!is_new) {
            Statement& resolve = statements_.resolve_reservation;
            resolve.bind(to_string(row.state)).bind(to_unix_ms(row.resolved_at));
            TRY_VOID(resolve.bind(row.id.value).run());
            if (database_.changed_rows() != 1) {
                return fail(Errc::Conflict, "a reservation was resolved twice");
            }
            continue;
        }
        Statement& insert = statements_.insert_reservation;
        insert.bind(row.id.value).bind(row.account.value);
        bind_key(insert, row.key, row.request_hash);
        bind_id(insert, row.order.value);
        insert.bind(row.sku.value).bind(row.pool.value).bind(row.quantity);
        insert.bind(row.unit_price.minor).bind(to_string(row.unit_price.currency));
        insert.bind(to_string(row.state)).bind(to_unix_ms(row.made_at));
        insert.bind(to_unix_ms(row.expires_at));
        bind_id(insert, is_held ? 0 : to_unix_ms(row.resolved_at));
        TRY_VOID(insert.run());
    }
    return {};
}

Result<void> SqliteSink::write_order(const ChangedOrder& changed) {
    const Order& order = changed.order;
    Statement& put = changed.is_new ? statements_.insert_order : statements_.update_order;
    put.bind(to_string(order.state)).bind(static_cast<std::int64_t>(order.stage));
    put.bind(flag(order.coupon_taken)).bind(to_unix_ms(order.expires_at));
    put.bind(flag(order.extended)).bind(order.id.value);
    if (changed.is_new) {
        put.bind(order.account.value).bind(order.shop);
        bind_key(put, order.key, order.request_hash);
        put.bind(to_string(order.currency));
        bind_id(put, order.coupon.value);
        put.bind(order.discount_minor).bind(order.shipping_minor).bind(order.tax_minor);
        put.bind(order.total_minor).bind(order.ship_to);
        put.bind(to_unix_ms(order.placed_at)).bind(to_unix_ms(order.pay_by));
    }
    TRY_VOID(put.run());
    TRY_VOID(write_lines(changed));
    return write_money(changed);
}

Result<void> SqliteSink::write_lines(const ChangedOrder& changed) {
    if (!changed.is_new && !changed.lines_changed) return {};
    const Order& order = changed.order;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const OrderLine& line = order.lines[i];
        Statement& put = changed.is_new ? statements_.insert_line : statements_.update_line;
        put.bind(line.pool.value).bind(line.refunded_units);
        put.bind(order.id.value).bind(static_cast<std::int64_t>(i));
        if (changed.is_new) {
            put.bind(line.sku.value).bind(line.name).bind(line.quantity);
            put.bind(line.unit_price.minor).bind(line.discount_minor);
            put.bind(std::int64_t{line.tax_percent}).bind(line.tax_minor);
        }
        TRY_VOID(put.run());
    }
    return {};
}

Result<void> SqliteSink::write_money(const ChangedOrder& changed) {
    const Order& order = changed.order;
    const Payment& payment = order.payment;
    Statement& put = changed.is_new ? statements_.insert_payment : statements_.update_payment;
    put.bind(payment.provider_ref).bind(to_string(payment.state));
    put.bind(payment.captured_minor).bind(payment.refunded_minor).bind(order.id.value);
    if (changed.is_new) put.bind(payment.id.value);
    TRY_VOID(put.run());

    const Refund& refund = order.refund;
    if (refund.state == RefundState::None) return {};
    if (!changed.refund_is_new) {
        return statements_.update_refund.bind(to_string(refund.state)).bind(refund.id.value).run();
    }
    Statement& insert = statements_.insert_refund;
    insert.bind(to_string(refund.state)).bind(refund.id.value).bind(order.id.value);
    insert.bind(refund.account.value);
    bind_key(insert, refund.key, refund.request_hash);
    return insert.bind(refund.minor).bind(to_unix_ms(refund.made_at)).run();
}

Result<void> SqliteSink::write_events(const Batch& batch) {
    for (const OrderEvent& event : batch.order_events) {
        Statement& insert = statements_.insert_order_event;
        insert.bind(event.number).bind(event.order.value).bind(to_string(event.state));
        TRY_VOID(insert.bind(event.note).bind(to_unix_ms(event.at)).run());
    }
    for (const AppliedEvent& event : batch.applied_events) {
        TRY_VOID(statements_.insert_webhook_event.bind(event.id).bind(to_unix_ms(event.at)).run());
    }
    return {};
}

}  // namespace shopcast::shop
