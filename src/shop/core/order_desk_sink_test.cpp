#include <doctest/doctest.h>

#include "shop/core/order_desk.hpp"
#include "shop/core/testing.hpp"
#include "shop/limits.hpp"

/// The desk and what becomes of its batches, with a sink that fails when it is told.
using namespace shopcast;
using namespace shopcast::shop;
using namespace shopcast::shop::test;
using namespace std::chrono_literals;

namespace {

class ScriptedSink final : public CommitSink {
public:
    Result<Snapshot> take_over(WallTime expired_since) override {
        ++taken_over;
        since = expired_since;
        if (take_over_fails) return fail(*take_over_fails, "take over");
        return snapshot;
    }
    Result<void> commit(const Batch& batch) override {
        if (commit_fails) return fail(*commit_fails, "commit");
        commits.push_back(batch.number_after - batch.number_before);
        return {};
    }
    Result<void> for_each_key(
        WallTime of, const std::function<void(const AccountId&, std::string_view)>& see) override {
        keys_since = of;
        if (keys_fail) return fail(Errc::Io, "keys");
        see(AccountId("ann"), "seen");
        return {};
    }
    Result<std::optional<AcceptedKey>> find_key(const AccountId&, std::string_view key) override {
        looked_up.append("key ").append(key).append(" ");
        if (lookup_fails) return fail(Errc::Io, "look up");
        return std::nullopt;
    }
    Result<bool> is_event_applied(std::string_view id) override {
        looked_up.append("event ").append(id).append(" ");
        return false;
    }
    Result<std::optional<Order>> find_order(OrderId id) override {
        looked_up.append("order ").append(std::to_string(id.value)).append(" ");
        return std::nullopt;
    }

    Snapshot snapshot;
    std::optional<Errc> take_over_fails;
    std::optional<Errc> commit_fails;
    bool keys_fail = false;
    bool lookup_fails = false;
    int taken_over = 0;
    WallTime since;
    WallTime keys_since;
    std::vector<std::int64_t> commits;  ///< How many numbers each batch took.
    std::string looked_up;
};

struct Desk {
    Desk() {
        sink.snapshot.last_number = 1;
        sink.snapshot.skus.push_back(
            {.id = SkuId(1), .shop = "main", .name = "cream", .price = {500, Currency::Krw}});
        sink.snapshot.counters = {{PoolId(1), {.on_hand = 9}}};
        sink.snapshot.moved = {{PoolId(1), {.on_hand = 9}}};
    }
    void submit(What what, const std::string& account = "ann", const std::string& key = {}) {
        desk.submit({std::move(what), AccountId(account), key, {}},
                    [this](Decided answer) { answers.push_back(std::move(answer)); });
    }
    Verdict ask(What what, const std::string& account = "ann", const std::string& key = {}) {
        answers.clear();
        submit(std::move(what), account, key);
        (void)desk.run(sink);
        REQUIRE(answers.size() == 1);
        return answers[0].verdict;
    }

    ScriptedSink sink;
    ManualClock clock;
    std::vector<RequestKind> asks;
    std::vector<Errc> lost;
    std::vector<Decided> answers;
    int woken = 0;
    OrderDesk desk{
        Rules{}, clock,
        OrderDesk::Hooks{.wake = [this] { ++woken; },
                         .ask = [this](const ProviderRequest& ask) { asks.push_back(ask.kind); },
                         .lost = [this](const Error& e) { lost.push_back(e.code); }}};
};

}  // namespace

