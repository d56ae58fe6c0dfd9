#include "shop/selling.hpp"

#include "async/loop.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

FakeKnobs knobs_of(const SellingSettings& settings) {
    return {.delay_max = Milliseconds(20), .buyer_takes_max = settings.fake_payment};
}

/// What the provider must have thought of a payment in this state; none: it had not heard of it.
std::optional<Said> said_of(PaymentState state) {
    switch (state) {
        case PaymentState::Created: return std::nullopt;
        case PaymentState::RequiresAction:
        case PaymentState::Failed:
        case PaymentState::Unknown: return Said::RequiresAction;
        case PaymentState::Authorized: return Said::Authorized;
        case PaymentState::Captured:
        case PaymentState::PartRefunded:
        case PaymentState::Refunded: return Said::Captured;
        case PaymentState::Voided: return Said::Voided;
    }
    return std::nullopt;
}

}  // namespace

Result<std::map<std::int64_t, FakeProvider::Account>> fake_accounts_of(store::Database& database) {
    std::map<std::int64_t, FakeProvider::Account> accounts;
    store::Statement payments = TRY(
        database.prepare("SELECT payment.id, orders.id, CASE captured_minor WHEN 0 THEN total_minor"
                         " ELSE captured_minor END, currency, payment.state FROM payment"
                         " JOIN orders ON orders.id = payment.order_id WHERE total_minor > 0"
                         " ORDER BY orders.id DESC LIMIT ?"));
    payments.bind(static_cast<std::int64_t>(limits::fake_payments_max));
    std::map<std::int64_t, std::int64_t> payment_of;
    while (TRY(payments.step())) {
        const auto currency = currency_from(payments.text(3));
        const auto state = state_from<PaymentState>(payments.text(4));
        if (!currency || !state) return fail(Errc::Malformed, "a payment that cannot be read");
        const auto said = said_of(*state);
        if (!said) continue;
        payment_of[payments.integer(1)] = payments.integer(0);
        accounts[payments.integer(0)] = {.order = OrderId(payments.integer(1)),
                                         .amount = {payments.integer(2), *currency},
                                         .state = *said,
                                         .refunds = {}};
    }
    store::Statement refunds =
        TRY(database.prepare("SELECT order_id, id, minor FROM refund WHERE state = 'DONE'"));
    while (TRY(refunds.step())) {
        const auto payment = payment_of.find(refunds.integer(0));
        if (payment == payment_of.end()) continue;
        accounts.at(payment->second).refunds[refunds.integer(1)] = refunds.integer(2);
    }
    return accounts;
}

Selling::Selling(SellingSettings settings, Random& random, const Clock& clock,
                 std::map<std::int64_t, FakeProvider::Account> earlier)
    : settings_(std::move(settings)),
      clock_(clock),
      desk_(settings_.rules, clock,
            {.wake = [this] { writer_.load()->wake_foremost(); },
             .ask =
                 [this](const ProviderRequest& ask) {
                     provider().ask(ask, [this](ReportPayment report) { hear(std::move(report)); });
                 },
             .lost = [](const Error& error) { store::stop_process(error); }}) {
    if (settings_.payments == Payments::Stripe) {
        http_ = std::make_unique<net::HttpClient>();
        stripe_ = std::make_unique<StripeProvider>(settings_.stripe, *http_);
        return;
    }
    fake_ = std::make_unique<FakeProvider>(
        knobs_of(settings_), random, [this](ReportPayment report) { hear(std::move(report)); });
    fake_->remember(std::move(earlier));
}

Provider& Selling::provider() {
    if (stripe_) return *stripe_;
    return *fake_;
}

/// Not taken when the queue is full: then the payment is asked about later.
void Selling::hear(ReportPayment report) {
    desk_.submit({.what = std::move(report)}, [](const Decided&) {});
}

void Selling::stop() {
    if (http_) http_->stop();
}

void Selling::open(store::Writer& writer, CommitObserver* observer) {
    shop_writer_.observe(ordered_carts_);
    if (observer != nullptr) shop_writer_.observe(*observer);
    writer_ = &writer;
    writer.put_first(shop_writer_);
}

async::Task<void> Selling::tend(async::Loop& loop) {
    loop.spawn(keep_time(loop, desk_));
    while (fake_ && !loop.is_stopping()) {
        fake_->advance(clock_.wall());
        co_await loop.sleep_for(limits::fake_payment_tick);
    }
}

}  // namespace shopcast::shop
