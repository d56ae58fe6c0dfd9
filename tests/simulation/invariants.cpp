#include "invariants.hpp"

#include <array>

namespace shopcast::simulation {
namespace {

struct Invariant {
    const char* name;
    const char* violations;  ///< A query that counts them.
};

constexpr std::array invariants{
    Invariant{"more units of a sku were sold or are held than were ever received", R"sql(
SELECT COUNT(*) FROM sku WHERE
  (SELECT COALESCE(SUM(quantity), 0) FROM reservation
    WHERE reservation.sku = sku.id AND state IN ('HELD', 'COMMITTED'))
  + (SELECT COALESCE(SUM(sold), 0) FROM stock_move WHERE reason = 'RETURNED'
    AND (pool = sku.id OR pool IN (SELECT id FROM deal WHERE deal.sku = sku.id)))
  > (SELECT COALESCE(SUM(on_hand), 0) FROM stock_move
    WHERE pool = sku.id AND reason IN ('RECEIVED', 'CORRECTED')))sql"},
    Invariant{"a pool's counters are not what its rows add up to", R"sql(
SELECT COUNT(*) FROM stock WHERE
  held <> (SELECT COALESCE(SUM(quantity), 0) FROM reservation
    WHERE reservation.pool = stock.pool AND state = 'HELD')
    + (SELECT COUNT(*) FROM orders
      WHERE coupon = stock.pool AND coupon_taken = 1 AND state = 'PENDING_PAYMENT')
  OR on_hand <> (SELECT COALESCE(SUM(on_hand), 0) FROM stock_move
    WHERE stock_move.pool = stock.pool)
  OR sold <> (SELECT COALESCE(SUM(sold), 0) FROM stock_move
    WHERE stock_move.pool = stock.pool))sql"},
    Invariant{"a buyer has more of a deal than its limit", R"sql(
SELECT COUNT(*) FROM (SELECT pool, SUM(quantity) AS units FROM reservation
  WHERE state IN ('HELD', 'COMMITTED') GROUP BY pool, account) AS taken
  JOIN deal ON deal.id = taken.pool
  WHERE per_account_max > 0 AND units > per_account_max)sql"},
    Invariant{"a buyer has used a coupon more often than its limit", R"sql(
SELECT COUNT(*) FROM (SELECT coupon, COUNT(*) AS times FROM orders
  WHERE coupon_taken = 1 GROUP BY coupon, account) AS used
  JOIN coupon ON coupon.id = used.coupon
  WHERE per_account_max > 0 AND times > per_account_max)sql"},
    Invariant{"an account holds a sku twice", R"sql(
SELECT COUNT(*) FROM (SELECT 1 FROM reservation WHERE state = 'HELD' GROUP BY account, sku
  HAVING COUNT(DISTINCT COALESCE(order_id, -id)) > 1))sql"},
    Invariant{"an order's lines do not add up to its total", R"sql(
SELECT COUNT(*) FROM orders WHERE
  total_minor <> shipping_minor - discount_minor + (SELECT SUM(price_minor * quantity)
    FROM order_line WHERE order_id = orders.id)
  OR discount_minor <> (SELECT SUM(discount_minor) FROM order_line
    WHERE order_id = orders.id))sql"},
    Invariant{"the sequence has a gap, or a number twice", R"sql(
WITH numbers(number) AS (
  SELECT id FROM sku UNION ALL SELECT id FROM deal UNION ALL SELECT id FROM coupon
  UNION ALL SELECT id FROM reservation UNION ALL SELECT id FROM orders
  UNION ALL SELECT id FROM payment UNION ALL SELECT id FROM refund
  UNION ALL SELECT number FROM order_event UNION ALL SELECT number FROM stock_move
  UNION ALL SELECT number FROM removed)
SELECT (SELECT last_number FROM allocator) <> COUNT(*)
  OR COUNT(*) <> COUNT(DISTINCT number) OR MAX(number) > COUNT(*) FROM numbers)sql"},
    Invariant{"an order's history does not end in its state", R"sql(
SELECT COUNT(*) FROM orders WHERE state <> (SELECT state FROM order_event
  WHERE order_id = orders.id ORDER BY number DESC LIMIT 1))sql"},
    Invariant{"stock is held for an order that waits for nothing", R"sql(
SELECT COUNT(*) FROM reservation JOIN orders ON orders.id = order_id
  WHERE reservation.state = 'HELD' AND orders.state <> 'PENDING_PAYMENT')sql"},
    Invariant{"a paid order has not got its units", R"sql(
SELECT COUNT(*) FROM orders WHERE state IN ('PAID', 'PREPARING', 'SHIPPED', 'DELIVERED') AND
  (SELECT SUM(quantity) FROM order_line WHERE order_id = orders.id) <>
  (SELECT COALESCE(SUM(quantity), 0) FROM reservation
    WHERE order_id = orders.id AND state = 'COMMITTED'))sql"},
    Invariant{"an order is paid without its money, or with other than its money", R"sql(
SELECT COUNT(*) FROM orders JOIN payment ON order_id = orders.id
  WHERE orders.state IN ('PAID', 'PREPARING', 'SHIPPED', 'DELIVERED')
  AND captured_minor <> total_minor)sql"},
    Invariant{"something went that is in the books", R"sql(
SELECT COUNT(*) FROM removed WHERE number IN (SELECT subject FROM stock_move)
  OR number IN (SELECT order_id FROM refund) OR number IN (SELECT order_id FROM order_line)
  OR number IN (SELECT order_id FROM order_event) OR number IN (SELECT order_id FROM payment))sql"},
    // The simulation's clients write the request's own name where the address stands.
    Invariant{"one request has made two orders", R"sql(
SELECT COUNT(*) FROM (SELECT 1 FROM orders GROUP BY ship_to HAVING COUNT(*) > 1))sql"},
};

}  // namespace

std::string broken_invariant(store::Database& database) {
    for (const Invariant& invariant : invariants) {
        auto query = database.prepare(invariant.violations);
        if (!query) return std::string(invariant.name) + "? " + query.error().message;
        const auto row = query->step();
        if (!row) return std::string(invariant.name) + "? " + row.error().message;
        if (query->integer(0) != 0) return invariant.name;
    }
    return {};
}

Result<void> remember_removed(store::Database& database) {
    return database.execute(R"sql(
CREATE TABLE IF NOT EXISTS removed (number INTEGER PRIMARY KEY);
CREATE TRIGGER IF NOT EXISTS order_removed AFTER DELETE ON orders
  BEGIN INSERT INTO removed VALUES (old.id); END;
CREATE TRIGGER IF NOT EXISTS payment_removed AFTER DELETE ON payment
  BEGIN INSERT INTO removed VALUES (old.id); END;
CREATE TRIGGER IF NOT EXISTS event_removed AFTER DELETE ON order_event
  BEGIN INSERT INTO removed VALUES (old.number); END;
CREATE TRIGGER IF NOT EXISTS reservation_removed AFTER DELETE ON reservation
  BEGIN INSERT INTO removed VALUES (old.id); END;
)sql");
}

}  // namespace shopcast::simulation
