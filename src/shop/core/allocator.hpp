#pragma once

#include <array>
#include <map>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "shop/core/batch.hpp"
#include "shop/core/command.hpp"
#include "shop/core/commit_sink.hpp"
#include "shop/core/pricing.hpp"

namespace shopcast::shop {

/// Decides who gets what. All stock that may be sold lies here as counters; a command comes in with
/// its time, and an answer and changed rows come out. No I/O, no clock, no threads: the same
/// commands after the same snapshot give the same decisions.
///
/// An answer may be told only when the batch that take_batch() returns after it is durable. When it
/// cannot be made durable this object is worth nothing: start again from a snapshot.
class Allocator {
public:
    /// Starts from what was durable. Errors: Malformed when the records disagree with one another,
    /// saying which: then nothing may be sold until somebody has looked.
    static Result<Allocator> rebuild(Snapshot snapshot, Rules rules, WallTime now);

    /// Orders that are settled are not kept; whoever has a command about one that is not known
    /// reads it and adopts it first.
    bool knows(OrderId id) const { return orders_.contains(id); }
    void adopt(Order order);

    Decided decide(const Command& command, const Known& known);

    /// What was changed since the last call. Settled orders are forgotten.
    Batch take_batch();

    /// More is due than one Tick did; another is wanted at once.
    bool is_behind() const;

    WallTime now() const { return now_; }
    std::int64_t last_number() const { return batch_.number_after; }
    /// Grows with each change that the next batch will have.
    std::int64_t writes() const { return batch_.writes(); }
    const std::unordered_map<PoolId, Counters, IdHash>& counters() const { return counters_; }

    /// Everything that decides and is durable, as sorted text: two allocators with equal texts
    /// decide alike; those that are equal without times do so but for when something ends. What was
    /// let go early is forgotten with the process.
    std::string to_text(bool with_times = true) const;

private:
    struct OpenHold {
        SkuId sku;
        ReservationId reservation;
        OrderId order;  ///< 0: a hold of its own.
    };
    struct Account {
        std::vector<OpenHold> open;
        std::array<WallTime, 2> expired_at{};  ///< The two latest, older first.
        Milliseconds let_go_after{};           ///< How long those were held that were let go,
        WallTime let_go_at;                    ///< the latest of them then.
    };
    enum class Timer : std::uint8_t { Hold, Order, Ask, DealStart, DealEnd, Account };
    struct Due {
        WallTime at;
        Timer timer;
        std::int64_t id;
        AccountId account;
        bool operator>(const Due& other) const { return at > other.at; }
    };
    /// What the allocator remembers of an order beside its row.
    struct OpenOrder {
        Order order;
        WallTime ask_at;
        int asked = 0;
        RequestKind asked_what = RequestKind::Fetch;
        // What of it the batch changes.
        bool is_touched = false;
        std::optional<std::size_t> ask;  ///< Its place in the batch: the latest is the one.
        bool is_changed = false;
        bool is_new = false;
        bool lines_changed = false;
        bool refund_is_new = false;
        std::optional<std::int64_t> cart_version{};
    };

    Allocator(Rules rules, WallTime now) : rules_(rules), started_at_(now), now_(now) {}

    // allocator.cpp: counters, holds and what all decisions share.
    Decided decide_new(const Command& command, const Known& known);
    std::int64_t next_number() { return ++batch_.number_after; }
    Counters& change(PoolId pool);
    void move(PoolId pool, Counters by, MoveReason reason, std::int64_t subject);
    void give_back_if_ended(PoolId pool);
    bool is_running(DealId id) const;
    const OpenHold* open_hold(const AccountId& account, SkuId sku) const;
    std::int64_t taken_of(PoolId pool, const AccountId& account) const;
    void count_taken(PoolId pool, const AccountId& account, std::int64_t units);
    Reservation& hold(Reservation reservation);
    enum class Leftover : std::uint8_t { GiveBack, Keep };
    void resolve(ReservationId id, ReservationState state, Leftover leftover = Leftover::GiveBack);
    std::optional<WallTime> cooling_until(const AccountId& account) const;
    void note_expiry(const AccountId& account, WallTime at);
    bool counts_as_lost(const Reservation& let_go);
    using Accounts = std::unordered_map<AccountId, Account, IdHash>;
    void forget_if_idle(Accounts::iterator account);
    void forget_past(const AccountId& account);
    Shortfall shortfall(const Demand& demand, std::int64_t available) const;

