#include "shop/orders/cart.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>

#include "audit/schema.hpp"
#include "shop/core/testing.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/sqlite_sink.hpp"
#include "shop/selling.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace std::chrono_literals;

namespace {

/// A shop whose decisions are durable, and the carts beside it; two accounts, ann and bob.
struct Place {
    Place() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        database.emplace(
            store::Database::open(folder + "/shopcast.db", store::Database::Mode::ReadWrite)
                .value());
        REQUIRE(database->execute("PRAGMA synchronous = OFF"));  // nobody pulls the plug
        const auto migrated = store::migrate(*database, {&audit::schema(), &shop::schema()});
        REQUIRE(migrated);
        sink = SqliteSink::create(*database).value();
        allocator = *Allocator::rebuild(sink->take_over({}).value(), rules, test::opening);
    }
    ~Place() {
        sink.reset();
        database.reset();
        std::filesystem::remove_all(folder);
    }
    Decided ask(What what, const std::string& account = {}, const std::string& key = {}) {
        const Decided answer =
            allocator->decide({std::move(what), AccountId(account), key, test::opening}, Known{});
        REQUIRE(sink->commit(allocator->take_batch()));
        return answer;
    }
    SkuId sku(std::int64_t units, std::int64_t price) {
        const SkuId id(
            ask(PutSku{{.shop = "main", .name = "a\nb", .price = {price}}}).receipt.number);
        CHECK(ask(MoveStock{id, units, MoveReason::Received}).is_accepted());
        return id;
    }
    DealId deal(SkuId id, std::int64_t quantity, std::int64_t price, std::int64_t most = 0) {
        const DealId made(ask(PutDeal{{.sku = id,
                                       .price = {price},
                                       .quantity = quantity,
                                       .per_account_max = most,
                                       .starts_at = test::opening,
                                       .ends_at = test::opening + 600s}})
                              .receipt.number);
        CHECK(ask(StartDeal{made}).is_accepted());
        return made;
    }
    Result<void> put(SkuId id, std::int64_t quantity, std::optional<std::int64_t> version = {}) {
        return put_cart_line(*database, {ann, version}, id, quantity, false);
    }
    Cart cart() { return read_cart(*database, ann, rules, test::opening).value(); }

    std::string folder;
    Rules rules{.shipping_minor = 3'000, .shipping_free_from_minor = 30'000};
    CartOf ann{AccountId("ann"), "main"};
    std::optional<store::Database> database;
    std::unique_ptr<SqliteSink> sink;
    std::optional<Allocator> allocator;
};

}  // namespace

