#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "audit/deed.hpp"
#include "shop/core/records.hpp"

/// What the allocator is asked. Commands are values: time comes in with them, so that the same
/// commands give the same decisions.
namespace shopcast::shop {

/// Keeps units for limits of time while the buyer decides ("Buy now"). One open hold per account
/// and sku.
struct HoldStock {
    SkuId sku;
    DealId deal;  ///< 0: the sku's own price.
    std::int64_t quantity = 1;
};
/// Lets an open hold go. Of a resolved one: nothing happens, and that is Accepted.
struct ReleaseHold {
    SkuId sku;
};

struct WantedLine {
    SkuId sku;
    DealId deal;
    std::int64_t quantity = 1;
};
/// All lines or none. Takes over the account's own hold of a line's sku, and its price.
struct PlaceOrder {
    std::vector<WantedLine> lines;
    std::string coupon_code;
    std::string ship_to;
    std::optional<Money> expected_total;  ///< What the buyer saw; another total is refused.
    /// Of the buyer's cart in that shop: an order that is made empties it, unless it has changed.
    std::optional<std::int64_t> cart_version{};
    std::string shop{};  ///< Lines of others are not there for it; empty: of whichever they are.
};
/// Before it is paid: the holds go back. Paid and not shipped: all of it is refunded.
struct CancelOrder {
    OrderId order;
    bool by_shop = false;  ///< Somebody of the shop asks; otherwise it has to be the buyer.
};
struct RefundLine {
    std::size_t line = 0;  ///< Of the order, from 0.
    std::int64_t units = 0;
};
/// Gives units' money back; no lines: everything that is left. Units that were not shipped return
/// to the stock.
struct RefundOrder {
    OrderId order;
    std::vector<RefundLine> lines;
};
struct AdvanceOrder {
    OrderId order;
    Stage to = Stage::Preparing;
};

/// What a provider says about a payment.
enum class Said : std::uint8_t {
    RequiresAction,
    Authorized,
    Captured,
    Failed,  ///< An attempt of the buyer's; another may follow.
    Voided,
    Refused,  ///< It will never be made: there is nothing to pay, and nothing to cancel.
    NotFound,
    Refunded,
    RefundRefused,  ///< That refund will never be made.
    Silent,         ///< It did not answer in time.
};
struct ReportPayment {
    OrderId order;
    Said said = Said::Silent;
    Money amount;              ///< Of Authorized, Captured, Refunded.
    bool is_answer = false;    ///< To a question of ours; otherwise a webhook, which may be old.
    std::string event_id;      ///< Of a webhook: applied once.
    std::string provider_ref;  ///< Empty: not said.
    RefundId refund;           ///< Of Refunded and RefundRefused.
    /// When its order was placed, in milliseconds; 0: not said. A data folder that came back from a
    /// backup gives the same numbers to other orders.
    std::int64_t placed_at_ms = 0;
};

/// Time itself: holds expire, deals start and end, unanswered questions are asked again.
struct Tick {};

struct PutSku {
    Sku sku;  ///< id 0: a new one.
};
/// Goods received (> 0) or a correction (either sign; what is held or sold cannot be taken away).
struct MoveStock {
    SkuId sku;
    std::int64_t units = 0;
    MoveReason reason = MoveReason::Received;
};
struct PutDeal {
    Deal deal;  ///< A new one; starts by itself at starts_at, or by StartDeal.
};
struct StartDeal {
    DealId deal;
};
struct EndDeal {
    DealId deal;
};
struct PutCoupon {
    Coupon coupon;  ///< A new one.
    std::int64_t quota = 0;
};

using What =
    std::variant<HoldStock, ReleaseHold, PlaceOrder, CancelOrder, RefundOrder, AdvanceOrder,
                 ReportPayment, Tick, PutSku, MoveStock, PutDeal, StartDeal, EndDeal, PutCoupon>;

/// `key` is the caller's Idempotency-Key, in HoldStock, PlaceOrder and RefundOrder: the same
/// request again gets what the first one made.
struct Command {
    What what;
    AccountId account;
    std::string key;
    WallTime at;
    /// What the caller's own request hashes to, where `what` is more than it said: an order of a
    /// cart, which looks different once it has been ordered. None: `what` itself is hashed.
    std::optional<std::uint64_t> request{};
    /// Of somebody who answers for it: recorded with what is decided, when that changes something.
    /// A target that ends with '/' is completed by the number of what was made.
    std::optional<audit::Deed> deed{};
};

/// The order that `what` is about, if it is about one.
std::optional<OrderId> order_of(const What& what);
/// Equal for equal requests; another body under a used key shows by it.
std::uint64_t request_hash(const Command& command);
/// The same of a request's own words.
std::uint64_t request_hash(std::string_view words);

enum class Verdict : std::uint8_t {
    Accepted,
    Replayed,       ///< Accepted before, under the same key: the receipt is that one's.
    KeyReused,      ///< The key belongs to another request.
    SoldOut,        ///< Nothing comes back by itself; see shorts.
    AllHeld,        ///< Others hold what is left: it may return; see shorts.
    LimitReached,   ///< Of units per buyer or order.
    CatalogueFull,  ///< No room for another sku, deal or coupon.
    CoolingDown,    ///< Two holds were lost, or orders ended unpaid; again from `until` on.
    AlreadyHeld,    ///< The account holds that sku already: `receipt` says as what.
    NotOnSale,      ///< Withdrawn, or a deal that is not running.
    CouponRefused,  ///< Unknown, over, below its minimum or used by this account.
    CouponUsedUp,   ///< Its quota.
    PriceChanged,   ///< Not what the buyer saw; `receipt` has the total of now.
    SeveralShops,   ///< An order is of one.
    NotFound,
    WrongState,
    Malformed,
    Busy,        ///< The queue is full; nothing was decided.
    NotSelling,  ///< The stock's records disagree, or the disk is full: nothing was decided.
};
std::string_view to_string(Verdict verdict);

/// What was made. `number` is its id, and its place in the sequence of all that was ever made.
struct Receipt {
    std::int64_t number = 0;
    Money price;
    WallTime expires_at;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// A sku of which there was less than all its lines together want.
struct Shortfall {
    SkuId sku;
    std::vector<std::size_t> lines;  ///< From 0.
    std::int64_t wanted = 0;
    std::int64_t available = 0;
    bool may_return = false;  ///< Units are held that may be let go.
};

/// An order as it was made.
struct PlacedOrder {
    Order order;
    std::vector<OrderEvent> history;
};

struct Decided {
    Verdict verdict = Verdict::Accepted;
    Receipt receipt;
    std::vector<Shortfall> shorts;
    WallTime until;
    std::shared_ptr<const PlacedOrder> placed{};  ///< Of an accepted PlaceOrder.

    bool is_accepted() const {
        return verdict == Verdict::Accepted || verdict == Verdict::Replayed;
    }
};

/// What was accepted under a key.
struct AcceptedKey {
    std::uint64_t request_hash = 0;
    Receipt receipt;
};

/// What the database knows about a command, looked up before it is decided.
struct Known {
    std::optional<AcceptedKey> key;
    bool event_applied = false;
};

}  // namespace shopcast::shop
