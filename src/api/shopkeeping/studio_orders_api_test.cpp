#include "api/shopkeeping/studio_orders_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* url = "/api/v1/shops/main/orders";

std::string path_of(std::int64_t order) {
    return fmt::format("/api/v1/shops/main/orders/{}", order);
}

std::string to(std::string_view stage) {
    return fmt::format(R"({{"to":"{}"}})", stage);
}

std::string units(std::int64_t count) {
    return fmt::format(R"({{"lines":[{{"line":0,"units":{}}}]}})", count);
}

/// Three units, paid for.
Task<std::int64_t> paid_order(Door& door, Visitor& buyer, std::int64_t sku) {
    const std::int64_t order = co_await ordered(buyer, sku, 3);
    co_await pay(door, order);
    co_return order;
}

}  // namespace

TEST_CASE("a shop sees its own orders, and who bought") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        const std::int64_t mine = co_await ordered(buyer, tea.sku, 3);
        const std::int64_t other = co_await ordered(buyer, foreign.sku, 1);
        const auto list = co_await keeper.get(url);
        CHECK(count_at(list, "/orders") == 1);
        CHECK(number_at(list, "/orders/0/id") == mine);
        CHECK(at(list, "/orders/0/buyer/login") == "viewer");
        const auto one = co_await keeper.get(path_of(mine));
        CHECK(one.status == 200);
        CHECK(one.has("ETag"));
        CHECK(at(one, "/buyer/login") == "viewer");
        CHECK(at(one, "/address/postcode") == "04524");
        CHECK(at(one, "/refunds") == "[]");
        for (const std::string what : {"", "/cancel", "/refunds", "/stage"}) {
            const std::string method = what.empty() ? "GET" : "POST";
            const auto answer = co_await keeper.ask(method, path_of(other) + what, to("shipped"));
            CHECK_MESSAGE(said(answer) == "404 order_not_found", what);
        }
        const auto bought = co_await buyer.get(path_of(mine));
        CHECK(said(bought) == "403 forbidden");
        const auto paid = co_await keeper.get(std::string(url) + "?state=PAID");
        CHECK(at(paid, "/orders") == "[]");
        const auto wrong = co_await keeper.get(std::string(url) + "?state=NEW");
        CHECK(blamed(wrong) == "400 invalid_state state");
    };
    play(story);
}

TEST_CASE("an order goes forward only, and step by step to who gets it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t id = co_await ordered(buyer, tea.sku, 3);
        const std::string stage = path_of(id) + "/stage";
        const auto unpaid = co_await keeper.post(stage, to("preparing"));
        CHECK(said(unpaid) == "409 wrong_state");
        co_await pay(door, id);
        for (const std::string word : {"ordered", "lost", ""}) {
            const auto answer = co_await keeper.post(stage, to(word));
            CHECK(blamed(answer) == "400 invalid_to to");
        }
        const auto too_far = co_await keeper.post(stage, to("delivered"));
        CHECK(said(too_far) == "409 wrong_state");
        const auto preparing = co_await keeper.post(stage, to("preparing"));
        CHECK(preparing.status == 200);
        CHECK(at(preparing, "/stage") == "preparing");
        CHECK(at(preparing, "/state") == "PREPARING");
        const auto same = co_await keeper.post(stage, to("preparing"));
        CHECK(said(same) == "409 wrong_state");
        const auto shipped = co_await keeper.post(stage, to("shipped"));
        CHECK(at(shipped, "/state") == "SHIPPED");
        CHECK(at(shipped, "/can_cancel") == "false");
        CHECK(row(door, "SELECT on_hand || ' ' || sold FROM stock") == "7 0");
        const auto back = co_await keeper.post(stage, to("preparing"));
        CHECK(said(back) == "409 wrong_state");
        const auto delivered = co_await keeper.post(stage, to("delivered"));
        CHECK(at(delivered, "/state") == "DELIVERED");
        const auto cancelled = co_await keeper.post(path_of(id) + "/cancel");
        CHECK(said(cancelled) == "409 wrong_state");
        CHECK(row(door,
                  "SELECT GROUP_CONCAT(action) FROM (SELECT action FROM audit"
                  " WHERE action LIKE 'order.%' ORDER BY seq)") ==
              "order.preparing,order.shipped,order.delivered");
    };
    play(story);
}

