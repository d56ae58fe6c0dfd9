#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "base/random.hpp"
#include "shop/pay/provider.hpp"

namespace shopcast::shop {

/// How a fake provider and its buyers behave. Percentages of requests, answers or payments.
struct FakeKnobs {
    Milliseconds delay_max = Milliseconds(300);        ///< Of each message; so they overtake.
    Milliseconds silence_after = Milliseconds(3'000);  ///< When a lost answer is given up.
    Milliseconds buyer_takes_max = Milliseconds(20'000);
    int lose_request = 0;
    int lose_answer = 0;
    int lose_webhook = 0;
    int repeat_webhook = 0;
    int decline = 0;
    int capture_at_once = 0;  ///< Instead of waiting for the request to capture.
    int late = 0;             ///< The buyer comes back after `late_by`.
    Milliseconds late_by = Milliseconds(1'200'000);
    int wrong_amount = 0;
    int refuse = 0;         ///< It will never make the payment.
    int refuse_refund = 0;  ///< It will never make that refund.
};

/// A payment provider without money: for the demo, where every payment succeeds, and for the
/// simulation, where everything goes wrong that goes wrong with real ones. Acts when the time is
/// told; its randomness is a parameter, so that a seed replays it.
class FakeProvider final : public Provider {
public:
    using Webhook = std::function<void(ReportPayment)>;

    /// `random` outlives it. `webhook` hears of payments that changed; from advance()'s thread,
    /// with an event id.
    FakeProvider(FakeKnobs knobs, Random& random, Webhook webhook);

    void ask(const ProviderRequest& ask, Heard heard) override;
    /// Delivers and does what is due at `now`.
    void advance(WallTime now);
    void turn(const FakeKnobs& knobs);

    struct Account {
        OrderId order;
        Money amount;  ///< What the buyer pays; with wrong_amount not what was asked.
        Said state = Said::RequiresAction;
        std::map<std::int64_t, std::int64_t> refunds;  ///< Minor units by refund.
        std::int64_t captured() const { return state == Said::Captured ? amount.minor : 0; }
        std::int64_t refunded() const;
    };
    /// What it has made, by payment: the latest limits::fake_payments_max.
    std::map<std::int64_t, Account> accounts() const;
    /// Takes over what an earlier process's fake had made: it keeps no books of its own, so after
    /// a restart it believes the shop's. Before the first ask().
    void remember(std::map<std::int64_t, Account> accounts);

private:
    using Work = std::move_only_function<void()>;
    bool chance(int percent) REQUIRES_LOCK(mutex_);
    Milliseconds up_to(Milliseconds most) REQUIRES_LOCK(mutex_);
    void later(Milliseconds after, Work work) REQUIRES_LOCK(mutex_);
    void receive(const ProviderRequest& ask, Heard heard);
    ReportPayment handle(const ProviderRequest& ask) REQUIRES_LOCK(mutex_);
    void open(const ProviderRequest& ask) REQUIRES_LOCK(mutex_);
    void make_room() REQUIRES_LOCK(mutex_);
    void pay(std::int64_t payment);
    void tell(std::int64_t payment) REQUIRES_LOCK(mutex_);
    ReportPayment say(std::int64_t payment) const REQUIRES_LOCK(mutex_);

    const Webhook webhook_;
    /// Event ids are never used again, in another life neither.
    const std::string events_of_;

    mutable Mutex mutex_;
    FakeKnobs knobs_ GUARDED_BY(mutex_);
    Random& random_ GUARDED_BY(mutex_);
    WallTime now_ GUARDED_BY(mutex_){};
    std::map<std::int64_t, Account> accounts_ GUARDED_BY(mutex_);
    std::set<std::int64_t> refused_ GUARDED_BY(mutex_);                   ///< by payment
    std::set<std::int64_t> refused_refunds_ GUARDED_BY(mutex_);           ///< by refund
    std::multiset<std::int64_t> creations_under_way_ GUARDED_BY(mutex_);  ///< by payment
    std::multimap<WallTime, Work> due_ GUARDED_BY(mutex_);
    std::int64_t events_ GUARDED_BY(mutex_) = 0;
};

}  // namespace shopcast::shop
