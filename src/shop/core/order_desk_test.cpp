#include "shop/core/order_desk.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "audit/deed.hpp"
#include "audit/schema.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "shop/catalogue/shelf_rows.hpp"
#include "shop/core/testing.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/sqlite_sink.hpp"
#include "shop/limits.hpp"

using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

/// A server's desk and database, on the test's own thread, that can be started again.
struct Server {
    Server() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        start();
    }
    ~Server() {
        stop();
        std::filesystem::remove_all(folder);
    }
    void start() {
        auto opened = store::Database::open(folder / "test.db", store::Database::Mode::ReadWrite);
        REQUIRE(opened);
        database.emplace(std::move(*opened));
        REQUIRE(database->execute("PRAGMA synchronous = OFF"));  // nobody pulls the plug
        const auto migrated = store::migrate(*database, {&audit::schema(), &shop::schema()});
        REQUIRE(migrated);
        sink = *SqliteSink::create(*database);
        desk.emplace(Rules{}, clock,
                     OrderDesk::Hooks{
                         .wake = [] {},
                         .ask = [this](const ProviderRequest& ask) { asks.push_back(ask.kind); },
                         .lost = [this](const Error& e) { lost = e.message; }});
        asks.clear();
    }
    void stop() {
        desk.reset();
        sink.reset();
        database.reset();
    }
    void restart() {
        stop();
        start();
        (void)desk->run(*sink);
    }
    void queue(What what, std::string account, std::string key, std::optional<Decided>& answer) {
        desk->submit({std::move(what), AccountId(std::move(account)), std::move(key), {}},
                     [&answer](Decided given) { answer = std::move(given); });
    }
    Decided ask(What what, std::string account = {}, std::string key = {}) {
        std::optional<Decided> answer;
        queue(std::move(what), std::move(account), std::move(key), answer);
        if (!answer) (void)desk->run(*sink);
        REQUIRE(answer);
        return *answer;
    }
    SkuId sku(std::int64_t units) {
        const SkuId id(
            ask(PutSku{{.shop = "main", .name = "gloss", .price = {9'000}}}).receipt.number);
        CHECK(ask(MoveStock{id, units, MoveReason::Received}).is_accepted());
        return id;
    }
    /// The same by somebody who answers for it.
    Decided ask_as_staff(What what, std::string action, std::string target, std::string key = {}) {
        std::optional<Decided> answer;
        audit::Deed deed{.by = {.account = AccountId("staff"), .address = {}},
                         .action = std::move(action),
                         .target = std::move(target),
                         .shop = "main"};
        desk->submit({.what = std::move(what), .key = std::move(key), .deed = std::move(deed)},
                     [&answer](Decided given) { answer = std::move(given); });
        (void)desk->run(*sink);
        return answer.value_or(Decided{.verdict = Verdict::Busy});
    }
    /// "action target detail", in the order in which they were recorded.
    std::vector<std::string> deeds() {
        std::vector<std::string> out;
        auto query = *database->prepare("SELECT action, target, detail FROM audit ORDER BY seq");
        while (*query.step()) {
            out.push_back(fmt::format("{} {} {}", query.text(0), query.text(1), query.text(2)));
        }
        return out;
    }
    Decided paid_order(SkuId sku, std::int64_t units, const std::string& account) {
        const Decided placed = ask(PlaceOrder{.lines = {{sku, {}, units}}}, account, account);
        CHECK(ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                .said = Said::Captured,
                                .amount = placed.receipt.price})
                  .is_accepted());
        return placed;
    }
    void execute(const char* sql) { REQUIRE(database->execute(sql)); }

    std::filesystem::path folder;
    ManualClock clock;
    std::optional<store::Database> database;
    std::unique_ptr<SqliteSink> sink;
    std::optional<OrderDesk> desk;
    std::vector<RequestKind> asks;
    std::string lost;
};

}  // namespace

TEST_CASE("nothing is answered before it is durable") {
    Server server;
    const SkuId sku = server.sku(5);
    std::optional<Decided> first;
    std::optional<Decided> second;
    server.queue(HoldStock{sku, {}, 1}, "ann", "a", first);
    server.queue(HoldStock{sku, {}, 1}, "bob", "b", second);
    CHECK_FALSE(first);
    CHECK_FALSE(server.desk->run(*server.sink));
    CHECK(first->is_accepted());
    CHECK(second->is_accepted());
}

// The acknowledgement was lost, the stock is gone, and the buyer presses again.
TEST_CASE("a retry gets its order, however sold out the rest is, also after a restart") {
    Server server;
    const SkuId sku = server.sku(1);
    const PlaceOrder wanted{.lines = {{sku, {}, 1}}};
    const Decided placed = server.ask(wanted, "ann", "k");
    REQUIRE(placed.is_accepted());
    CHECK(server
              .ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                 .said = Said::Captured,
                                 .amount = placed.receipt.price})
              .is_accepted());
    for (const bool restarted : {false, true}) {
        if (restarted) server.restart();
        CHECK(server.desk->board().look(PoolId::of(sku))->is_sold_out());
        std::optional<Decided> early;
        server.queue(wanted, "bob", "k", early);
        REQUIRE(early);  // without the queue
        CHECK(early->verdict == Verdict::SoldOut);
        const Decided retried = server.ask(wanted, "ann", "k");
        CHECK(retried.verdict == Verdict::Replayed);
        CHECK(retried.receipt == placed.receipt);
    }
    CHECK(server.ask(PlaceOrder{.lines = {{sku, {}, 2}}}, "ann", "k").verdict ==
          Verdict::KeyReused);
}

