#include "shop/selling.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/books_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;

TEST_CASE("a new fake believes of each payment what the shop knows") {
    Books books;
    Batch batch;
    std::int64_t id = 100;
    for (const auto state :
         {PaymentState::Created, PaymentState::RequiresAction, PaymentState::Authorized,
          PaymentState::Captured, PaymentState::PartRefunded, PaymentState::Refunded,
          PaymentState::Failed, PaymentState::Voided, PaymentState::Unknown}) {
        Order order = an_order();
        order.id = OrderId(id);
        order.key = std::to_string(id);
        order.payment = {.id = PaymentId(id + 50), .state = state};
        order.refund.id = RefundId(id + 70);
        order.refund.key = std::to_string(id);
        order.refund.state = RefundState::Done;
        batch.orders.push_back({order, true, true, true});
        ++id;
    }
    batch.orders[3].order.payment.captured_minor = 77;
    batch.orders[4].order.refund.state = RefundState::Pending;
    batch.orders[8].order.total_minor = 0;  // no provider was asked
    REQUIRE(books.commit(batch));
    const auto accounts = fake_accounts_of(*books.database).value();
    const auto said = [&](std::int64_t payment) { return accounts.at(payment).state; };
    CHECK(accounts.size() == 7);
    CHECK_FALSE(accounts.contains(150));
    CHECK_FALSE(accounts.contains(158));
    CHECK(said(151) == Said::RequiresAction);
    CHECK(said(152) == Said::Authorized);
    CHECK(said(153) == Said::Captured);
    CHECK(said(154) == Said::Captured);
    CHECK(said(155) == Said::Captured);
    CHECK(said(156) == Said::RequiresAction);
    CHECK(said(157) == Said::Voided);
    CHECK(accounts.at(151).order == OrderId(101));
    CHECK(accounts.at(151).amount == Money{104, Currency::Eur});
    CHECK(accounts.at(153).amount == Money{77, Currency::Eur});
    CHECK(accounts.at(151).refunds == std::map<std::int64_t, std::int64_t>{{171, 73}});
    CHECK(accounts.at(154).refunds.empty());
    books.execute("UPDATE orders SET currency = 'X'");
    CHECK(fake_accounts_of(*books.database).error().message == "a payment that cannot be read");
    books.execute("UPDATE orders SET currency = 'KRW'");
    books.execute("UPDATE payment SET state = 'X'");
    CHECK(fake_accounts_of(*books.database).error().code == Errc::Malformed);
}
