#include <doctest/doctest.h>

#include "shop/ledger/books_for_tests.hpp"
#include "shop/ledger/sqlite_sink.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

TEST_CASE("open is what waits for the buyer or for the provider") {
    for (const auto& [state, payment, is_open] :
         {std::tuple{OrderState::PendingPayment, PaymentState::Captured, true},
          std::tuple{OrderState::RefundPending, PaymentState::Captured, true},
          std::tuple{OrderState::Cancelled, PaymentState::Created, true},
          std::tuple{OrderState::Expired, PaymentState::RequiresAction, true},
          std::tuple{OrderState::Expired, PaymentState::Authorized, true},
          std::tuple{OrderState::Expired, PaymentState::Failed, true},
          std::tuple{OrderState::Expired, PaymentState::Unknown, true},
          std::tuple{OrderState::Expired, PaymentState::Voided, false},
          std::tuple{OrderState::Paid, PaymentState::Captured, false},
          std::tuple{OrderState::Refunded, PaymentState::Refunded, false}}) {
        CAPTURE(to_string(state));
        CAPTURE(to_string(payment));
        Books books;
        Order order = an_order();
        order.state = state;
        order.payment.state = payment;
        Batch batch;
        batch.orders.push_back({order, true, true, true});
        Reservation held{.id = ReservationId(60), .order = order.id, .quantity = 1};
        batch.reservations.insert(held);
        held.id = ReservationId(61);
        batch.reservations.insert(held);
        held.id = ReservationId(62);
        held.order = OrderId(1);
        batch.reservations.insert(held);
        REQUIRE(books.commit(batch));
        const auto open = books.read().open_orders;
        REQUIRE(open.size() == (is_open ? 1 : 0));
        if (is_open) {
            CHECK(open[0].holds == std::vector{ReservationId(60), ReservationId(61)});
        }
    }
}

TEST_CASE("what a key made is found again, be it a hold, an order or a refund") {
    Books books;
    const AccountId ann("ann");
    Batch batch;
    batch.reservations.insert({.id = ReservationId(21),
                               .account = ann,
                               .key = "hold",
                               .request_hash = 22,
                               .sku = SkuId(1),
                               .pool = PoolId(1),
                               .quantity = 1,
                               .unit_price = {26, Currency::Usd},
                               .made_at = opening,
                               .expires_at = opening + 2s});
    batch.orders.push_back({an_order(), true, true, true});
    REQUIRE(books.commit(batch));
    const auto find = [&](const char* account, std::string_view key) {
        return books.sink->find_key(AccountId(account), key).value();
    };
    const auto hold = find("ann", "hold");
    REQUIRE(hold);
    CHECK(hold->request_hash == 22);
    CHECK(hold->receipt == Receipt{21, {26, Currency::Usd}, opening + 2s});
    const auto order = find("ann", "key");
    REQUIRE(order);
    CHECK(order->request_hash == 0xFFFF'FFFF'FFFF'FF01);
    CHECK(order->receipt == Receipt{40, {104, Currency::Eur}, opening + 2s});
    const auto refund = find("staff", "refund key");
    REQUIRE(refund);
    CHECK(refund->request_hash == 72);
    CHECK(refund->receipt == Receipt{71, {73, Currency::Eur}, WallTime{}});
    CHECK_FALSE(find("bob", "hold"));
    CHECK_FALSE(find("ann", "other"));
}

TEST_CASE("keys are told from a time on, and what was made without one is not") {
    Books books;
    Batch batch;
    Reservation hold{.id = ReservationId(21),
                     .account = AccountId("old"),
                     .key = "a",
                     .sku = SkuId(1),
                     .pool = PoolId(1),
                     .quantity = 1,
                     .made_at = opening - 1ms};
    const auto insert = [&](std::int64_t id, const char* account, const char* key, WallTime at) {
        hold.id = ReservationId(id);
        hold.account = AccountId(account);
        hold.key = key;
        hold.made_at = at;
        batch.reservations.insert(hold);
    };
    insert(1, "older", "a", opening - 2ms);
    insert(2, "ann", "b", opening);
    insert(3, "nobody", "", opening);
    insert(4, "bob", "c", opening + 1ms);
    batch.orders.push_back({an_order(), true, true, true});
    REQUIRE(books.commit(batch));
    std::string seen;
    const auto see = [&](const AccountId& account, std::string_view key) {
        seen.append(account.value).append(":").append(key).append(" ");
    };
    // Few are told however old they seem: the clock may have been set.
    REQUIRE(books.sink->for_each_key(opening, see));
    CHECK(seen == "bob:c ann:b older:a ann:key staff:refund key ");
}

TEST_CASE("of keys that seem older so many are told, of the others all") {
    Books books;
    const auto most = static_cast<std::int64_t>(limits::seen_keys_however_old);
    books.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= " +
                  std::to_string(most) +
                  ") INSERT INTO reservation SELECT i, 'ann', i, 0, NULL, 1, 1, 1, 1, 'KRW',"
                  " 'RELEASED', 1700000000000, 0, 0 FROM n");
    const auto count = [&](WallTime since) {
        std::int64_t keys = 0;
        REQUIRE(books.sink->for_each_key(since, [&](const AccountId&, auto) { ++keys; }));
        return keys;
    };
    CHECK(count(opening) == most + 1);
    CHECK(count(opening + 1ms) == most);
}

