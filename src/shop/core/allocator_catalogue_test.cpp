#include <doctest/doctest.h>

#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

Sku a_sku() {
    return {.shop = "main", .name = "lipstick", .price = {10'000, Currency::Krw}};
}
Deal a_deal(SkuId sku) {
    return {.sku = sku,
            .price = {7'000, Currency::Krw},
            .quantity = 1,
            .starts_at = opening,
            .ends_at = opening + 60s};
}
Coupon a_coupon() {
    return {.shop = "main", .code = "TEN", .percent_off = 10, .ends_at = opening + 60s};
}

constexpr auto accepted = Verdict::Accepted;
constexpr auto malformed = Verdict::Malformed;

}  // namespace

TEST_CASE("a sku's name, price, tax and limit have bounds") {
    Shop shop;
    const auto put = [&](auto change) {
        Sku sku = a_sku();
        change(sku);
        return shop.ask(PutSku{sku}).verdict;
    };
    const auto name = [&](std::size_t bytes) {
        return put([&](Sku& sku) { sku.name = std::string(bytes, 'n'); });
    };
    CHECK(name(0) == malformed);
    CHECK(name(1) == accepted);
    CHECK(name(limits::sku_name_bytes_max) == accepted);
    CHECK(name(limits::sku_name_bytes_max + 1) == malformed);
    const auto price = [&](std::int64_t minor) {
        return put([&](Sku& sku) { sku.price.minor = minor; });
    };
    CHECK(price(-1) == malformed);
    CHECK(price(0) == accepted);
    CHECK(price(limits::price_minor_max) == accepted);
    CHECK(price(limits::price_minor_max + 1) == malformed);
    const auto tax = [&](int percent) { return put([&](Sku& sku) { sku.tax_percent = percent; }); };
    CHECK(tax(-1) == malformed);
    CHECK(tax(0) == accepted);
    CHECK(tax(100) == accepted);
    CHECK(tax(101) == malformed);
    const auto most = [&](std::int64_t units) {
        return put([&](Sku& sku) { sku.per_order_max = units; });
    };
    CHECK(most(-1) == malformed);
    CHECK(most(0) == accepted);
    CHECK(most(1) == accepted);
}

TEST_CASE("a new sku takes a number and a pool, a changed one keeps both") {
    Shop shop;
    const Decided made = shop.ask(PutSku{a_sku()});
    CHECK(made.receipt.number == shop.allocator.last_number());
    REQUIRE(shop.batch.skus.entries().size() == 1);
    CHECK(shop.batch.skus.entries()[0].is_new);
    CHECK(shop.batch.skus.entries()[0].row.id.value == made.receipt.number);
    CHECK(shop.batch.counters.contains(PoolId(made.receipt.number)));
    CHECK(shop.batch.changes_the_stock());

    Sku sku = a_sku();
    sku.id = SkuId(made.receipt.number);
    sku.name = "gloss";
    CHECK(shop.ask(PutSku{sku}).receipt.number == made.receipt.number);
    REQUIRE(shop.batch.skus.entries().size() == 1);
    CHECK_FALSE(shop.batch.skus.entries()[0].is_new);
    CHECK(shop.batch.skus.entries()[0].row.name == "gloss");
    CHECK(shop.batch.counters.empty());
    CHECK(shop.batch.has_rows());
    CHECK(shop.allocator.last_number() == made.receipt.number);

    sku.shop = "other";
    CHECK(shop.ask(PutSku{sku}).verdict == Verdict::NotFound);
    sku.shop = "main";
    sku.id = SkuId(99);
    CHECK(shop.ask(PutSku{sku}).verdict == Verdict::NotFound);
    CHECK_FALSE(shop.batch.has_rows());
}

TEST_CASE("there is room for so many pools and not one more") {
    Snapshot snapshot;
    for (std::size_t pools = 1; pools < limits::stock_pools_max; ++pools) {
        snapshot.counters.emplace_back(PoolId(++snapshot.last_number), Counters{});
    }
    Shop shop;
    shop.allocator = *Allocator::rebuild(std::move(snapshot), shop.rules, opening);
    CHECK(shop.ask(PutSku{a_sku()}).verdict == accepted);
    CHECK(shop.ask(PutSku{a_sku()}).verdict == Verdict::CatalogueFull);
}

TEST_CASE(
    "goods are received or corrected, never to nothing and never beyond what can be counted") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    const auto move = [&](std::int64_t units, MoveReason reason) {
        return shop.ask(MoveStock{sku, units, reason});
    };
    constexpr auto received = MoveReason::Received;
    constexpr auto corrected = MoveReason::Corrected;
    CHECK(shop.ask(MoveStock{SkuId(99), 1, received}).verdict == Verdict::NotFound);
    CHECK(move(0, received).verdict == malformed);
    CHECK(move(-1, received).verdict == malformed);
    CHECK(move(0, corrected).verdict == malformed);
    CHECK(move(1, MoveReason::SetAside).verdict == malformed);
    CHECK(move(limits::stock_units_max - 4, received).verdict == malformed);
    CHECK(move(limits::stock_units_max - 4, corrected).verdict == malformed);
    CHECK(move(-limits::stock_units_max - 1, corrected).verdict == malformed);
    CHECK(move(-limits::stock_units_max, corrected).verdict == Verdict::SoldOut);
    CHECK(shop.of(sku) == Counters{.on_hand = 5});

    const Decided one = move(1, received);
    CHECK(one.verdict == accepted);
    CHECK(one.receipt.number == shop.allocator.last_number());
    REQUIRE(shop.batch.moves.size() == 1);
    CHECK(shop.batch.moves[0].number == one.receipt.number);
    CHECK(shop.batch.moves[0].on_hand == 1);
    CHECK(shop.batch.moves[0].sold == 0);
    CHECK(shop.batch.moves[0].reason == received);
    CHECK(shop.batch.moves[0].at == opening);
    CHECK(move(-6, corrected).verdict == accepted);
    CHECK(shop.batch.moves[0].on_hand == -6);
    CHECK(shop.of(sku) == Counters{});
    CHECK(move(limits::stock_units_max, received).verdict == accepted);
    CHECK(shop.of(sku).on_hand == limits::stock_units_max);
}

TEST_CASE("what is held or sold cannot be corrected away, and the refusal says how much is there") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    CHECK(shop.hold("ann", sku, 2).is_accepted());
    const Decided refused = shop.ask(MoveStock{sku, -4, MoveReason::Corrected});
    CHECK(refused.verdict == Verdict::SoldOut);
    REQUIRE(refused.shorts.size() == 1);
    CHECK(refused.shorts[0].sku == sku);
    CHECK(refused.shorts[0].wanted == 4);
    CHECK(refused.shorts[0].available == 3);
    CHECK(refused.shorts[0].may_return);
    CHECK(shop.ask(MoveStock{sku, -3, MoveReason::Corrected}).is_accepted());
    CHECK(shop.of(sku) == Counters{.on_hand = 2, .held = 2});
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK_FALSE(shop.ask(MoveStock{sku, -3, MoveReason::Corrected}).shorts.at(0).may_return);
}

