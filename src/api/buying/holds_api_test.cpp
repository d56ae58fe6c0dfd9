#include "api/buying/holds_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* url = "/api/v1/holds";

std::string hold_of(std::int64_t sku, std::int64_t quantity) {
    return fmt::format(R"({{"sku":{},"quantity":{}}})", sku, quantity);
}

}  // namespace

TEST_CASE("a hold keeps units for its buyer until it is let go") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const Goods tea = co_await goods(keeper, 3);
        const auto held = co_await buyer.post(url, hold_of(tea.sku, 2));
        CHECK(held.status == 201);
        CHECK(held.header("Location") == "/api/v1/holds/" + at(held, "/id"));
        CHECK(number_at(held, "/sku") == tea.sku);
        CHECK(at(held, "/quantity") == "2");
        CHECK(at(held, "/price") == "10000");
        CHECK(at(held, "/shipping") == "3000");
        CHECK(at(held, "/deal") == "null");
        CHECK(at(held, "/expires_at") > at(held, "/server_time"));
        CHECK(row(door, "SELECT held FROM stock") == "2");

        const auto list = co_await buyer.get(url);
        CHECK(count_at(list, "/holds") == 1);
        CHECK(at(list, "/holds/0/id") == at(held, "/id"));
        const auto theirs = co_await other.get(url);
        CHECK(at(theirs, "/holds") == "[]");
        const auto rest = co_await other.post(url, hold_of(tea.sku, 2));
        CHECK(said(rest) == "409 all_held");
        CHECK(at(rest, "/more/shorts/0/available") == "1");

        const std::string one = held.header("Location");
        const auto foreign = co_await other.del(one);
        CHECK(said(foreign) == "404 hold_not_found");
        CHECK(row(door, "SELECT held FROM stock") == "2");
        const auto gone = co_await buyer.del(one);
        CHECK(gone.status == 204);
        CHECK(row(door, "SELECT held FROM stock") == "0");
        const auto again = co_await buyer.del(one);
        CHECK(again.status == 204);
        const auto unknown = co_await buyer.del("/api/v1/holds/4711");
        CHECK(said(unknown) == "404 hold_not_found");
    };
    play(story);
}

TEST_CASE("a sku is held once by a buyer, and a retry gets the same hold") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::string key = "Idempotency-Key: one\r\n";
        const auto held = co_await buyer.post(url, hold_of(tea.sku, 1), key);
        REQUIRE(held.status == 201);
        const auto same = co_await buyer.post(url, hold_of(tea.sku, 1), key);
        CHECK(same.status == 201);
        CHECK(same.header("Idempotency-Replayed") == "true");
        CHECK(at(same, "/id") == at(held, "/id"));
        CHECK_FALSE(held.has("Idempotency-Replayed"));
        const auto other = co_await buyer.post(url, hold_of(tea.sku, 1));
        CHECK(said(other) == "409 already_held");
        CHECK(at(other, "/more/receipt") == at(held, "/id"));
        CHECK(row(door, "SELECT held FROM stock") == "1");
    };
    play(story);
}

TEST_CASE("what cannot be held is refused") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 5);
        const Goods none = co_await goods(keeper, 0);
        const std::string sku = fmt::format("/api/v1/shops/main/skus/{}", tea.sku);
        const auto limited = co_await keeper.patch(sku, R"({"per_order_max":2})");
        REQUIRE(limited.status == 200);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {hold_of(4711, 1), "404 not_found"},
            {"{}", "404 not_found"},
            {hold_of(tea.sku, 0), "400 malformed"},
            {hold_of(tea.sku, 1000), "400 malformed"},
            {hold_of(tea.sku, 3), "409 limit_reached"},
            {hold_of(none.sku, 1), "409 sold_out"},
            {fmt::format(R"({{"sku":{},"deal":4711}})", tea.sku), "409 not_on_sale"},
            {R"({"sku":true})", "400 invalid_sku"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await buyer.post(url, each.body);
            CHECK_MESSAGE(said(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT SUM(held) FROM stock") == "0");
        Visitor nobody = co_await stranger(door);
        const auto strange = co_await nobody.post(url, hold_of(tea.sku, 1));
        CHECK(said(strange) == "401 sign_in_required");
    };
    play(story);
}

TEST_CASE("an order takes its buyer's hold over, at the hold's price") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 2);
        const auto held = co_await buyer.post(url, hold_of(tea.sku, 2));
        REQUIRE(held.status == 201);
        const std::string sku = fmt::format("/api/v1/shops/main/skus/{}", tea.sku);
        const auto dearer = co_await keeper.patch(sku, R"({"price":12000})");
        REQUIRE(dearer.status == 200);
        const auto placed = co_await buyer.post("/api/v1/orders", order_of(tea.sku, 2));
        CHECK(placed.status == 201);
        CHECK(at(placed, "/subtotal") == "20000");
        const auto list = co_await buyer.get(url);
        CHECK(at(list, "/holds") == "[]");
        CHECK(row(door, "SELECT held FROM stock") == "2");
    };
    play(story);
}