    // allocator_catalogue.cpp
    Decided on(const Command& command, const PutSku& put);
    Decided on(const Command& command, const MoveStock& stock);
    Decided on(const Command& command, const PutDeal& put);
    Decided on(const Command& command, const StartDeal& start);
    Decided on(const Command& command, const EndDeal& end);
    Decided on(const Command& command, const PutCoupon& put);
    bool take_room(const std::string& shop);
    void start_deal(Deal& deal, std::int64_t quantity);
    void end_deal(Deal& deal);

    // allocator_holds.cpp
    Decided on(const Command& command, const HoldStock& wanted);
    Decided on(const Command& command, const ReleaseHold& release);

    // allocator_orders.cpp
    Decided on(const Command& command, const PlaceOrder& wanted);
    std::optional<Decided> offer_lines(const Command& command, const PlaceOrder& wanted,
                                       Order& order, std::vector<OpenHold>& own) const;
    std::optional<Decided> offer_line(const PlaceOrder& wanted, std::size_t index, Order& order,
                                      const OpenHold* own) const;
    std::optional<Decided> check_stock(const Order& order, const std::vector<OpenHold>& own) const;
    std::optional<Decided> check_coupon(Order& order, const std::string& code) const;
    void hold_lines(Order& order);

    // allocator_fulfilment.cpp
    Decided on(const Command& command, const CancelOrder& cancel);
    Decided on(const Command& command, const RefundOrder& refund);
    Decided on(const Command& command, const AdvanceOrder& advance);
    void become(OpenOrder& open, OrderState state, std::string note);
    void let_go(OpenOrder& open, ReservationState state);
    void expire(OpenOrder& open);
    void settle(OpenOrder& open, std::string note);
    std::optional<std::int64_t> refund_units(OpenOrder& open, const std::vector<RefundLine>& lines);
    void start_refund(OpenOrder& open, std::int64_t minor, std::string note);
    void end_refund(OpenOrder& open);
    void fail_refund(OpenOrder& open);

    // allocator_payments.cpp
    Decided on(const Command& command, const ReportPayment& report, const Known& known);
    void on_intent(OpenOrder& open, const ReportPayment& report);
    void on_authorized(OpenOrder& open, const ReportPayment& report);
    void on_captured(OpenOrder& open, const ReportPayment& report);
    void on_refused(OpenOrder& open, const ReportPayment& report);
    void on_not_found(OpenOrder& open, const ReportPayment& report);
    void on_nothing_new(OpenOrder& open);
    void on_never_made(OpenOrder& open, const ReportPayment& report);
    void on_refunded(OpenOrder& open, const ReportPayment& report);
    void on_silence(OpenOrder& open);
    bool take_again(OpenOrder& open);
    void set_payment(OpenOrder& open, PaymentState state);
    static std::optional<RequestKind> wants(const Order& order);
    void ask(OpenOrder& open, RequestKind kind);
    void ask_what_it_wants(OpenOrder& open);

    // allocator_time.cpp
    Decided on(const Command& command, const Tick& tick);
    void on_due(const Due& due);
    void set_timer(WallTime at, Timer timer, std::int64_t id, AccountId account = {});

    // allocator_rebuild.cpp
    Result<void> verify(const Snapshot& snapshot) const;

    // Constant after construction.
    Rules rules_;
    WallTime started_at_;

    WallTime now_;  ///< Never goes back, whatever times commands come with.
    std::unordered_map<PoolId, Counters, IdHash> counters_;
    std::unordered_map<std::string, std::size_t> pools_of_shop_;
    std::unordered_map<SkuId, Sku, IdHash> skus_;
    std::unordered_map<DealId, Deal, IdHash> deals_;
    std::unordered_map<CouponId, Coupon, IdHash> coupons_;
    /// Units of a deal that has not ended, and orders with a coupon, that each account has.
    std::unordered_map<PoolId, std::unordered_map<AccountId, std::int64_t, IdHash>, IdHash> taken_;
    std::unordered_map<std::string, CouponId> coupon_codes_;  ///< "shop/code".
    Accounts accounts_;
    std::unordered_map<ReservationId, Reservation, IdHash> held_;
    std::unordered_map<OrderId, OpenOrder, IdHash> orders_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;

    // Of the batch being decided.
    Batch batch_;
    std::unordered_map<std::string, AcceptedKey> batch_keys_;  ///< "account key", with a zero byte.
    std::vector<OrderId> touched_;

    OpenOrder* find(OrderId id);  ///< Marks it as touched.
};

}  // namespace shopcast::shop