TEST_CASE("a deal's price, quantity, limit and time have bounds") {
    Shop shop;
    const SkuId sku = shop.sku(9);
    const auto put = [&](auto change) {
        Deal deal = a_deal(sku);
        change(deal);
        return shop.ask(PutDeal{deal}).verdict;
    };
    CHECK(put([](Deal& deal) { deal.sku = SkuId(99); }) == Verdict::NotFound);
    const auto price = [&](Money money) { return put([&](Deal& deal) { deal.price = money; }); };
    CHECK(price({-1, Currency::Krw}) == malformed);
    CHECK(price({0, Currency::Krw}) == accepted);
    CHECK(price({limits::price_minor_max, Currency::Krw}) == accepted);
    CHECK(price({limits::price_minor_max + 1, Currency::Krw}) == malformed);
    CHECK(price({1, Currency::Usd}) == malformed);
    const auto quantity = [&](std::int64_t units) {
        return put([&](Deal& deal) { deal.quantity = units; });
    };
    CHECK(quantity(0) == malformed);
    CHECK(quantity(1) == accepted);
    CHECK(quantity(limits::stock_units_max) == accepted);
    CHECK(quantity(limits::stock_units_max + 1) == malformed);
    const auto most = [&](std::int64_t units) {
        return put([&](Deal& deal) { deal.per_account_max = units; });
    };
    CHECK(most(-1) == malformed);
    CHECK(most(0) == accepted);
    const auto time = [&](Milliseconds from, Milliseconds to) {
        return put([&](Deal& deal) {
            deal.starts_at = opening + from;
            deal.ends_at = opening + to;
        });
    };
    CHECK(time(5s, 5s) == malformed);
    CHECK(time(5s, 5s + 1ms) == accepted);
    CHECK(time(-5s, 0s) == malformed);  // it ends now
    CHECK(time(-5s, 1ms) == accepted);
}