TEST_CASE("a restart goes on where the last process ended") {
    Server server;
    const SkuId sku = server.sku(9);
    const Decided coupon = server.ask(PutCoupon{
        {.shop = "main", .code = "TEN", .minor_off = 1'000, .ends_at = server.clock.wall() + 999s},
        1});
    CHECK(coupon.is_accepted());
    const Decided deal = server.ask(PutDeal{{.sku = sku,
                                             .price = {5'000},
                                             .quantity = 4,
                                             .per_account_max = 2,
                                             .starts_at = server.clock.wall(),
                                             .ends_at = server.clock.wall() + 999s}});
    const DealId id(deal.receipt.number);
    CHECK(server.ask(StartDeal{id}).is_accepted());
    CHECK(server.ask(HoldStock{sku, id, 2}, "ann", "h").is_accepted());
    const Decided placed =
        server.ask(PlaceOrder{.lines = {{sku, {}, 1}}, .coupon_code = "TEN"}, "bob", "o");
    CHECK(placed.is_accepted());

    server.restart();
    CHECK(server.ask(HoldStock{sku, id, 1}, "ann", "x").verdict == Verdict::AlreadyHeld);
    CHECK(server.ask(PlaceOrder{.lines = {{sku, id, 3}}}, "ann", "y").verdict ==
          Verdict::LimitReached);
    CHECK(
        server.ask(PlaceOrder{.lines = {{sku, {}, 1}}, .coupon_code = "TEN"}, "eve", "z").verdict ==
        Verdict::CouponUsedUp);
    CHECK(server.ask(Tick{}).is_accepted());
    CHECK(server.asks == std::vector<RequestKind>{RequestKind::CreateIntent});
    CHECK(server
              .ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                 .said = Said::Captured,
                                 .amount = placed.receipt.price,
                                 .event_id = "evt"})
              .is_accepted());
    server.restart();
    CHECK(server.ask(ReportPayment{.order = OrderId(placed.receipt.number), .event_id = "evt"})
              .verdict == Verdict::Replayed);
    // A settled order is read from the database when somebody asks for it.
    CHECK(server.ask(CancelOrder{OrderId(placed.receipt.number)}, "bob").is_accepted());
    CHECK(server.asks == std::vector<RequestKind>{RequestKind::Refund});
    CHECK(server.lost.empty());
}

TEST_CASE("records that disagree sell nothing") {
    for (const char* sql : {"UPDATE stock SET on_hand = on_hand + 1", "UPDATE stock SET held = 0",
                            "UPDATE stock SET sold = 1", "DELETE FROM reservation",
                            "DELETE FROM stock_move WHERE reason = 'RECEIVED'"}) {
        Server server;
        const SkuId sku = server.sku(5);
        CHECK(server.ask(HoldStock{sku, {}, 2}, "ann", "k").is_accepted());
        server.restart();
        CHECK(server.ask(HoldStock{sku, {}, 1}, "eve", "k").is_accepted());
        server.stop();
        server.start();
        server.execute(sql);
        CHECK(server.desk->conditions().empty());
        CHECK(server.ask(HoldStock{sku, {}, 1}, "bob", "k").verdict == Verdict::NotSelling);
        CHECK_FALSE(server.desk->board().look(PoolId::of(sku)));
        REQUIRE(server.desk->conditions().size() == 1);
        CHECK(server.desk->conditions().front().code == "shop_closed");
        CHECK(server.desk->conditions().front().message.contains("disagree"));
    }
}

