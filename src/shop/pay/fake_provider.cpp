#include "shop/pay/fake_provider.hpp"

#include <algorithm>
#include <string>

#include "shop/limits.hpp"

namespace shopcast::shop {

FakeProvider::FakeProvider(FakeKnobs knobs, Random& random, Webhook webhook)
    : webhook_(std::move(webhook)),
      events_of_("fake_evt_" + random_token(random, 8) + "_"),
      knobs_(knobs),
      random_(random) {}

std::int64_t FakeProvider::Account::refunded() const {
    std::int64_t sum = 0;
    for (const auto& [refund, minor] : refunds) sum += minor;
    return sum;
}

std::map<std::int64_t, FakeProvider::Account> FakeProvider::accounts() const {
    const Lock lock(mutex_);
    return accounts_;
}

void FakeProvider::remember(std::map<std::int64_t, Account> accounts) {
    const Lock lock(mutex_);
    accounts_ = std::move(accounts);
    for (const auto& [id, account] : accounts_) {
        if (account.state != Said::RequiresAction) continue;
        later(up_to(knobs_.buyer_takes_max), [this, payment = id] { pay(payment); });
    }
}

void FakeProvider::turn(const FakeKnobs& knobs) {
    const Lock lock(mutex_);
    knobs_ = knobs;
}

bool FakeProvider::chance(int percent) {
    return percent > 0 && random_.u64() % 100 < static_cast<std::uint64_t>(percent);
}

Milliseconds FakeProvider::up_to(Milliseconds most) {
    return Milliseconds(random_.u64() % static_cast<std::uint64_t>(most.count() + 1));
}

void FakeProvider::later(Milliseconds after, Work work) {
    due_.emplace(now_ + after, std::move(work));
}

void FakeProvider::ask(const ProviderRequest& ask, Heard heard) {
    const Lock lock(mutex_);
    if (!chance(knobs_.lose_request)) {
        if (ask.kind == RequestKind::CreateIntent) creations_under_way_.insert(ask.payment.value);
        later(up_to(knobs_.delay_max),
              [this, ask, heard = std::move(heard)]() mutable { receive(ask, std::move(heard)); });
        return;
    }
    later(knobs_.silence_after, [ask, heard = std::move(heard)]() mutable {
        heard({.order = ask.order, .said = Said::Silent, .is_answer = true});
    });
}

void FakeProvider::advance(WallTime now) {
    while (true) {
        Work work;
        {
            const Lock lock(mutex_);
            if (due_.empty() || due_.begin()->first > now) {
                now_ = std::max(now_, now);
                return;
            }
            now_ = std::max(now_, due_.begin()->first);
            work = std::move(due_.begin()->second);
            due_.erase(due_.begin());
        }
        work();
    }
}

void FakeProvider::receive(const ProviderRequest& ask, Heard heard) {
    const Lock lock(mutex_);
    if (ask.kind == RequestKind::CreateIntent) {
        creations_under_way_.erase(creations_under_way_.find(ask.payment.value));
    }
    ReportPayment report = handle(ask);
    const bool is_lost = chance(knobs_.lose_answer);
    if (is_lost) report = {.order = ask.order, .said = Said::Silent};
    report.is_answer = true;
    later(is_lost ? knobs_.silence_after : up_to(knobs_.delay_max),
          [report = std::move(report), heard = std::move(heard)]() mutable {
              heard(std::move(report));
          });
}

ReportPayment FakeProvider::handle(const ProviderRequest& ask) {
    const std::int64_t id = ask.payment.value;
    if (ask.kind == RequestKind::CreateIntent && !accounts_.contains(id)) {
        if (chance(knobs_.refuse)) refused_.insert(id);
        if (!refused_.contains(id)) open(ask);
    }
    if (refused_.contains(id)) return {.order = ask.order, .said = Said::Refused};
    const auto found = accounts_.find(id);
    if (found == accounts_.end()) {
        const bool may_come = creations_under_way_.contains(id);
        return {.order = ask.order, .said = may_come ? Said::Silent : Said::NotFound};
    }
    Account& account = found->second;
    const bool is_open = account.state == Said::RequiresAction ||
                         account.state == Said::Authorized || account.state == Said::Failed;
    if (ask.kind == RequestKind::Capture && account.state == Said::Authorized) {
        account.state = Said::Captured;
        tell(id);
    } else if (ask.kind == RequestKind::Cancel && is_open) {
        account.state = Said::Voided;
        tell(id);
    } else if (ask.kind == RequestKind::Refund && account.state == Said::Captured) {
        const std::int64_t left = account.captured() - account.refunded();
        const bool is_made = account.refunds.contains(ask.refund.value);
        if (!is_made && chance(knobs_.refuse_refund)) refused_refunds_.insert(ask.refund.value);
        if (refused_refunds_.contains(ask.refund.value)) {
            return {.order = ask.order, .said = Said::RefundRefused, .refund = ask.refund};
        }
        if (!is_made && ask.amount.minor <= left) {
            account.refunds[ask.refund.value] = ask.amount.minor;
        }
        if (account.refunds.contains(ask.refund.value)) {
            return {.order = ask.order,
                    .said = Said::Refunded,
                    .amount = ask.amount,
                    .refund = ask.refund};
        }
    }
    return say(id);
}

void FakeProvider::open(const ProviderRequest& ask) {
    Account account{.order = ask.order, .amount = ask.amount};
    if (chance(knobs_.wrong_amount) && account.amount.minor > 1) account.amount.minor -= 1;
    const Milliseconds buyer =
        up_to(knobs_.buyer_takes_max) + (chance(knobs_.late) ? knobs_.late_by : Milliseconds(0));
    const std::int64_t id = ask.payment.value;
    make_room();
    accounts_.emplace(id, std::move(account));
    tell(id);
    later(buyer, [this, id] { pay(id); });
}

/// Payments are numbered in their order.
void FakeProvider::make_room() {
    if (accounts_.size() < limits::fake_payments_max) return;
    const auto settled = std::ranges::find_if(accounts_, [](const auto& each) {
        return each.second.state == Said::Captured || each.second.state == Said::Voided;
    });
    if (settled != accounts_.end()) accounts_.erase(settled);
}

/// The buyer at the provider's page.
void FakeProvider::pay(std::int64_t payment) {
    const Lock lock(mutex_);
    const auto found = accounts_.find(payment);
    if (found == accounts_.end()) return;  // called off, and forgotten since
    Account& account = found->second;
    if (account.state != Said::RequiresAction && account.state != Said::Failed) return;
    if (chance(knobs_.decline)) {
        account.state = Said::Failed;
        later(up_to(knobs_.buyer_takes_max), [this, payment] { pay(payment); });  // another card
    } else {
        account.state = chance(knobs_.capture_at_once) ? Said::Captured : Said::Authorized;
    }
    tell(payment);
}

ReportPayment FakeProvider::say(std::int64_t payment) const {
    const Account& account = accounts_.at(payment);
    return {.order = account.order,
            .said = account.state,
            .amount = account.amount,
            .provider_ref = "fake_" + std::to_string(payment)};
}

void FakeProvider::tell(std::int64_t payment) {
    ReportPayment report = say(payment);
    report.event_id = events_of_ + std::to_string(++events_);
    const int times = chance(knobs_.lose_webhook) ? 0 : chance(knobs_.repeat_webhook) ? 3 : 1;
    for (int i = 0; i < times; ++i) {
        later(up_to(knobs_.delay_max), [this, report] { webhook_(report); });
    }
}

}  // namespace shopcast::shop