TEST_CASE("a deal is put as a scheduled one and started and ended once") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    Deal wanted = a_deal(sku);
    wanted.quantity = 4;
    wanted.state = DealState::Running;
    const Decided made = shop.ask(PutDeal{wanted});
    const DealId deal(made.receipt.number);
    REQUIRE(shop.batch.deals.entries().size() == 1);
    CHECK(shop.batch.deals.entries()[0].is_new);
    CHECK(shop.batch.deals.entries()[0].row.state == DealState::Scheduled);
    CHECK(shop.batch.deals.entries()[0].row.id == deal);
    CHECK(shop.of(deal) == Counters{});

    CHECK(shop.ask(StartDeal{DealId(99)}).verdict == Verdict::NotFound);
    CHECK(shop.ask(EndDeal{DealId(99)}).verdict == Verdict::NotFound);
    CHECK(shop.ask(StartDeal{deal}).receipt.number == deal.value);
    REQUIRE(shop.batch.moves.size() == 2);
    CHECK(shop.batch.moves[0].pool == PoolId::of(sku));
    CHECK(shop.batch.moves[0].on_hand == -4);
    CHECK(shop.batch.moves[0].subject == deal.value);
    CHECK(shop.batch.moves[1].on_hand == 4);
    CHECK(shop.batch.moves[1].reason == MoveReason::SetAside);
    const Decided again = shop.ask(StartDeal{deal});
    CHECK(again.verdict == accepted);
    CHECK(again.receipt.number == deal.value);
    CHECK_FALSE(shop.batch.has_rows());

    CHECK(shop.ask(EndDeal{deal}).receipt.number == deal.value);
    REQUIRE(shop.batch.deals.entries().size() == 1);
    CHECK(shop.batch.deals.entries()[0].row.state == DealState::Ended);
    CHECK(shop.of(sku) == Counters{.on_hand = 5});
    CHECK(shop.ask(EndDeal{deal}).verdict == accepted);
    CHECK_FALSE(shop.batch.has_rows());
    CHECK(shop.ask(StartDeal{deal}).verdict == Verdict::WrongState);
}