TEST_CASE("an owner that was replaced changes nothing and ends") {
    Server server;
    const SkuId sku = server.sku(5);
    REQUIRE((*SqliteSink::create(*server.database))->take_over({}));  // another server
    std::optional<Decided> answer;
    server.queue(HoldStock{sku, {}, 1}, "ann", "k", answer);
    (void)server.desk->run(*server.sink);
    CHECK_FALSE(answer);
    CHECK(server.lost.find("another server") != std::string::npos);
    CHECK(server.sink->find_key(AccountId("ann"), "k")->has_value() == false);
}

TEST_CASE("a full disk refuses, and sells again when there is room") {
    Server server;
    const SkuId sku = server.sku(5);
    server.execute("PRAGMA max_page_count=1");  // no more than there are
    Decided answer;
    for (int i = 0; i < 200 && answer.verdict != Verdict::NotSelling; ++i) {
        answer = server.ask(HoldStock{sku, {}, 1}, "ann" + std::to_string(i), "k");
        (void)server.ask(ReleaseHold{sku}, "ann" + std::to_string(i));
    }
    CHECK(answer.verdict == Verdict::NotSelling);
    CHECK(server.desk->conditions().size() == 1);
    server.execute("PRAGMA max_page_count=1000000");
    CHECK(server.ask(HoldStock{sku, {}, 1}, "bob", "k").is_accepted());
    server.clock.pass(limits::condition_lasts + 1ms);
    CHECK(server.desk->conditions().empty());
    CHECK(server.lost.empty());
}

TEST_CASE("a full queue is told at once") {
    Server server;
    std::optional<Decided> ignored;
    for (std::size_t i = 0; i < limits::allocator_queue_max; ++i) {
        server.queue(Tick{}, {}, {}, ignored);
    }
    std::optional<Decided> refused;
    server.queue(Tick{}, {}, {}, refused);
    REQUIRE(refused);
    CHECK(refused->verdict == Verdict::Busy);
    CHECK(server.desk->run(*server.sink));  // more waits
    server.queue(Tick{}, {}, {}, ignored);
    while (server.desk->run(*server.sink)) {
    }
}

TEST_CASE("a wall clock that is set does not touch holds") {
    Server server;
    const SkuId sku = server.sku(1);
    CHECK(server.ask(HoldStock{sku, {}, 1}, "ann", "k").is_accepted());
    server.clock.set_wall(server.clock.wall() + 24h);
    CHECK(server.ask(Tick{}).is_accepted());
    CHECK(server.ask(HoldStock{sku, {}, 1}, "bob", "k").verdict == Verdict::AllHeld);
    server.clock.pass(300s);
    CHECK(server.ask(Tick{}).is_accepted());
    CHECK(server.ask(HoldStock{sku, {}, 1}, "bob", "k").is_accepted());
}

