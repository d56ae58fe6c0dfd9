#include "shop/core/command.hpp"

#include <doctest/doctest.h>

#include <set>

#include "shop/catalogue/bilingual.hpp"
#include "shop/core/batch.hpp"

using namespace shopcast;
using namespace shopcast::shop;

TEST_CASE("another request hashes to another number, the same one to the same") {
    const auto hash = [](What what) { return request_hash(Command{.what = std::move(what)}); };
    const PlaceOrder order{.lines = {{SkuId(1), DealId(2), 3}}, .coupon_code = "a", .ship_to = "b"};
    std::vector<What> requests{HoldStock{SkuId(1), DealId(2), 3},
                               HoldStock{SkuId(9), DealId(2), 3},
                               HoldStock{SkuId(1), DealId(9), 3},
                               HoldStock{SkuId(1), DealId(2), 9},
                               HoldStock{SkuId(1 << 8), {}, 1},
                               HoldStock{SkuId(1LL << 56), {}, 1},
                               order};
    const auto with = [&](auto change) {
        PlaceOrder other = order;
        change(other);
        requests.emplace_back(other);
    };
    with([](PlaceOrder& o) { o.lines[0].sku = SkuId(9); });
    with([](PlaceOrder& o) { o.lines[0].deal = DealId(9); });
    with([](PlaceOrder& o) { o.lines[0].quantity = 9; });
    with([](PlaceOrder& o) { o.lines.push_back(o.lines[0]); });
    with([](PlaceOrder& o) { o.coupon_code = "ab", o.ship_to = ""; });
    with([](PlaceOrder& o) { o.coupon_code = "", o.ship_to = "ab"; });
    with([](PlaceOrder& o) { o.expected_total = Money{0, Currency::Krw}; });
    with([](PlaceOrder& o) { o.expected_total = Money{5, Currency::Krw}; });
    requests.emplace_back(RefundOrder{OrderId(1), {}});
    requests.emplace_back(RefundOrder{OrderId(2), {}});
    requests.emplace_back(RefundOrder{OrderId(1), {{0, 1}}});
    requests.emplace_back(RefundOrder{OrderId(1), {{1, 1}}});
    requests.emplace_back(RefundOrder{OrderId(1), {{0, 2}}});
    std::set<std::uint64_t> hashes;
    for (const What& what : requests) {
        hashes.insert(hash(what));
        CHECK(hash(what) == hash(what));
    }
    CHECK(hashes.size() == requests.size());
    CHECK(request_hash(Command{.what = order, .request = 77}) == 77);
    // FNV-1a's own vectors (isthe.com/chongo/tech/comp/fnv), behind the length in eight bytes.
    CHECK(request_hash("a") != request_hash("b"));
    CHECK(request_hash("") == request_hash(std::string_view()));
    // Databases remember these: another number would refuse the retries of before an update.
    CHECK(request_hash("") == 0xa8c7f832281a39c5ULL);
}

TEST_CASE("some commands are about an order") {
    CHECK(order_of(CancelOrder{OrderId(5)}) == OrderId(5));
    CHECK(order_of(RefundOrder{OrderId(6), {}}) == OrderId(6));
    CHECK(order_of(AdvanceOrder{OrderId(7)}) == OrderId(7));
    CHECK(order_of(ReportPayment{.order = OrderId(8)}) == OrderId(8));
    CHECK_FALSE(order_of(HoldStock{}));
    CHECK_FALSE(order_of(Tick{}));
}

TEST_CASE("outcomes and reasons are words") {
    CHECK(to_string(Verdict::Accepted) == "accepted");
    CHECK(to_string(Verdict::NotSelling) == "not_selling");
    CHECK(to_string(Verdict::PriceChanged) == "price_changed");
    CHECK(to_string(Verdict::SeveralShops) == "several_shops");
    CHECK(to_string(Verdict::NotFound) == "not_found");
    for (const auto reason :
         {MoveReason::Received, MoveReason::Corrected, MoveReason::SetAside, MoveReason::GivenBack,
          MoveReason::Sold, MoveReason::Returned, MoveReason::Shipped}) {
        CHECK(move_reason_from(to_string(reason)) == reason);
    }
    CHECK_FALSE(move_reason_from("received"));
}

TEST_CASE("a batch writes each row once, as it is at the end") {
    ChangedRows<Sku> rows;
    CHECK(rows.empty());
    rows.update({.id = SkuId(1), .name = "a"});
    rows.insert({.id = SkuId(2), .name = "b"});
    rows.update({.id = SkuId(2), .name = "c"});
    rows.update({.id = SkuId(1), .name = "d"});
    REQUIRE(rows.entries().size() == 2);
    CHECK_FALSE(rows.empty());
    CHECK(rows.entries()[0].row.name == "d");
    CHECK_FALSE(rows.entries()[0].is_new);
    CHECK(rows.entries()[1].row.name == "c");
    CHECK(rows.entries()[1].is_new);
}

TEST_CASE("any row makes a batch one that is written, and some of them change the pages") {
    const auto check = [](bool has_rows, bool changes_the_stock, auto change) {
        Batch batch;
        change(batch);
        CHECK(batch.has_rows() == has_rows);
        CHECK(batch.changes_the_stock() == changes_the_stock);
    };
    check(false, false, [](Batch&) {});
    check(false, false, [](Batch& batch) { batch.number_before = batch.number_after = 5; });
    check(false, false, [](Batch& batch) { batch.asks.emplace_back(); });
    check(true, false, [](Batch& batch) { batch.number_after = 1; });
    check(true, true, [](Batch& batch) { batch.counters[PoolId(1)] = {}; });
    check(true, true, [](Batch& batch) { batch.skus.update({.id = SkuId(1)}); });
    check(true, true, [](Batch& batch) { batch.deals.update({.id = DealId(1)}); });
    check(true, false, [](Batch& batch) { batch.reservations.update({.id = ReservationId(1)}); });
    check(true, false, [](Batch& batch) { batch.orders.emplace_back(); });
    check(true, false, [](Batch& batch) { batch.applied_events.emplace_back(); });
}

TEST_CASE("a sku's name has both languages, and the option behind the product") {
    const Bilingual product{"\uD06C\uB9BC", "Cream"};
    CHECK(to_sku_name(product, {}) == "\uD06C\uB9BC\nCream");
    CHECK(to_sku_name(product, {"\uB85C\uC988", "Rose"}) ==
          "\uD06C\uB9BC / \uB85C\uC988\nCream / Rose");
    CHECK(to_sku_name(product, {"", "Rose"}) == "\uD06C\uB9BC\nCream / Rose");
    CHECK(from_sku_name("a / b\nc") == Bilingual{"a / b", "c"});
    CHECK(from_sku_name("one") == Bilingual{"one", "one"});
    CHECK(from_sku_name("\nc") == Bilingual{"", "c"});
    CHECK(Bilingual{}.empty());
    CHECK_FALSE(Bilingual{"a", ""}.empty());
    CHECK_FALSE(Bilingual{"", "a"}.empty());
}
