#include "shop/orders/buyer.hpp"

#include <doctest/doctest.h>

#include "shop/ledger/books_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

TEST_CASE("holds of one's own are found with everything that was written") {
    Books books;
    Reservation hold{.id = ReservationId(21),
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
    Batch batch;
    batch.reservations.insert(hold);
    Reservation other = hold;
    other.id = ReservationId(22);
    other.key = "other";
    batch.reservations.insert(other);
    Reservation of_order = hold;
    of_order.id = ReservationId(23);
    of_order.key.clear();
    of_order.order = OrderId(1);
    batch.reservations.insert(of_order);
    Reservation expired = hold;
    expired.id = ReservationId(24);
    expired.key = "third";
    expired.state = ReservationState::Expired;
    batch.reservations.insert(expired);
    REQUIRE(books.commit(batch));

    const AccountId ann("ann");
    const auto holds = open_holds(*books.database, ann).value();
    REQUIRE(holds.size() == 2);
    CHECK(text_of(holds[0]) == text_of(hold));
    CHECK(holds[1].id == ReservationId(22));
    CHECK(holds[0].shop.empty());  // a sku that nothing is known of
    CHECK(open_holds(*books.database, AccountId("bob")).value().empty());
    const auto find = [&](const char* account, std::int64_t id) {
        return find_hold(*books.database, AccountId(account), ReservationId(id)).value();
    };
    CHECK(text_of(find("ann", 24).value()) == text_of(expired));
    CHECK_FALSE(find("ann", 23));
    CHECK_FALSE(find("bob", 21));
    books.execute("UPDATE reservation SET currency = 'ZZZ'");
    CHECK(open_holds(*books.database, ann).error().message == "a hold that cannot be read");
    books.execute("UPDATE reservation SET currency = 'KRW', state = 'LOST' WHERE id = 21");
    CHECK(find_hold(*books.database, ann, ReservationId(21)).error().code == Errc::Malformed);
}

TEST_CASE("a hold is of the shop whose units it keeps") {
    DurableShop shop;
    const SkuId here = shop.sku(5);
    const SkuId there = shop.sku(5, 9'000, "second");
    CHECK(shop.ask(HoldStock{.sku = there}, "ann", "one").is_accepted());
    CHECK(shop.ask(HoldStock{.sku = here}, "ann", "two").is_accepted());
    const auto holds = open_holds(*shop.database, AccountId("ann")).value();
    REQUIRE(holds.size() == 2);
    CHECK(holds[0].shop == "second");
    CHECK(holds[1].shop == "main");
    CHECK(find_hold(*shop.database, AccountId("ann"), holds[0].id).value()->shop == "second");
}

TEST_CASE("what an account has taken are its orders that were not given up") {
    DurableShop shop;
    const SkuId sku = shop.sku(50);
    const DealId deal = shop.deal(sku, 20, 7'000);
    const CouponId coupon(shop.ask(PutCoupon{{.shop = "main",
                                              .code = "TEN",
                                              .minor_off = 10,
                                              .per_account_max = 0,
                                              .ends_at = opening + 1h},
                                             9})
                              .receipt.number);
    const auto units = [&](const char* account) {
        return units_taken(*shop.database, AccountId(account), PoolId::of(deal)).value();
    };
    const auto times = [&](const char* account) {
        return times_used(*shop.database, AccountId(account), coupon).value();
    };
    CHECK(units("ann") == 0);
    CHECK(times("ann") == 0);
    shop.pay(shop.order("ann", {{sku, deal, 3}, {sku, {}, 1}}, "TEN"));
    CHECK(units("ann") == 3);
    CHECK(times("ann") == 1);
    const Decided open = shop.order("ann", {{sku, deal, 2}}, "TEN");
    CHECK(units("ann") == 5);
    CHECK(times("ann") == 2);
    CHECK(shop.ask(CancelOrder{OrderId(open.receipt.number)}, "ann").is_accepted());
    CHECK(units("ann") == 3);
    CHECK(times("ann") == 1);
    CHECK(units("bob") == 0);
    CHECK(times("bob") == 0);
}
