#include "shop/ledger/sqlite_sink.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/books_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

TEST_CASE("skus, deals and coupons come back as they were written") {
    Books books;
    Batch batch;
    const Sku sku = a_sku(1);
    Sku on_sale = a_sku(2);
    on_sale.on_sale = true;
    const Deal deal{.id = DealId(4),
                    .sku = SkuId(1),
                    .price = {900, Currency::Jpy},
                    .quantity = 11,
                    .per_account_max = 5,
                    .starts_at = opening + 10s,
                    .ends_at = opening + 20s,
                    .state = DealState::Running};
    const Coupon coupon{.id = CouponId(6),
                        .shop = "coupon shop",
                        .code = "CODE",
                        .percent_off = 12,
                        .minor_off = 13,
                        .minimum_minor = 14,
                        .per_account_max = 15,
                        .ends_at = opening + 30s};
    batch.skus.insert(sku);
    batch.skus.insert(on_sale);
    batch.deals.insert(deal);
    batch.coupons.insert(coupon);
    REQUIRE(books.commit(batch));
    const Snapshot there = books.read();
    CHECK(there.epoch == books.epoch);
    CHECK(there.last_number == 100);
    REQUIRE(there.skus.size() == 2);
    CHECK(text_of(there.skus[0]) == text_of(sku));
    CHECK(text_of(there.skus[1]) == text_of(on_sale));
    REQUIRE(there.deals.size() == 1);
    CHECK(text_of(there.deals[0]) == text_of(deal));
    REQUIRE(there.coupons.size() == 1);
    CHECK(text_of(there.coupons[0]) == text_of(coupon));
}

TEST_CASE("a change of a sku replaces its words and price, one of a deal its quantity and state") {
    Books books;
    Batch made;
    made.skus.insert(a_sku(1));
    Deal deal{.id = DealId(4),
              .sku = SkuId(1),
              .price = {900, Currency::Krw},
              .quantity = 11,
              .starts_at = opening,
              .ends_at = opening + 20s};
    made.deals.insert(deal);
    REQUIRE(books.commit(made));
    const Sku changed{.id = SkuId(1),
                      .shop = "shop",
                      .name = "other",
                      .price = {1, Currency::Krw},
                      .tax_percent = 0,
                      .per_order_max = 0,
                      .on_sale = true};
    deal.quantity = 2;
    deal.state = DealState::Ended;
    Batch batch;
    batch.skus.update(changed);
    batch.deals.update(deal);
    REQUIRE(books.commit(batch));
    const Snapshot there = books.read();
    REQUIRE(there.skus.size() == 1);
    CHECK(text_of(there.skus[0]) == text_of(changed));
    REQUIRE(there.deals.size() == 1);
    CHECK(text_of(there.deals[0]) == text_of(deal));
}

TEST_CASE("counters are the latest, and the log adds up beside them") {
    Books books;
    Batch batch;
    batch.counters[PoolId(8)] = {.on_hand = 9, .held = 2, .sold = 3};
    batch.moves = {{1, PoolId(8), 10, 0, MoveReason::Received, 0, opening},
                   {2, PoolId(8), -1, 3, MoveReason::Shipped, 44, opening + 5s}};
    REQUIRE(books.commit(batch));
    const Snapshot there = books.read();
    REQUIRE(there.counters.size() == 1);
    CHECK(there.counters[0].first == PoolId(8));
    CHECK(text_of(there.counters[0].second) == "9/2/3");
    REQUIRE(there.moved.size() == 1);
    CHECK(there.moved[0].first == PoolId(8));
    CHECK(text_of(there.moved[0].second) == "9/0/3");
    CHECK(books.integer("SELECT COUNT(*) FROM stock_move WHERE number = 1 AND subject IS NULL"
                        " AND reason = 'RECEIVED' AND at_ms = 1700000000000") == 1);
    CHECK(books.integer("SELECT COUNT(*) FROM stock_move WHERE number = 2 AND subject = 44"
                        " AND reason = 'SHIPPED' AND at_ms = 1700000005000") == 1);

    Batch later;
    later.counters[PoolId(8)] = {.on_hand = 9};
    REQUIRE(books.commit(later));
    CHECK(text_of(books.read().counters.at(0).second) == "9/0/0");
}

TEST_CASE("a hold comes back while it is held, and knows since when it is not") {
    Books books;
    const Reservation own{.id = ReservationId(21),
                          .account = AccountId("ann"),
                          .key = "hold key",
                          .request_hash = 22,
                          .order = {},
                          .sku = SkuId(23),
                          .pool = PoolId(24),
                          .quantity = 25,
                          .unit_price = {26, Currency::Usd},
                          .made_at = opening + 1s,
                          .expires_at = opening + 2s};
    Reservation of_order = own;
    of_order.id = ReservationId(31);
    of_order.key.clear();
    of_order.request_hash = 0;
    of_order.order = OrderId(40);
    Batch batch;
    batch.reservations.insert(own);
    batch.reservations.insert(of_order);
    REQUIRE(books.commit(batch));
    const auto held = books.read().held;
    REQUIRE(held.size() == 2);
    CHECK(text_of(held[0]) == text_of(own));
    CHECK(text_of(held[1]) == text_of(of_order));
    CHECK(books.integer("SELECT COUNT(*) FROM reservation WHERE resolved_at_ms IS NULL") == 2);
    CHECK(books.integer("SELECT id FROM reservation WHERE key IS NULL AND request_hash IS NULL") ==
          31);
    CHECK(books.integer("SELECT id FROM reservation WHERE order_id IS NULL") == 21);

    Batch resolved;
    of_order.state = ReservationState::Expired;
    of_order.resolved_at = opening + 9s;
    resolved.reservations.update(of_order);
    REQUIRE(books.commit(resolved));
    REQUIRE(books.read().held.size() == 1);
    CHECK(books.integer("SELECT resolved_at_ms FROM reservation WHERE id = 31") ==
          to_unix_ms(opening + 9s));
    const auto twice = books.commit(resolved);
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == Errc::Conflict);
    CHECK(twice.error().message == "a reservation was resolved twice");
}

