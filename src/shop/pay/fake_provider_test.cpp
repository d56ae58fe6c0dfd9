#include "shop/pay/fake_provider.hpp"

#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// Always the same number: a chance of `number % 100` per cent and less is missed, one above it is
/// taken.
class Constant final : public Random {
public:
    explicit Constant(std::uint64_t number) : number_(number) {}
    void fill(std::span<std::byte> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::byte>(number_ >> (8 * (i % 8)));
        }
    }

private:
    std::uint64_t number_;
};

/// A fake with its messages, and a payment of 5,000.
struct Fake {
    explicit Fake(FakeKnobs knobs, std::uint64_t number = 0)
        : random(number),
          provider(knobs, random, [this](ReportPayment r) { webhooks.push_back(std::move(r)); }) {
        provider.advance(now);
    }
    void ask(RequestKind kind, std::int64_t minor = 5'000, std::int64_t refund = 3) {
        provider.ask({.kind = kind,
                      .order = OrderId(1),
                      .payment = PaymentId(2),
                      .amount = {minor, Currency::Krw},
                      .refund = RefundId(refund)},
                     [this](ReportPayment r) { answers.push_back(std::move(r)); });
    }
    void pass(Milliseconds time) { provider.advance(now += time); }
    /// What is answered at once.
    ReportPayment answer(RequestKind kind, std::int64_t minor = 5'000, std::int64_t refund = 3) {
        answers.clear();
        ask(kind, minor, refund);
        pass(0ms);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0].is_answer);
        CHECK(answers[0].order == OrderId(1));
        return answers[0];
    }
    FakeProvider::Account account() const { return provider.accounts().at(2); }

    Constant random;
    std::vector<ReportPayment> webhooks;
    std::vector<ReportPayment> answers;
    WallTime now = opening;
    FakeProvider provider;
};

/// Without delays, but for those that a test wants.
constexpr FakeKnobs at_once{.delay_max = 0ms, .buyer_takes_max = 0ms};

FakeKnobs with(int FakeKnobs::* knob, int percent = 100) {
    FakeKnobs knobs = at_once;
    knobs.*knob = percent;
    return knobs;
}

}  // namespace

