#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "shop/core/ids.hpp"
#include "shop/core/money.hpp"
#include "shop/core/states.hpp"
#include "shop/limits.hpp"

/// What is sold and what became of it: one struct a table, as the allocator thinks of it and as a
/// CommitSink keeps it.
namespace shopcast::shop {

/// Stock that may be taken: on_hand = available + held + sold. Sold units stay on hand until they
/// are shipped. A deal's and a coupon's quota are counted the same way.
struct Counters {
    std::int64_t on_hand = 0;
    std::int64_t held = 0;
    std::int64_t sold = 0;

    std::int64_t available() const { return on_hand - held - sold; }
    bool are_sane() const { return held >= 0 && sold >= 0 && available() >= 0; }
    friend bool operator==(const Counters&, const Counters&) = default;
};

/// One sellable variant.
struct Sku {
    SkuId id;
    std::string shop;
    std::string name;  ///< As the order's line will quote it.
    Money price;       ///< Tax included.
    int tax_percent = 10;
    std::int64_t per_order_max = 0;  ///< 0: as limits::order_line_quantity_max says.
    bool on_sale = true;
};

/// A price for a time and a quantity, which is set aside from the sku when the deal starts and
/// given back when it ends.
struct Deal {
    DealId id;
    SkuId sku;
    Money price;
    std::int64_t quantity = 0;
    std::int64_t per_account_max = 0;  ///< 0: no limit. What was bought and refunded still counts.
    WallTime starts_at;
    WallTime ends_at;
    DealState state = DealState::Scheduled;
};

/// Money off one order. Its quota lies in its pool.
struct Coupon {
    CouponId id;
    std::string shop;
    std::string code;
    int percent_off = 0;               ///< Of the lines' sum; 0: `minor_off` is the discount.
    std::int64_t minor_off = 0;        ///< At most the lines' sum is taken off.
    std::int64_t minimum_minor = 0;    ///< The lines' sum has to reach it.
    std::int64_t per_account_max = 1;  ///< 0: no limit.
    WallTime ends_at;
};

/// Held stock. Made by a hold of its own, which then carries `key`, or by an order.
struct Reservation {
    ReservationId id;
    AccountId account;
    std::string key;  ///< Empty when an order made it.
    std::uint64_t request_hash = 0;
    OrderId order;  ///< 0: none.
    SkuId sku;
    PoolId pool;
    std::int64_t quantity = 0;
    Money unit_price;
    ReservationState state = ReservationState::Held;
    WallTime made_at;
    WallTime expires_at;
    WallTime resolved_at;  ///< Since when the state is other than Held.
};

/// What was bought, at what price, as it was when it was decided.
struct OrderLine {
    SkuId sku;
    PoolId pool;
    std::string name;
    std::int64_t quantity = 0;
    Money unit_price;
    std::int64_t discount_minor = 0;  ///< The line's share of the coupon.
    int tax_percent = 0;
    std::int64_t tax_minor = 0;  ///< Within gross_minor().
    std::int64_t refunded_units = 0;

    /// What the buyer pays for the line.
    std::int64_t gross_minor() const { return unit_price.minor * quantity - discount_minor; }
};

/// An order's payment at the provider; one each.
struct Payment {
    PaymentId id;
    std::string provider_ref;  ///< The provider's name for it, once it has given one.
    PaymentState state = PaymentState::Created;
    std::int64_t captured_minor = 0;
    std::int64_t refunded_minor = 0;
};

/// Money on its way back; at most one under way for an order.
struct Refund {
    RefundId id;
    AccountId account;  ///< Who asked for it.
    std::string key;    ///< Empty: made by the shop itself, not asked for.
    std::uint64_t request_hash = 0;
    std::int64_t minor = 0;
    RefundState state = RefundState::None;
    WallTime made_at;
};

/// How far a paid order has come, whatever has been paid back meanwhile.
enum class Stage : std::uint8_t { Ordered, Preparing, Shipped, Delivered };

struct Order {
    OrderId id;
    AccountId account;
    std::string shop;
    std::string key;
    std::uint64_t request_hash = 0;
    OrderState state = OrderState::PendingPayment;
    Stage stage = Stage::Ordered;
    Currency currency = Currency::Krw;
    CouponId coupon;            ///< 0: none.
    bool coupon_taken = false;  ///< It counts in the coupon's quota.
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t tax_minor = 0;    ///< Within the total; lines and shipping.
    std::int64_t total_minor = 0;  ///< What is paid.
    std::string ship_to;           ///< The address as it was, in the caller's own format.
    WallTime placed_at;
    WallTime pay_by;        ///< As the receipt said.
    WallTime expires_at;    ///< When the holds are let go; may be extended.
    bool extended = false;  ///< An authorized payment has moved expires_at; that happens once.

    std::vector<OrderLine> lines;
    std::vector<ReservationId> holds;  ///< Of the lines, while they are held.
    Payment payment;
    Refund refund;  ///< The newest.

    Money total() const { return {total_minor, currency}; }
};

/// One change of an order's state: its history, and the outbox of whoever tells the buyer.
struct OrderEvent {
    std::int64_t number = 0;
    OrderId order;
    OrderState state = OrderState::PendingPayment;
    std::string note;
    WallTime at;
};

/// What a provider is to be asked about an order's payment.
enum class RequestKind : std::uint8_t { CreateIntent, Fetch, Capture, Cancel, Refund };

/// Why stock changed hands.
enum class MoveReason : std::uint8_t {
    Received,
    Corrected,
    SetAside,
    GivenBack,
    Sold,
    Returned,
    Shipped,
};
std::string_view to_string(MoveReason reason);
std::optional<MoveReason> move_reason_from(std::string_view word);

/// One line of the stock's log, never changed: a pool's on_hand and sold are the sums of its lines.
struct StockMove {
    std::int64_t number = 0;
    PoolId pool;
    std::int64_t on_hand = 0;
    std::int64_t sold = 0;
    MoveReason reason = MoveReason::Received;
    std::int64_t subject = 0;  ///< The order or the deal; 0: somebody of the shop.
    WallTime at;
};

}  // namespace shopcast::shop