TEST_CASE("the desk takes over once, from as far back as holds and keys count") {
    Desk desk;
    CHECK(desk.desk.allocator() == nullptr);
    CHECK(desk.ask(Tick{}) == Verdict::Accepted);
    CHECK(desk.woken == 1);
    CHECK(desk.desk.allocator() != nullptr);
    CHECK(desk.sink.since == opening - 2'400s);
    CHECK(desk.sink.keys_since == opening - limits::seen_keys_of);
    CHECK(desk.desk.board().look(PoolId(1))->available == 9);
    CHECK(desk.desk.shelves().changes() == 2);
    CHECK(desk.sink.commits.empty());  // nothing to write
    CHECK(desk.ask(HoldStock{SkuId(1), {}, 2}) == Verdict::Accepted);
    CHECK(desk.sink.commits == std::vector<std::int64_t>{1});
    CHECK(desk.sink.taken_over == 1);
    CHECK(desk.desk.board().look(PoolId(1))->available == 7);
    CHECK(desk.desk.shelves().changes() == 3);
    CHECK(desk.ask(ReleaseHold{SkuId(99)}) == Verdict::Accepted);
    CHECK(desk.desk.shelves().changes() == 3);
}

TEST_CASE(
    "what cannot be taken over is not sold, and only a full disk or a busy one is tried again") {
    for (const Errc code : {Errc::Io, Errc::Conflict, Errc::Malformed, Errc::Full, Errc::Busy}) {
        Desk desk;
        desk.sink.take_over_fails = code;
        CHECK(desk.ask(Tick{}) == Verdict::NotSelling);
        CHECK(desk.lost == (code == Errc::Io ? std::vector{code} : std::vector<Errc>{}));
        CHECK_FALSE(desk.desk.board().look(PoolId(1)));
        desk.sink.take_over_fails.reset();
        const bool passes = code == Errc::Full || code == Errc::Busy;
        CHECK(desk.ask(Tick{}) == (passes ? Verdict::Accepted : Verdict::NotSelling));
        CHECK(desk.sink.taken_over == (passes ? 2 : 1));
    }
    Desk keyless;
    keyless.sink.keys_fail = true;
    CHECK(keyless.ask(Tick{}) == Verdict::NotSelling);
    CHECK(keyless.lost.empty());
    Desk broken;
    broken.sink.snapshot.moved.clear();
    CHECK(broken.ask(Tick{}) == Verdict::NotSelling);
}

TEST_CASE("a batch that was not saved is refused when that is certain, else the process ends") {
    for (const Errc code : {Errc::Full, Errc::Busy, Errc::Io, Errc::Conflict}) {
        Desk desk;
        CHECK(desk.ask(Tick{}) == Verdict::Accepted);
        desk.sink.commit_fails = code;
        desk.answers.clear();
        desk.submit(PlaceOrder{.lines = {{SkuId(1), {}, 1}}});
        CHECK_FALSE(desk.desk.run(desk.sink));
        CHECK(desk.asks.empty());  // nothing is asked of the provider that was not saved
        CHECK(desk.desk.board().look(PoolId(1))->available == 9);
        if (code == Errc::Full || code == Errc::Busy) {
            REQUIRE(desk.answers.size() == 1);
            CHECK(desk.answers[0].verdict ==
                  (code == Errc::Full ? Verdict::NotSelling : Verdict::Busy));
            CHECK(desk.lost.empty());
            desk.sink.commit_fails.reset();
            CHECK(desk.ask(PlaceOrder{.lines = {{SkuId(1), {}, 1}}}) == Verdict::Accepted);
            CHECK(desk.asks == std::vector{RequestKind::CreateIntent});
        } else {
            CHECK(desk.answers.empty());
            CHECK(desk.lost == std::vector{code});
        }
    }
}

TEST_CASE("a command that cannot be looked up ends the process, unanswered") {
    Desk desk;
    desk.sink.lookup_fails = true;
    desk.submit(HoldStock{SkuId(1), {}, 1}, "ann", "k");
    CHECK_FALSE(desk.desk.run(desk.sink));
    CHECK(desk.answers.empty());
    CHECK(desk.lost == std::vector{Errc::Io});
}

TEST_CASE("only what a command names is looked up") {
    Desk desk;
    CHECK(desk.ask(HoldStock{SkuId(1), {}, 1}) == Verdict::Accepted);
    CHECK(desk.sink.looked_up.empty());
    CHECK(desk.ask(HoldStock{SkuId(1), {}, 1}, "bob", "k") == Verdict::Accepted);
    CHECK(desk.sink.looked_up == "key k ");
    CHECK(desk.ask(ReportPayment{.order = OrderId(77)}) == Verdict::NotFound);
    CHECK(desk.sink.looked_up == "key k order 77 ");
    CHECK(desk.ask(ReportPayment{.order = OrderId(78), .event_id = "e"}) == Verdict::NotFound);
    CHECK(desk.sink.looked_up == "key k order 77 event e order 78 ");
    CHECK(desk.ask(PlaceOrder{.lines = {{SkuId(1), {}, 1}}}, "eve") == Verdict::Accepted);
    const OrderId order(desk.answers[0].receipt.number);
    CHECK(desk.ask(CancelOrder{order}, "eve") == Verdict::Accepted);  // it is known
    CHECK(desk.sink.looked_up == "key k order 77 event e order 78 ");
}

TEST_CASE("what is gone is told without the queue, line by line, but to whom a key may know") {
    Desk desk;
    desk.sink.snapshot.last_number = 3;
    desk.sink.snapshot.skus.push_back(
        {.id = SkuId(2), .shop = "main", .name = "gone", .price = {500, Currency::Krw}});
    desk.sink.snapshot.counters.push_back({PoolId(2), {}});
    CHECK(desk.ask(Tick{}) == Verdict::Accepted);
    const auto early = [&](What what, const std::string& key = {}) {
        desk.answers.clear();
        desk.submit(std::move(what), "ann", key);
        const bool is_early = !desk.answers.empty();
        if (!is_early) (void)desk.desk.run(desk.sink);
        return is_early;
    };
    CHECK(early(HoldStock{SkuId(2), {}, 4}));
    REQUIRE(desk.answers.at(0).shorts.size() == 1);
    CHECK(desk.answers[0].verdict == Verdict::SoldOut);
    CHECK(desk.answers[0].shorts[0].sku == SkuId(2));
    CHECK(desk.answers[0].shorts[0].lines == std::vector<std::size_t>{0});
    CHECK(desk.answers[0].shorts[0].wanted == 4);
    CHECK(early(PlaceOrder{.lines = {{SkuId(1), {}, 1}, {SkuId(2), {}, 3}}}));
    REQUIRE(desk.answers[0].shorts.size() == 1);
    CHECK(desk.answers[0].shorts[0].lines == std::vector<std::size_t>{1});
    CHECK(desk.answers[0].shorts[0].wanted == 3);
    CHECK(early(HoldStock{SkuId(1), DealId(2), 1}));  // the deal's pool is looked at
    CHECK_FALSE(early(HoldStock{SkuId(99), {}, 1}));  // the allocator knows
    CHECK_FALSE(early(HoldStock{SkuId(2), {}, 1}, "seen"));
    CHECK(early(HoldStock{SkuId(2), {}, 1}, "new"));
    CHECK_FALSE(early(Tick{}));
    CHECK_FALSE(early(ReleaseHold{SkuId(1)}, "used"));
    CHECK_FALSE(early(HoldStock{SkuId(2), {}, 1}, "used"));  // it may have been accepted
}

TEST_CASE("the queue is emptied batch by batch, and takes as many again") {
    Desk desk;
    const auto fill = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) desk.submit(Tick{});
    };
    const auto busy = [&] {
        return std::ranges::count(desk.answers, Verdict::Busy, &Decided::verdict);
    };
    fill(limits::allocator_queue_max);
    CHECK(desk.answers.empty());
    CHECK(desk.woken == static_cast<int>(limits::allocator_queue_max));
    CHECK(desk.desk.run(desk.sink));
    CHECK(desk.answers.size() == limits::allocator_batch_max);
    // Round after round, so that the queue's front moves beyond its length.
    for (std::size_t round = 0; round < 20; ++round) {
        desk.answers.clear();
        fill(limits::allocator_batch_max + 1);
        CHECK(busy() == 1);
        CHECK(desk.desk.run(desk.sink));
        CHECK(desk.answers.size() == limits::allocator_batch_max + 1);
    }
    desk.answers.clear();
    std::size_t runs = 1;
    while (desk.desk.run(desk.sink)) ++runs;
    CHECK(runs == limits::allocator_queue_max / limits::allocator_batch_max - 1);
    CHECK(desk.answers.size() == limits::allocator_queue_max - limits::allocator_batch_max);
    CHECK(busy() == 0);
}

TEST_CASE("a tick that left something due is followed by another") {
    Desk desk;
    const auto count = static_cast<std::int64_t>(limits::allocator_due_max);
    desk.sink.snapshot.counters[0].second.on_hand = count + 1;
    desk.sink.snapshot.moved[0].second.on_hand = count + 1;
    for (std::int64_t i = 0; i <= count; ++i) {
        desk.submit(HoldStock{SkuId(1), {}, 1}, "acc" + std::to_string(i));
    }
    while (desk.desk.run(desk.sink)) {
    }
    CHECK(desk.desk.board().look(PoolId(1))->available == 0);
    desk.clock.pass(300s);
    desk.submit(ReleaseHold{SkuId(99)});
    CHECK_FALSE(desk.desk.run(desk.sink));  // nobody has told the time
    desk.submit(Tick{});
    CHECK(desk.desk.run(desk.sink));
    CHECK(desk.desk.board().look(PoolId(1))->available == count);
    CHECK_FALSE(desk.desk.run(desk.sink));
    CHECK(desk.desk.board().look(PoolId(1))->available == count + 1);
}