TEST_CASE("units are refunded one by one, the last with everything that is left") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 10, 9'000);
        const std::int64_t id = co_await paid_order(door, buyer, tea.sku);
        const std::string refunds = path_of(id) + "/refunds";
        const auto first = co_await keeper.post(refunds, units(1));
        CHECK(first.status == 201);
        CHECK(first.header("Location") == path_of(id));
        CHECK(at(first, "/state") == "REFUND_PENDING");
        CHECK(at(first, "/refunds/0/amount") == "9000");
        CHECK(at(first, "/refunds/0/state") == "pending");
        CHECK(at(first, "/lines/0/refunded_units") == "1");
        CHECK(row(door, "SELECT sold FROM stock") == "2");
        const auto meanwhile = co_await keeper.post(refunds, units(1));
        CHECK(said(meanwhile) == "409 wrong_state");
        co_await send_back(door, id);
        const auto part = co_await keeper.get(path_of(id));
        CHECK(at(part, "/state") == "PART_REFUNDED");
        CHECK(at(part, "/refunded") == "9000");
        CHECK(at(part, "/refunds/0/state") == "done");
        const auto rest = co_await keeper.post(refunds, units(2));
        CHECK(rest.status == 201);
        co_await send_back(door, id);
        const auto all = co_await keeper.get(path_of(id));
        CHECK(at(all, "/state") == "REFUNDED");
        CHECK(at(all, "/refunded") == "30000");  // the shipping as well
        CHECK(count_at(all, "/refunds") == 2);
        CHECK(row(door, "SELECT sold || ' ' || on_hand FROM stock") == "0 10");
    };
    play(story);
}

TEST_CASE("more than was bought is not refunded") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t unpaid = co_await ordered(buyer, tea.sku, 1);
        const auto early = co_await keeper.post(path_of(unpaid) + "/refunds", "{}");
        CHECK(said(early) == "409 wrong_state");
        const auto cancelled = co_await keeper.post(path_of(unpaid) + "/cancel");
        CHECK(at(cancelled, "/state") == "CANCELLED");
        CHECK(at(cancelled, "/history/1/note") == "cancelled by the shop");

        const std::int64_t id = co_await paid_order(door, buyer, tea.sku);
        const std::vector<std::string> bodies = {
            units(4),
            units(0),
            units(-1),
            R"({"lines":[{"line":1,"units":1}]})",
            R"({"lines":[{"line":-1,"units":1}]})",
            R"({"lines":[{"units":1}]})",
            R"({"lines":[{"line":0,"units":2},{"line":0,"units":2}]})",
            R"({"lines":[{"line":"0","units":1}]})",
            R"({"lines":3})",
        };
        for (const std::string& body : bodies) {
            const auto answer = co_await keeper.post(path_of(id) + "/refunds", body);
            CHECK_MESSAGE(blamed(answer) == "400 invalid_lines lines", body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM refund") == "0");
        CHECK(row(door, "SELECT SUM(refunded_units) FROM order_line") == "0");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'order.refund'") == "0");
    };
    play(story);
}

TEST_CASE("a refund that was sent twice with one key goes back once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t id = co_await paid_order(door, buyer, tea.sku);
        const std::string refunds = path_of(id) + "/refunds";
        const std::string key = "Idempotency-Key: one\r\n";
        const auto first = co_await keeper.post(refunds, units(1), key);
        CHECK(first.status == 201);
        const auto again = co_await keeper.post(refunds, units(1), key);
        CHECK(again.status == 201);
        CHECK(again.header("Idempotency-Replayed") == "true");
        CHECK(at(again, "/id") == at(first, "/id"));
        const auto other = co_await keeper.post(refunds, units(2), key);
        CHECK(said(other) == "422 idempotency_key_reused");
        CHECK(row(door, "SELECT COUNT(*) FROM refund") == "1");
        CHECK(row(door, "SELECT refunded_units FROM order_line") == "1");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'order.refund'") == "1");
    };
    play(story);
}

TEST_CASE("sales count what was paid and what went back") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t id = co_await paid_order(door, buyer, tea.sku);
        const auto refund = co_await keeper.post(path_of(id) + "/refunds", units(1));
        REQUIRE(refund.status == 201);
        co_await send_back(door, id);
        const auto sales = co_await keeper.get("/api/v1/shops/main/sales?by=day");
        CHECK(sales.status == 200);
        CHECK(at(sales, "/by") == "day");
        CHECK(at(sales, "/currency") == "KRW");
        CHECK(at(sales, "/total/orders") == "1");
        CHECK(at(sales, "/total/units") == "3");
        CHECK(at(sales, "/total/gross") == "30000");
        CHECK(at(sales, "/total/refunded") == "10000");
        CHECK(number_at(sales, "/top/0/sku") == tea.sku);
        const std::string below = "/api/v1/shops/main/sales?";
        const auto week = co_await keeper.get(below + "by=week");
        CHECK(blamed(week) == "400 invalid_by by");
        const auto later =
            co_await keeper.get(below + "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z");
        CHECK(blamed(later) == "400 invalid_from from");
        const auto never = co_await keeper.get(below + "to=never");
        CHECK(blamed(never) == "400 invalid_to to");
        const auto wide =
            co_await keeper.get(below + "from=2000-01-01T00:00:00Z&to=2026-01-01T00:00:00Z");
        CHECK(blamed(wide) == "400 invalid_from from");
        const auto theirs = co_await keeper.get("/api/v1/shops/other/sales");
        CHECK(said(theirs) == "404 shop_not_found");
    };
    play(story);
}