TEST_CASE("a cart is priced as its order will be") {
    Place place;
    const SkuId lip = place.sku(9, 10'000);
    const SkuId cream = place.sku(9, 7'000);
    CHECK(place
              .ask(PutCoupon{{.shop = "main",
                              .code = "TEN",
                              .percent_off = 10,
                              .minimum_minor = 20'000,
                              .ends_at = test::opening + 600s},
                             9})
              .is_accepted());
    CHECK(place.put(lip, 2));
    CHECK(place.put(cream, 1));
    CHECK(put_cart_coupon(*place.database, {place.ann, {}}, "TEN"));
    const Cart cart = place.cart();
    CHECK(cart.priced.discount_minor == 2'700);
    CHECK(cart.priced.total_minor == 27'000 - 2'700 + 3'000);
    CHECK(cart.can_be_ordered());

    PlaceOrder order{.lines = {}, .coupon_code = cart.coupon};
    for (const CartLine& line : cart.lines)
        order.lines.push_back({line.sku, line.deal, line.quantity});
    order.expected_total = cart.priced.total();
    CHECK(place.ask(order, "ann").is_accepted());
    CHECK(place.cart().coupon_state == CouponState::Used);
}

TEST_CASE("a line takes the deal that runs, as long as it has enough and the buyer may") {
    Place place;
    const SkuId sku = place.sku(9, 10'000);
    const DealId deal = place.deal(sku, 3, 6'000, 2);
    CHECK(place.put(sku, 2));
    CHECK(place.cart().lines[0].deal == deal);
    CHECK(place.cart().priced.lines[0].unit_price.minor == 6'000);
    CHECK(place.cart().lines[0].notes.empty());
    CHECK(place.put(sku, 3));  // more than one buyer may have at that price
    CHECK(place.cart().lines[0].deal.value == 0);
    CHECK(place.cart().lines[0].notes == std::vector{CartNote::PriceChanged});
    CHECK(place.put(sku, 2));
    CHECK(place.ask(HoldStock{sku, deal, 2}, "bob", "k").is_accepted());
    CHECK(place.cart().lines[0].deal.value == 0);  // one is left
    CHECK(place.ask(EndDeal{deal}).is_accepted());
    CHECK(place.cart().priced.lines[0].unit_price.minor == 10'000);
}

TEST_CASE("a cart says what became short, held, sold out or withdrawn") {
    Place place;
    const SkuId sku = place.sku(3, 10'000);
    CHECK(place.put(sku, 2));
    CHECK(place.ask(HoldStock{sku, {}, 2}, "bob", "k").is_accepted());
    CHECK(place.cart().lines[0].notes == std::vector{CartNote::Short});
    CHECK(place.cart().lines[0].left == 1);
    CHECK_FALSE(place.cart().can_be_ordered());
    CHECK(place.ask(HoldStock{sku, {}, 1}, "eve", "k").is_accepted());
    CHECK(place.cart().lines[0].notes == std::vector{CartNote::AllHeld});
    CHECK(place.ask(ReleaseHold{sku}, "bob").is_accepted());
    CHECK(place.ask(ReleaseHold{sku}, "eve").is_accepted());
    // One's own hold is there for oneself, at its price.
    CHECK(place.ask(HoldStock{sku, {}, 3}, "ann", "k").is_accepted());
    CHECK(place.cart().can_be_ordered());
    CHECK(place.ask(ReleaseHold{sku}, "ann").is_accepted());
    CHECK(place.ask(MoveStock{sku, -3, MoveReason::Corrected}).is_accepted());
    CHECK(place.cart().lines[0].notes == std::vector{CartNote::SoldOut});
    CHECK(place.ask(PutSku{{.id = sku, .shop = "main", .name = "x", .on_sale = false}})
              .is_accepted());
    CHECK(place.cart().lines[0].state == StockState::Off);
}

TEST_CASE("two tabs do not overwrite each other, and a deleted account leaves nothing") {
    Place place;
    const SkuId sku = place.sku(9, 10'000);
    CHECK(place.put(sku, 1));
    const std::int64_t version = place.cart().version;
    CHECK(place.put(sku, 2, version));
    const auto late = place.put(sku, 3, version);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::Conflict);
    CHECK(place.put(SkuId(999), 1).error().code == Errc::NotFound);
    CHECK(place.put(sku, 1'000).error().code == Errc::TooLarge);
    CHECK(put_address(*place.database, AccountId("ann"), "{}", test::opening));
    CHECK(erase_buyer(*place.database, AccountId("ann")));
    CHECK(read_address(*place.database, AccountId("ann")).value() == std::nullopt);
    CHECK(place.cart().lines.empty());
}

// What was captured in an earlier process has to be refundable in this one.
TEST_CASE("the fake provider of a new process believes the shop's records") {
    Place place;
    const SkuId sku = place.sku(9, 10'000);
    const Decided placed = place.ask(PlaceOrder{.lines = {{sku, {}, 2}}}, "ann", "k");
    const OrderId order(placed.receipt.number);
    CHECK(fake_accounts_of(*place.database).value().empty());
    CHECK(place
              .ask(ReportPayment{
                  .order = order, .said = Said::Captured, .amount = placed.receipt.price})
              .is_accepted());
    const auto accounts = fake_accounts_of(*place.database).value();
    REQUIRE(accounts.size() == 1);
    CHECK(accounts.begin()->second.state == Said::Captured);
    CHECK(accounts.begin()->second.captured() == 23'000);

    SeededRandom random(1);
    FakeProvider provider({}, random, [](const ReportPayment&) {});
    provider.remember(accounts);
    std::optional<ReportPayment> heard;
    provider.ask({.kind = RequestKind::Refund,
                  .order = order,
                  .payment = PaymentId(accounts.begin()->first),
                  .amount = {10'000, Currency::Krw},
                  .refund = RefundId(77),
                  .provider_ref = {}},
                 [&](ReportPayment report) { heard = std::move(report); });
    provider.advance(test::opening + 60s);
    provider.advance(test::opening + 120s);
    REQUIRE(heard);
    CHECK(heard->said == Said::Refunded);
}
