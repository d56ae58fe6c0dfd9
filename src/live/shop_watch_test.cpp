#include "live/shop_watch.hpp"

#include <doctest/doctest.h>

#include "audit/schema.hpp"
#include "live/schema.hpp"
#include "shop/core/allocator.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/sqlite_sink.hpp"

using namespace shopcast;
using namespace shopcast::shop;

namespace {

constexpr WallTime now{Milliseconds(1'700'000'000'000)};

/// A shop's decisions on their way to a database, and who watches them.
struct Shop {
    Shop() : database(opened()), sink(*SqliteSink::create(database, {&watch})) {
        allocator.emplace(*Allocator::rebuild(sink->take_over({}).value(), Rules{}, now));
    }
    static store::Database opened() {
        auto made = store::Database::open(":memory:", store::Database::Mode::ReadWrite).value();
        const auto migrated =
            store::migrate(made, {&audit::schema(), &shop::schema(), &live::schema()});
        REQUIRE(migrated);
        return made;
    }
    /// Decided and committed; empty when it was not saved.
    Decided decide(What what, std::string account = {}) {
        Decided answer = allocator->decide(
            {.what = std::move(what), .account = AccountId(std::move(account)), .at = now},
            Known{});
        saved = sink->commit(allocator->take_batch()).has_value();
        return answer;
    }
    SkuId sku(std::string shop) {
        const Decided made =
            decide(PutSku{{.shop = std::move(shop), .name = "gloss", .price = {9}}});
        CHECK(decide(MoveStock{SkuId(made.receipt.number), 9, MoveReason::Received}).is_accepted());
        return SkuId(made.receipt.number);
    }
    /// By somebody new each time.
    std::int64_t order(SkuId sku) {
        const std::string buyer = "buyer " + std::to_string(++buyers);
        const Decided placed = decide(PlaceOrder{.lines = {{sku, {}, 1}}}, buyer);
        CHECK(placed.is_accepted());
        return placed.receipt.number;
    }
    /// "stream order", in order.
    std::string rows() {
        auto query = *database.prepare("SELECT stream, order_id FROM stream_order ORDER BY 2, 1");
        std::string out;
        while (*query.step()) {
            out += std::string(query.text(0)) + ' ' + std::to_string(query.integer(1)) + '\n';
        }
        return out;
    }

    live::ShopWatch watch;
    store::Database database;
    std::unique_ptr<SqliteSink> sink;
    std::optional<Allocator> allocator;
    bool saved = false;
    int buyers = 0;
};

}  // namespace

TEST_CASE("an order is noted with each stream of its shop that is on air") {
    Shop shop;
    const SkuId mine = shop.sku("main");
    const SkuId other = shop.sku("other");
    shop.order(mine);  // nothing is on air
    shop.watch.began("main", "a");
    shop.watch.began("main", "b");
    shop.watch.began("other", "c");
    const std::string first = std::to_string(shop.order(mine));
    const std::string second = std::to_string(shop.order(other));
    shop.watch.ended("a");
    const OrderId last(shop.order(mine));
    const std::string third = std::to_string(last.value);
    CHECK(shop.rows() == "a " + first + "\nb " + first + "\nc " + second + "\nb " + third + "\n");
    // What becomes of it later is not another order.
    const auto cancelled = shop.decide(CancelOrder{.order = last, .by_shop = true});
    CHECK(cancelled.is_accepted());
    CHECK(shop.saved);
    CHECK(shop.rows().ends_with("b " + third + "\n"));
}

TEST_CASE("an order whose note cannot be written is not saved") {
    Shop shop;
    const SkuId sku = shop.sku("main");
    shop.watch.began("main", "a");
    REQUIRE(shop.database.execute("DROP TABLE stream_order"));
    shop.order(sku);
    CHECK_FALSE(shop.saved);
    auto count = *shop.database.prepare("SELECT count(*) FROM orders");
    REQUIRE(*count.step());
    CHECK(count.integer(0) == 0);
}

TEST_CASE("what was ordered while a stream was on air is known for as long as the stream") {
    Shop shop;
    const SkuId sku = shop.sku("main");
    shop.watch.began("main", "old");
    shop.order(sku);
    shop.order(sku);
    constexpr auto keep = std::chrono::hours(24);
    store::Retention retention = live::old_stream_orders(keep);
    CHECK(retention.step(shop.database, now + keep).value().count == 0);
    CHECK(retention.step(shop.database, now + keep + Milliseconds(1)).value().count == 2);
    CHECK(shop.rows().empty());
}
