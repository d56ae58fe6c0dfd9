#include "shop/ledger/retention.hpp"

#include <memory>
#include <string>
#include <utility>

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Removed;
using store::Retention;
using store::Statement;

Result<std::vector<std::int64_t>> orders_for_nothing(Database& database, WallTime than,
                                                     std::int64_t settled) {
    // The states as the index orders_for_nothing has them, word for word.
    Statement query = TRY(database.prepare(
        "SELECT id FROM orders WHERE state IN ('CANCELLED', 'EXPIRED')"
        " AND placed_at_ms < ? AND id <= ? AND coupon_taken = 0"
        " AND (SELECT state = 'VOIDED' AND captured_minor = 0 FROM payment"
        " WHERE order_id = orders.id)"
        " AND NOT EXISTS (SELECT 1 FROM refund WHERE order_id = orders.id) LIMIT ?"));
    query.bind(to_unix_ms(than)).bind(settled);
    query.bind(static_cast<std::int64_t>(limits::orders_removed_at_once));
    std::vector<std::int64_t> ids;
    while (TRY(query.step())) ids.push_back(query.integer(0));
    return ids;
}

/// Of one process's sweeps.
class OrdersForNothing {
public:
    OrdersForNothing(Milliseconds keep, std::shared_ptr<std::int64_t> settled)
        : keep_(keep), settled_(std::move(settled)) {}

    Result<Removed> operator()(Database& database, WallTime now) {
        if (!is_going_on_) TRY_VOID(look_at_numbers(database));
        const std::vector<std::int64_t> ids =
            TRY(orders_for_nothing(database, now - keep_, *settled_));
        for (const std::int64_t id : ids) TRY_VOID(remove(database, id));
        is_going_on_ = ids.size() >= limits::orders_removed_at_once;
        return Removed{.count = ids.size(), .more = is_going_on_};
    }

private:
    /// Numbers up to this one were given before the sweep before this one.
    Result<void> look_at_numbers(Database& database) {
        Statement query = TRY(database.prepare("SELECT last_number FROM allocator WHERE id = 1"));
        if (!TRY(query.step())) {
            return fail(Errc::Malformed, "the table allocator has lost its row");
        }
        *settled_ = std::exchange(last_, query.integer(0));
        return {};
    }
    static Result<void> remove(Database& database, std::int64_t order) {
        for (const char* sql :
             {"DELETE FROM order_event WHERE order_id = ?",
              "DELETE FROM payment WHERE order_id = ?", "DELETE FROM order_line WHERE order_id = ?",
              "DELETE FROM orders WHERE id = ?"}) {
            Statement remove = TRY(database.prepare(sql));
            TRY_VOID(remove.bind(order).run());
        }
        return {};
    }

    const Milliseconds keep_;
    const std::shared_ptr<std::int64_t> settled_;
    std::int64_t last_ = 0;
    bool is_going_on_ = false;
};

/// `sql` says which, with the state's name as its index has it.
Retention holds(const char* sql, Milliseconds keep, const std::shared_ptr<std::int64_t>& settled) {
    return {.what = "holds",
            .step = [sql, keep, settled](Database& database, WallTime now) -> Result<Removed> {
                Statement remove = TRY(database.prepare(sql));
                remove.bind(to_unix_ms(now - keep)).bind(*settled);
                remove.bind(static_cast<std::int64_t>(limits::retention_rows_at_once));
                TRY_VOID(remove.run());
                return store::removed_rows(database);
            }};
}

Retention webhooks() {
    return store::older_rows("webhooks",
                             "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event"
                             " WHERE at_ms < ?1 LIMIT ?2)",
                             limits::webhook_names_kept_for);
}

}  // namespace

std::vector<Retention> ledger_retentions(Milliseconds keep) {
    const auto settled = std::make_shared<std::int64_t>(0);
    std::vector<Retention> all;
    all.push_back({.what = "unpaid orders", .step = OrdersForNothing(keep, settled)});
    all.push_back(
        holds("DELETE FROM reservation WHERE id IN (SELECT id FROM reservation"
              " WHERE state = 'RELEASED' AND resolved_at_ms < ? AND id <= ? LIMIT ?)",
              keep, settled));
    all.push_back(
        holds("DELETE FROM reservation WHERE id IN (SELECT id FROM reservation"
              " WHERE state = 'EXPIRED' AND resolved_at_ms < ? AND id <= ? LIMIT ?)",
              keep, settled));
    all.push_back(webhooks());
    return all;
}

Result<bool> has_orders(store::Database& database, const AccountId& account) {
    Statement query = TRY(database.prepare("SELECT 1 FROM orders WHERE account = ? LIMIT 1"));
    return query.bind(account.value).step();
}

}  // namespace shopcast::shop