TEST_CASE("an event is known once it was applied") {
    Books books;
    Batch batch;
    batch.applied_events = {{"old", opening}};
    REQUIRE(books.commit(batch));
    CHECK(books.sink->is_event_applied("old").value());
    CHECK_FALSE(books.sink->is_event_applied("new").value());
    const Snapshot taken = books.sink->take_over({}).value();
    CHECK(taken.epoch == books.epoch + 1);
    CHECK(books.sink->is_event_applied("old").value());
}

TEST_CASE("who took of a deal and who lost holds is added up") {
    Books books;
    Batch batch;
    batch.skus.insert(a_sku(1));
    batch.deals.insert(
        {.id = DealId(10), .sku = SkuId(1), .quantity = 9, .state = DealState::Running});
    batch.deals.insert(
        {.id = DealId(11), .sku = SkuId(1), .quantity = 9, .state = DealState::Ended});
    const auto add = [&](std::int64_t id, std::int64_t pool, ReservationState state,
                         std::int64_t order, Milliseconds at) {
        batch.reservations.insert({.id = ReservationId(id),
                                   .account = AccountId("ann"),
                                   .order = OrderId(order),
                                   .sku = SkuId(1),
                                   .pool = PoolId(pool),
                                   .quantity = id,
                                   .state = state,
                                   .resolved_at = opening + at});
    };
    add(20, 10, ReservationState::Held, 0, 0s);
    add(21, 10, ReservationState::Committed, 0, 0s);
    add(22, 10, ReservationState::Released, 0, 0s);
    add(23, 11, ReservationState::Held, 0, 0s);  // of a deal that is over
    add(24, 1, ReservationState::Held, 0, 0s);   // of the sku's own stock
    add(25, 1, ReservationState::Expired, 7, 5s);
    add(26, 1, ReservationState::Expired, 7, 5s);  // the same order: as one
    add(27, 1, ReservationState::Expired, 0, 6s);
    add(28, 1, ReservationState::Expired, 0, 6s);  // holds of their own: each
    add(29, 1, ReservationState::Expired, 0, 4s);  // too long ago
    Order order = an_order();
    batch.orders.push_back({order, true, true, true});
    REQUIRE(books.commit(batch));
    const Snapshot there = books.read(opening + 5s);
    REQUIRE(there.taken.size() == 2);
    CHECK(there.taken[0].pool == PoolId(10));
    CHECK(there.taken[0].account == AccountId("ann"));
    CHECK(there.taken[0].units == 41);
    CHECK(there.taken[1].pool == PoolId(3));
    CHECK(there.taken[1].account == AccountId("ann"));
    CHECK(there.taken[1].units == 1);
    REQUIRE(there.expired.size() == 3);
    CHECK(there.expired[0].account == AccountId("ann"));
    CHECK(there.expired[0].at == opening + 5s);
    CHECK(there.expired[1].at == opening + 6s);
    CHECK(there.expired[2].at == opening + 6s);
}

TEST_CASE("records that cannot be read are named") {
    Books books;
    Batch batch;
    batch.skus.insert(a_sku(1));
    batch.orders.push_back({an_order(), true, true, true});
    REQUIRE(books.commit(batch));
    const auto error = [&](const char* sql) {
        books.execute("BEGIN");
        books.execute(sql);
        const auto read = books.sink->read({});
        books.execute("ROLLBACK");
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::Malformed);
        return read.error().message;
    };
    CHECK(error("DELETE FROM allocator") == "the table allocator has lost its row");
    CHECK(error("UPDATE sku SET currency = 'ZZZ'") == "a currency that is none");
    CHECK(error("UPDATE orders SET currency = 'krw'") == "a currency that is none");
    CHECK(error("UPDATE payment SET state = 'GONE'") == "a state that is none: GONE");
    CHECK(error("DELETE FROM payment") == "an order without its payment");
    CHECK(error("UPDATE refund SET state = 'x'") == "a state that is none: x");
}
