#include "shop/fake_provider.hpp"

#include <doctest/doctest.h>

#include "shop/testing.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

TEST_CASE("the fake takes a payment from its intent to its refund, each once") {
    SeededRandom random(1);
    std::vector<Said> webhooks;
    FakeProvider provider({}, random, [&](const ReportPayment& r) { webhooks.push_back(r.said); });
    provider.advance(opening);
    std::vector<ReportPayment> answers;
    Ask ask{.order = OrderId(1), .payment = PaymentId(2), .amount = {5'000}, .refund = RefundId(3)};
    WallTime now = opening;
    const auto answer_to = [&](AskKind kind) {
        ask.kind = kind;
        answers.clear();
        for (int i = 0; i < 2; ++i) {  // twice is once
            provider.ask(ask, [&](ReportPayment r) { answers.push_back(std::move(r)); });
        }
        provider.advance(now += 30s);
        REQUIRE(answers.size() == 2);
        return answers[0].said;
    };
    CHECK(answer_to(AskKind::Fetch) == Said::NotFound);
    CHECK(answer_to(AskKind::CreateIntent) == Said::RequiresAction);
    CHECK(answer_to(AskKind::Fetch) == Said::Authorized);
    CHECK(answer_to(AskKind::Capture) == Said::Captured);
    CHECK(answer_to(AskKind::Cancel) == Said::Captured);
    CHECK(answer_to(AskKind::Refund) == Said::Refunded);
    CHECK(provider.accounts().at(2).refunded() == 5'000);
    CHECK(webhooks == std::vector{Said::RequiresAction, Said::Authorized, Said::Captured});
}

TEST_CASE("the fake's silence may or may not have done what was asked") {
    SeededRandom random(1);
    FakeProvider provider({.lose_answer = 100}, random, [](const ReportPayment&) {});
    std::vector<Said> answers;
    provider.ask({.kind = AskKind::CreateIntent, .payment = PaymentId(2), .amount = {1}},
                 [&](const ReportPayment& r) { answers.push_back(r.said); });
    provider.advance(opening);
    provider.advance(opening + 10s);
    CHECK(answers == std::vector{Said::Silent});
    CHECK(provider.accounts().size() == 1);
}