TEST_CASE("a deal by hand starts with exactly what there is, and says what it lacks") {
    Shop shop;
    const SkuId sku = shop.sku(5);
    Deal wanted = a_deal(sku);
    wanted.quantity = 5;
    const DealId deal(shop.ask(PutDeal{wanted}).receipt.number);
    CHECK(shop.hold("ann", sku, 1).is_accepted());
    const Decided refused = shop.ask(StartDeal{deal});
    CHECK(refused.verdict == Verdict::SoldOut);
    REQUIRE(refused.shorts.size() == 1);
    CHECK(refused.shorts[0].sku == sku);
    CHECK(refused.shorts[0].wanted == 5);
    CHECK(refused.shorts[0].available == 4);
    CHECK(refused.shorts[0].may_return);
    CHECK(shop.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK(shop.ask(StartDeal{deal}).is_accepted());
    CHECK(shop.of(deal) == Counters{.on_hand = 5});
    CHECK(shop.of(sku) == Counters{});
}

TEST_CASE("a coupon takes off a percentage or an amount, within bounds") {
    Shop shop;
    int codes = 0;
    const auto put = [&](auto change, std::int64_t quota = 1) {
        Coupon coupon = a_coupon();
        coupon.code = "C" + std::to_string(++codes);
        change(coupon);
        return shop.ask(PutCoupon{coupon, quota}).verdict;
    };
    const auto off = [&](int percent, std::int64_t minor) {
        return put([&](Coupon& coupon) {
            coupon.percent_off = percent;
            coupon.minor_off = minor;
        });
    };
    CHECK(off(0, 0) == malformed);
    CHECK(off(1, 0) == accepted);
    CHECK(off(100, 0) == accepted);
    CHECK(off(101, 0) == malformed);
    CHECK(off(-1, 0) == malformed);
    CHECK(off(0, 1) == accepted);
    CHECK(off(0, limits::price_minor_max) == accepted);
    CHECK(off(0, limits::price_minor_max + 1) == malformed);
    CHECK(off(0, -1) == malformed);
    CHECK(off(1, 1) == malformed);
    // The one that is out of bounds does not hide behind the other: 101 % would be taken off.
    CHECK(off(101, 1) == malformed);
    CHECK(off(-1, 1) == malformed);
    CHECK(off(1, -1) == malformed);
    CHECK(off(1, limits::price_minor_max + 1) == malformed);

    const auto code = [&](std::size_t bytes) {
        return put([&](Coupon& coupon) { coupon.code = std::string(bytes, 'c'); });
    };
    CHECK(code(0) == malformed);
    CHECK(code(1) == accepted);
    CHECK(code(limits::coupon_code_bytes_max) == accepted);
    CHECK(code(limits::coupon_code_bytes_max + 1) == malformed);
    const auto minimum = [&](std::int64_t minor) {
        return put([&](Coupon& coupon) { coupon.minimum_minor = minor; });
    };
    CHECK(minimum(-1) == malformed);
    CHECK(minimum(0) == accepted);
    const auto most = [&](std::int64_t times) {
        return put([&](Coupon& coupon) { coupon.per_account_max = times; });
    };
    CHECK(most(-1) == malformed);
    CHECK(most(0) == accepted);
    const auto quota = [&](std::int64_t times) { return put([](Coupon&) {}, times); };
    CHECK(quota(0) == malformed);
    CHECK(quota(1) == accepted);
    CHECK(quota(limits::stock_units_max) == accepted);
    CHECK(quota(limits::stock_units_max + 1) == malformed);
    const auto ends = [&](Milliseconds in) {
        return put([&](Coupon& coupon) { coupon.ends_at = opening + in; });
    };
    CHECK(ends(0ms) == malformed);
    CHECK(ends(1ms) == accepted);
}

TEST_CASE("a coupon's code is one shop's, once") {
    Shop shop;
    const Decided made = shop.ask(PutCoupon{a_coupon(), 3});
    CHECK(made.verdict == accepted);
    REQUIRE(shop.batch.coupons.entries().size() == 1);
    CHECK(shop.batch.coupons.entries()[0].row.id.value == made.receipt.number);
    CHECK(shop.allocator.counters().at(PoolId(made.receipt.number)) == Counters{.on_hand = 3});
    CHECK(shop.ask(PutCoupon{a_coupon(), 3}).verdict == Verdict::WrongState);
    Coupon other = a_coupon();
    other.shop = "other";
    CHECK(shop.ask(PutCoupon{other, 3}).verdict == accepted);
}