// Held and let go within one batch: it is written once, as it is at the end.
TEST_CASE("a hold that a batch makes and resolves is written with its end") {
    Books books;
    Reservation gone{.id = ReservationId(21),
                     .account = AccountId("ann"),
                     .sku = SkuId(1),
                     .pool = PoolId(1),
                     .quantity = 1};
    Batch batch;
    batch.reservations.insert(gone);
    gone.state = ReservationState::Released;
    gone.resolved_at = opening + 3s;
    batch.reservations.update(gone);
    REQUIRE(batch.reservations.entries().size() == 1);
    CHECK(batch.reservations.entries()[0].is_new);
    REQUIRE(books.commit(batch));
    CHECK(books.read().held.empty());
    CHECK(books.integer("SELECT resolved_at_ms FROM reservation WHERE state = 'RELEASED'") ==
          to_unix_ms(opening + 3s));
}

TEST_CASE("an order comes back with its lines, its payment and its newest refund") {
    Books books;
    Order order = an_order();
    Batch batch;
    batch.orders.push_back({order, true, true, true});
    REQUIRE(books.commit(batch));
    CHECK(text_of(books.sink->find_order(order.id).value().value()) == text_of(order));
    CHECK_FALSE(books.sink->find_order(OrderId(41)).value());
    const auto open = books.read().open_orders;
    REQUIRE(open.size() == 1);
    CHECK(text_of(open[0]) == text_of(order));

    order.state = OrderState::RefundPending;
    order.stage = Stage::Delivered;
    order.coupon_taken = false;
    order.expires_at += 5s;
    order.extended = true;
    order.lines[0].pool = PoolId(99);
    order.lines[0].refunded_units = 9;
    order.lines[1].refunded_units = 1;
    order.payment.provider_ref = "other";
    order.payment.state = PaymentState::PartRefunded;
    order.payment.captured_minor = 90;
    order.payment.refunded_minor = 89;
    order.refund.state = RefundState::Done;
    Batch changed;
    changed.orders.push_back({order, false, true, false});
    REQUIRE(books.commit(changed));
    CHECK(text_of(books.sink->find_order(order.id).value().value()) == text_of(order));

    order.refund.id = RefundId(171);
    order.refund.key = "another";
    order.refund.state = RefundState::Pending;
    Batch again;
    again.orders.push_back({order, false, false, true});
    REQUIRE(books.commit(again));
    CHECK(text_of(books.sink->find_order(order.id).value().value()) == text_of(order));
    CHECK(books.integer("SELECT COUNT(*) FROM refund") == 2);
}

// Lines are many and seldom change.
TEST_CASE("lines are written again only where the batch changes them") {
    Books books;
    Order order = an_order();
    Batch batch;
    batch.orders.push_back({order, true, false, true});
    REQUIRE(books.commit(batch));
    CHECK(books.sink->find_order(order.id).value()->lines.size() == 2);
    order.lines[0].refunded_units = 20;
    Batch unchanged;
    unchanged.orders.push_back({order, false, false, false});
    REQUIRE(books.commit(unchanged));
    CHECK(books.sink->find_order(order.id).value()->lines[0].refunded_units == 8);
    Batch changed;
    changed.orders.push_back({order, false, true, false});
    REQUIRE(books.commit(changed));
    CHECK(books.sink->find_order(order.id).value()->lines[0].refunded_units == 20);
}

TEST_CASE("an order without a coupon, a key and a refund has none of them") {
    Books books;
    Order order = an_order();
    order.coupon = {};
    order.coupon_taken = false;
    order.key.clear();
    order.request_hash = 0;
    order.refund = {};
    Batch batch;
    batch.orders.push_back({order, true, true, false});
    REQUIRE(books.commit(batch));
    CHECK(text_of(books.sink->find_order(order.id).value().value()) == text_of(order));
    CHECK(books.integer("SELECT COUNT(*) FROM orders WHERE coupon IS NULL AND key IS NULL") == 1);
    CHECK(books.integer("SELECT COUNT(*) FROM refund") == 0);
}

TEST_CASE("a batch that does not join on, or is another owner's, is refused whole") {
    Books books;
    Batch batch;
    batch.skus.insert(a_sku(1));
    batch.epoch = books.epoch;
    batch.number_before = 1;
    batch.number_after = 2;
    CHECK(books.sink->commit(batch).error().code == Errc::Conflict);
    batch.number_before = 0;
    batch.epoch = books.epoch - 1;
    CHECK(books.sink->commit(batch).error().code == Errc::Conflict);
    CHECK_FALSE(books.database->in_transaction());
    CHECK(books.read().skus.empty());
    batch.epoch = books.epoch;
    CHECK(books.sink->commit(batch));
    CHECK(books.read().skus.size() == 1);
}

TEST_CASE("what an order's history says is written, word for word") {
    Books books;
    Batch batch;
    batch.order_events.push_back({5, OrderId(40), OrderState::Shipped, "on its way", opening});
    REQUIRE(books.commit(batch));
    CHECK(books.integer("SELECT COUNT(*) FROM order_event WHERE number = 5 AND order_id = 40 AND"
                        " state = 'SHIPPED' AND note = 'on its way' AND at_ms = 1700000000000") ==
          1);
}