TEST_CASE("the fake takes a payment from its intent to its refund, each once") {
    SeededRandom random(1);
    std::vector<Said> webhooks;
    FakeProvider provider({}, random, [&](const ReportPayment& r) { webhooks.push_back(r.said); });
    provider.advance(opening);
    std::vector<ReportPayment> answers;
    ProviderRequest ask{
        .order = OrderId(1), .payment = PaymentId(2), .amount = {5'000}, .refund = RefundId(3)};
    WallTime now = opening;
    const auto answer_to = [&](RequestKind kind) {
        ask.kind = kind;
        answers.clear();
        for (int i = 0; i < 2; ++i) {  // twice is once
            provider.ask(ask, [&](ReportPayment r) { answers.push_back(std::move(r)); });
        }
        provider.advance(now += 30s);
        REQUIRE(answers.size() == 2);
        return answers[0].said;
    };
    CHECK(answer_to(RequestKind::Fetch) == Said::NotFound);
    CHECK(answer_to(RequestKind::CreateIntent) == Said::RequiresAction);
    CHECK(answer_to(RequestKind::Fetch) == Said::Authorized);
    CHECK(answer_to(RequestKind::Capture) == Said::Captured);
    CHECK(answer_to(RequestKind::Cancel) == Said::Captured);
    CHECK(answer_to(RequestKind::Refund) == Said::Refunded);
    CHECK(provider.accounts().at(2).refunded() == 5'000);
    CHECK(webhooks == std::vector{Said::RequiresAction, Said::Authorized, Said::Captured});
}

TEST_CASE("the fake's silence may or may not have done what was asked") {
    SeededRandom random(1);
    FakeProvider provider({.lose_answer = 100}, random, [](const ReportPayment&) {});
    std::vector<Said> answers;
    provider.ask({.kind = RequestKind::CreateIntent, .payment = PaymentId(2), .amount = {1}},
                 [&](const ReportPayment& r) { answers.push_back(r.said); });
    provider.advance(opening);
    provider.advance(opening + 10s);
    CHECK(answers == std::vector{Said::Silent});
    CHECK(provider.accounts().size() == 1);
}

TEST_CASE("each message of the fake takes up to so long") {
    for (const auto& [number, delay] : {std::pair{300U, 300ms}, std::pair{301U, 0ms}}) {
        Fake fake({.delay_max = 300ms}, number);
        fake.ask(RequestKind::Fetch);
        fake.pass(2 * delay - 1ms);
        CHECK(fake.answers.empty());
        fake.pass(1ms);
        REQUIRE(fake.answers.size() == 1);
        CHECK(fake.answers[0].said == Said::NotFound);
    }
}

TEST_CASE("a chance of so many per cent is taken by the numbers below it") {
    for (const auto& [number, percent, is_taken] :
         {std::tuple{49, 50, true}, std::tuple{49, 49, false}, std::tuple{100, 1, true},
          std::tuple{99, 99, false}, std::tuple{99, 100, true}, std::tuple{0, 0, false}}) {
        Fake fake(with(&FakeKnobs::refuse, percent), static_cast<std::uint64_t>(number));
        CHECK((fake.answer(RequestKind::CreateIntent).said == Said::Refused) == is_taken);
    }
}

TEST_CASE("a lost request did nothing, and a lost answer did, and both are given up") {
    for (const auto knob : {&FakeKnobs::lose_request, &FakeKnobs::lose_answer}) {
        Fake fake(with(knob));
        fake.ask(RequestKind::CreateIntent);
        fake.pass(2'999ms);
        CHECK(fake.answers.empty());
        fake.pass(1ms);
        REQUIRE(fake.answers.size() == 1);
        CHECK(fake.answers[0].said == Said::Silent);
        CHECK(fake.answers[0].is_answer);
        CHECK(fake.answers[0].order == OrderId(1));
        CHECK(fake.provider.accounts().size() == (knob == &FakeKnobs::lose_answer ? 1 : 0));
    }
}

TEST_CASE("while a payment is being made the fake does not say that there is none") {
    Fake fake({.delay_max = 10ms, .buyer_takes_max = 0ms}, 10);
    fake.ask(RequestKind::Cancel);
    fake.ask(RequestKind::CreateIntent);
    fake.pass(20ms);
    REQUIRE(fake.answers.size() == 2);
    CHECK(fake.answers[0].said == Said::Silent);
    CHECK(fake.answers[1].said == Said::RequiresAction);
}

TEST_CASE("a refused payment is refused for ever, one that was made is not made again") {
    Fake fake(with(&FakeKnobs::refuse));
    CHECK(fake.answer(RequestKind::CreateIntent).said == Said::Refused);
    fake.provider.turn(at_once);
    CHECK(fake.answer(RequestKind::Fetch).said == Said::Refused);
    CHECK(fake.answer(RequestKind::CreateIntent).said == Said::Refused);
    CHECK(fake.provider.accounts().empty());
    Fake other(at_once);
    const auto made = other.answer(RequestKind::CreateIntent);
    CHECK(made.provider_ref == "fake_2");
    CHECK(made.amount == Money{5'000, Currency::Krw});
    CHECK(made.event_id.empty());
    other.provider.turn(with(&FakeKnobs::refuse));
    CHECK(other.answer(RequestKind::CreateIntent, 7'000).amount.minor == 5'000);
}

TEST_CASE("the buyer takes a while, or comes back late") {
    FakeKnobs knobs{.delay_max = 0ms, .buyer_takes_max = 20'000ms};
    for (const bool is_late : {false, true}) {
        knobs.late = is_late ? 100 : 0;
        Fake fake(knobs, 20'000);
        fake.ask(RequestKind::CreateIntent);
        fake.pass(is_late ? 1'219'999ms : 19'999ms);
        CHECK(fake.account().state == Said::RequiresAction);
        fake.pass(1ms);
        CHECK(fake.account().state == Said::Authorized);
    }
}

TEST_CASE("a declined card is tried again, and captures may come at once") {
    FakeKnobs knobs = with(&FakeKnobs::decline);
    knobs.buyer_takes_max = 10ms;
    Fake fake(knobs, 10);
    fake.ask(RequestKind::CreateIntent);
    fake.pass(10ms);
    CHECK(fake.account().state == Said::Failed);
    knobs.decline = 0;
    knobs.capture_at_once = 100;
    fake.provider.turn(knobs);
    fake.pass(9ms);
    CHECK(fake.account().state == Said::Failed);
    fake.pass(1ms);
    CHECK(fake.account().state == Said::Captured);
    CHECK(fake.account().captured() == 5'000);
    REQUIRE(fake.webhooks.size() == 3);
    CHECK(fake.webhooks[1].said == Said::Failed);
}

TEST_CASE("what is cancelled in time is never paid") {
    Fake fake({.delay_max = 0ms, .buyer_takes_max = 10ms}, 10);
    fake.ask(RequestKind::CreateIntent);
    fake.pass(0ms);
    CHECK(fake.answer(RequestKind::Capture).said == Said::RequiresAction);  // nobody has paid yet
    CHECK(fake.answer(RequestKind::Cancel).said == Said::Voided);
    fake.pass(10ms);
    CHECK(fake.account().state == Said::Voided);
    CHECK(fake.account().captured() == 0);
    CHECK(fake.answer(RequestKind::Capture).said == Said::Voided);
    CHECK(fake.answer(RequestKind::Refund).said == Said::Voided);
    Fake authorized(at_once);
    (void)authorized.answer(RequestKind::CreateIntent);
    CHECK(authorized.account().state == Said::Authorized);
    CHECK(authorized.account().captured() == 0);
    CHECK(authorized.answer(RequestKind::Cancel).said == Said::Voided);
    Fake failed({.delay_max = 0ms, .buyer_takes_max = 1'000ms, .decline = 100}, 1'000);
    failed.ask(RequestKind::CreateIntent);
    failed.pass(1'000ms);
    CHECK(failed.answer(RequestKind::Cancel).said == Said::Voided);
}

TEST_CASE("no more is sent back than was captured, and each refund once") {
    Fake fake(with(&FakeKnobs::capture_at_once));
    (void)fake.answer(RequestKind::CreateIntent);
    CHECK(fake.answer(RequestKind::Refund, 5'001, 1).said == Said::Captured);
    const auto some = fake.answer(RequestKind::Refund, 3'000, 2);
    CHECK(some.said == Said::Refunded);
    CHECK(some.refund == RefundId(2));
    CHECK(some.amount.minor == 3'000);
    CHECK(fake.answer(RequestKind::Refund, 3'000, 2).said == Said::Refunded);
    CHECK(fake.account().refunded() == 3'000);
    CHECK(fake.answer(RequestKind::Refund, 2'001, 4).said == Said::Captured);
    CHECK(fake.answer(RequestKind::Refund, 2'000, 4).said == Said::Refunded);
    CHECK(fake.account().refunded() == 5'000);
    CHECK(fake.account().captured() == 5'000);
}

TEST_CASE("a refused refund stays refused, one that was made is made") {
    Fake fake(with(&FakeKnobs::capture_at_once));
    (void)fake.answer(RequestKind::CreateIntent);
    CHECK(fake.answer(RequestKind::Refund, 1'000, 1).said == Said::Refunded);
    fake.provider.turn(with(&FakeKnobs::refuse_refund));
    CHECK(fake.answer(RequestKind::Refund, 1'000, 1).said == Said::Refunded);
    const auto refused = fake.answer(RequestKind::Refund, 1'000, 2);
    CHECK(refused.said == Said::RefundRefused);
    CHECK(refused.refund == RefundId(2));
    fake.provider.turn(at_once);
    CHECK(fake.answer(RequestKind::Refund, 1'000, 2).said == Said::RefundRefused);
    CHECK(fake.account().refunded() == 1'000);
}

TEST_CASE("a wrong amount is one less, and never nothing") {
    for (const auto& [asked, paid] : {std::pair{5'000, 4'999}, {2, 1}, {1, 1}}) {
        Fake fake(with(&FakeKnobs::wrong_amount));
        CHECK(fake.answer(RequestKind::CreateIntent, asked).amount.minor == paid);
    }
}

TEST_CASE("webhooks come once, three times or never, each event under its own name") {
    const auto told = [](const FakeKnobs& knobs) {
        Fake fake(knobs);
        (void)fake.answer(RequestKind::CreateIntent);
        return fake.webhooks;
    };
    const auto once = told(at_once);
    REQUIRE(once.size() == 2);
    CHECK(once[0].said == Said::RequiresAction);
    CHECK(once[1].said == Said::Authorized);
    CHECK(once[0].event_id.ends_with("_1"));
    CHECK(once[1].event_id.ends_with("_2"));
    CHECK_FALSE(once[0].is_answer);
    const auto thrice = told(with(&FakeKnobs::repeat_webhook));
    REQUIRE(thrice.size() == 6);
    CHECK(thrice[0].event_id == thrice[2].event_id);
    CHECK(told(with(&FakeKnobs::lose_webhook)).empty());
}

TEST_CASE("a new process's fake lets buyers go on whose payments were open") {
    FakeKnobs knobs = at_once;
    knobs.buyer_takes_max = 10ms;
    Fake fake(knobs, 10);
    fake.provider.remember({{2, {.order = OrderId(1), .amount = {5'000}}},
                            {4, {.order = OrderId(3), .amount = {1}, .state = Said::Voided}}});
    fake.pass(9ms);
    CHECK(fake.account().state == Said::RequiresAction);
    fake.pass(1ms);
    CHECK(fake.account().state == Said::Authorized);
    CHECK(fake.provider.accounts().at(4).state == Said::Voided);
    CHECK(fake.webhooks.size() == 1);
}

TEST_CASE("the fake remembers so many payments, and lets go of the oldest that is settled") {
    Fake fake(at_once);
    std::map<std::int64_t, FakeProvider::Account> earlier;
    for (std::int64_t id = 10; earlier.size() < limits::fake_payments_max; ++id) {
        earlier[id] = {.order = OrderId(id), .amount = {1}, .state = Said::Voided};
    }
    earlier[10].state = Said::Authorized;
    earlier[11].state = Said::Captured;
    fake.provider.remember(earlier);
    CHECK(fake.answer(RequestKind::CreateIntent).said == Said::RequiresAction);
    const auto known = fake.provider.accounts();
    CHECK(known.size() == limits::fake_payments_max);
    CHECK(known.contains(10));
    CHECK_FALSE(known.contains(11));
    CHECK(known.contains(12));
    CHECK(known.contains(2));
}
