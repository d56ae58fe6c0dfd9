#include "api/buying/stock_snapshots.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

/// As an answer of the server, for at().
http::Answer read(const api::StockSnapshots& snapshots, const std::string& shop) {
    http::Answer answer;
    const auto response = snapshots.of(shop);
    REQUIRE(response);
    answer.status = response->status();
    answer.body = as_text(std::get<Bytes>(response->body()));
    return answer;
}

}  // namespace

TEST_CASE("what is shown of the stock follows what is sold") {
    const auto story = [](Door& door) -> Task<void> {
        api::SharedAnswers catalogue(*door.place.readers, system_clock());
        api::StockSnapshots snapshots(api::ShopSources{*door.place.readers, door.place.writer,
                                                       door.place.selling, system_clock(),
                                                       catalogue, door.place.shops});
        CHECK_FALSE(snapshots.of("main"));
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper, 8);
        const auto rendered = co_await snapshots.render(door.place.loop);
        REQUIRE(rendered);
        const http::Answer before = read(snapshots, "main");
        CHECK(at(before, "/shop") == "main");
        CHECK(number_at(before, "/skus/0/sku") == tea.sku);
        CHECK(at(before, "/skus/0/state") == "available");
        CHECK(at(before, "/skus/0/left") == "null");  // how much there is shows when it is little
        CHECK(at(before, "/skus/0/price") == "10000");
        CHECK(at(before, "/skus/0/deal") == "null");
        CHECK_FALSE(snapshots.of("nowhere"));
        const std::string first(snapshots.of("main")->etag());

        Visitor buyer = co_await viewer(door);
        co_await ordered(buyer, tea.sku, 6);
        CHECK(read(snapshots, "main").body == before.body);
        const auto again = co_await snapshots.render(door.place.loop);
        REQUIRE(again);
        const http::Answer after = read(snapshots, "main");
        CHECK(at(after, "/skus/0/state") == "low");
        CHECK(at(after, "/skus/0/left") == "2");
        CHECK(number_at(after, "/version") > number_at(before, "/version"));
        CHECK(snapshots.of("main")->etag() != first);
    };
    play(story);
}

TEST_CASE("a deal is shown before, while and after it runs") {
    const auto story = [](Door& door) -> Task<void> {
        api::SharedAnswers catalogue(*door.place.readers, system_clock());
        api::StockSnapshots snapshots(api::ShopSources{*door.place.readers, door.place.writer,
                                                       door.place.selling, system_clock(),
                                                       catalogue, door.place.shops});
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper, 8);
        std::string body = fmt::format(R"({{"sku":{},"price":7000,"quantity":3,
            "starts_at":"2098-01-01T00:00:00Z","ends_at":"2099-01-01T00:00:00Z"}})",
                                       tea.sku);
        const auto made = co_await keeper.post("/api/v1/shops/main/deals", std::move(body));
        REQUIRE(made.status == 201);
        (void)co_await snapshots.render(door.place.loop);
        const http::Answer before = read(snapshots, "main");
        CHECK(at(before, "/deals/0/state") == "scheduled");
        CHECK(at(before, "/deals/0/left") == "3");
        CHECK(at(before, "/skus/0/deal") == "null");

        const std::string deal = made.header("Location");
        const auto started = co_await keeper.post(deal + "/start");
        REQUIRE(started.status == 200);
        (void)co_await snapshots.render(door.place.loop);
        const http::Answer now = read(snapshots, "main");
        CHECK(at(now, "/deals/0/state") == "running");
        CHECK(at(now, "/deals/0/price") == "7000");
        CHECK(at(now, "/deals/0/was") == "10000");
        CHECK(at(now, "/skus/0/deal") == at(made, "/id"));
        CHECK(at(now, "/skus/0/left") == "5");  // three are the deal's

        const auto ended = co_await keeper.post(deal + "/end");
        REQUIRE(ended.status == 200);
        (void)co_await snapshots.render(door.place.loop);
        CHECK(at(read(snapshots, "main"), "/skus/0/deal") == "null");
    };
    play(story);
}