TEST_CASE("what somebody answers for is recorded once, with what was decided") {
    Server server;
    const Decided made = server.ask_as_staff(
        PutSku{{.shop = "main", .name = "gloss", .price = {9'000}}}, "sku.create", "sku/");
    const SkuId sku(made.receipt.number);
    CHECK(server.ask(MoveStock{sku, 5, MoveReason::Received}).is_accepted());
    const Decided placed = server.paid_order(sku, 2, "ann");
    const OrderId order(placed.receipt.number);
    const std::string target = fmt::format("order/{}", order.value);
    const RefundOrder refund{.order = order, .lines = {{0, 1}}};
    CHECK(server.ask_as_staff(refund, "order.refund", target, "k").verdict == Verdict::Accepted);
    CHECK(server.ask_as_staff(refund, "order.refund", target, "k").verdict == Verdict::Replayed);
    const RefundOrder too_much{.order = order, .lines = {{0, 3}}};
    CHECK_FALSE(server.ask_as_staff(too_much, "order.refund", target, "l").is_accepted());
    // What is so already is accepted, and nobody's deed.
    const Decided unpaid = server.ask(PlaceOrder{.lines = {{sku, {}, 1}}}, "bob", "bob");
    const CancelOrder cancel{.order = OrderId(unpaid.receipt.number), .by_shop = true};
    CHECK(server.ask_as_staff(cancel, "order.cancel", "order/b").is_accepted());
    CHECK(server.ask_as_staff(cancel, "order.cancel", "order/b").is_accepted());
    const std::string created = fmt::format("sku.create sku/{} {{}}", sku.value);
    const std::string refunded = fmt::format("order.refund {} {{\"amount\":\"9000\"}}", target);
    const std::string cancelled = "order.cancel order/b {}";
    CHECK(fmt::format("{}", fmt::join(server.deeds(), "; ")) ==
          fmt::format("{}; {}; {}", created, refunded, cancelled));
}

// Money that moved without a record of who moved it is what the record is for.
TEST_CASE("a refund whose deed cannot be recorded is none") {
    Server server;
    const SkuId sku = server.sku(5);
    const Decided placed = server.paid_order(sku, 2, "ann");
    const OrderId order(placed.receipt.number);
    server.execute("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
    const RefundOrder refund{.order = order, .lines = {{0, 1}}};
    CHECK_FALSE(server.ask_as_staff(refund, "order.refund", "order/1", "k").is_accepted());
    CHECK(server.lost.contains("no"));
    const auto kept = server.sink->find_order(order);
    REQUIRE(kept);
    CHECK((*kept)->refund.id.value == 0);
}

namespace {

/// All that pages show of a shelf.
std::string shown(const Shelf& shelf) {
    std::string out;
    for (const ShelfSku& one : shelf.skus) {
        out += fmt::format("{} {} {} {}/{}/{}\n", one.sku.id.value, one.sku.price.minor,
                           one.sku.on_sale, one.stock.on_hand, one.stock.held, one.stock.sold);
    }
    for (const ShelfDeal& one : shelf.deals) {
        out += fmt::format("deal {} {} {} {} {} {}/{}/{}\n", one.deal.id.value, one.deal.sku.value,
                           one.deal.price.minor, static_cast<int>(one.deal.state), one.was.minor,
                           one.stock.on_hand, one.stock.held, one.stock.sold);
    }
    return out;
}

}  // namespace

TEST_CASE("the shelves say what the database says, whatever is done and after a restart") {
    Server server;
    SeededRandom random{7};
    const auto up_to = [&](std::uint64_t end) {
        return static_cast<std::size_t>(random.u64() % end);
    };
    std::vector<SkuId> skus{server.sku(50), server.sku(50), server.sku(3)};
    std::vector<DealId> deals;
    for (int step = 0; step < 400; ++step) {
        const SkuId sku = skus[up_to(skus.size())];
        const std::string buyer = "buyer " + std::to_string(up_to(9));
        switch (up_to(7)) {
            case 0: server.ask(HoldStock{sku, {}, 1}, buyer, std::to_string(step)); break;
            case 1: server.ask(ReleaseHold{sku}, buyer); break;
            case 2:
                server.ask(PlaceOrder{.lines = {{sku, {}, 2}}}, buyer, std::to_string(step));
                break;
            case 3: server.ask(MoveStock{sku, 2, MoveReason::Received}); break;
            case 4: {
                Sku changed{.id = sku, .shop = "main", .name = "new", .price = {step + 1'000}};
                changed.on_sale = step % 3 != 0;
                server.ask(PutSku{changed});
                break;
            }
            case 5: {
                const Decided made = server.ask(PutDeal{{.sku = sku,
                                                         .price = {500 + step},
                                                         .quantity = 1,
                                                         .starts_at = opening + 1h,
                                                         .ends_at = opening + 2h}});
                if (made.is_accepted()) deals.emplace_back(made.receipt.number);
                break;
            }
            default:
                if (deals.empty()) break;
                const DealId deal = deals[up_to(deals.size())];
                step % 2 == 0 ? server.ask(StartDeal{deal}) : server.ask(EndDeal{deal});
        }
        if (step % 50 == 49) server.restart();
        const auto looked = server.desk->shelves().look("main");
        REQUIRE(looked);
        Shelf kept = *read_shelf(*server.database, "main", skus);
        std::ranges::sort(kept.deals, {}, [](const ShelfDeal& one) { return one.deal.id.value; });
        REQUIRE(shown(looked->shelf) == shown(kept));
    }
    CHECK_FALSE(deals.empty());
}

TEST_CASE("a change is counted for its own shop alone") {
    Server server;
    const SkuId mine = server.sku(5);
    const Decided other = server.ask(PutSku{{.shop = "other", .name = "gloss", .price = {1}}});
    REQUIRE(other.is_accepted());
    const StockShelves& shelves = server.desk->shelves();
    const std::uint64_t seen = shelves.changes();
    const std::int64_t before = shelves.look("main")->version;
    const std::int64_t others = shelves.look("other")->version;
    CHECK(shelves.changed_since(seen).empty());
    CHECK(server.ask(HoldStock{mine, {}, 1}, "ann", "k").is_accepted());
    CHECK(shelves.changed_since(seen) == std::vector<std::string>{"main"});
    CHECK(shelves.look("main")->version > before);
    CHECK(shelves.look("other")->version == others);
    server.restart();
    CHECK(server.desk->shelves().look("other")->version > others);
}
