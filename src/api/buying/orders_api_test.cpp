#include "api/buying/orders_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* url = "/api/v1/orders";

std::string key(std::string_view name) {
    return fmt::format("Idempotency-Key: {}\r\n", name);
}

std::string path_of(std::int64_t order) {
    return fmt::format("/api/v1/orders/{}", order);
}

shop::SellingSettings without_payments() {
    shop::SellingSettings settings;
    settings.payments = shop::Payments::None;
    return settings;
}

}  // namespace

TEST_CASE("an order keeps its units, and says what it costs") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto placed = co_await buyer.post(url, order_of(tea.sku, 2));
        CHECK(placed.status == 201);
        CHECK(placed.header("Location") == path_of(number_at(placed, "/id")));
        CHECK(at(placed, "/state") == "PENDING_PAYMENT");
        CHECK(at(placed, "/stage") == "ordered");
        CHECK(at(placed, "/shop") == "main");
        CHECK(at(placed, "/subtotal") == "20000");
        CHECK(at(placed, "/shipping") == "3000");
        CHECK(at(placed, "/total") == "23000");
        CHECK(at(placed, "/coupon") == "null");
        CHECK(at(placed, "/address/recipient") == "Kim");
        CHECK(at(placed, "/lines/0/quantity") == "2");
        CHECK(at(placed, "/lines/0/name/en") == "Green tea");
        CHECK(at(placed, "/payment/provider") == "fake");
        CHECK(at(placed, "/payment/next") == "wait");
        CHECK(at(placed, "/history/0/note") == "placed");
        CHECK(at(placed, "/can_cancel") == "true");
        CHECK(row(door, "SELECT held || ' ' || sold FROM stock") == "2 0");

        co_await pay(door, number_at(placed, "/id"));
        const auto paid = co_await buyer.get(path_of(number_at(placed, "/id")));
        CHECK(paid.status == 200);
        CHECK(paid.has("ETag"));
        CHECK(at(paid, "/state") == "PAID");
        CHECK(at(paid, "/payment/state") == "CAPTURED");
        CHECK(at(paid, "/payment/next") == "none");
        CHECK(row(door, "SELECT held || ' ' || sold FROM stock") == "0 2");
    };
    play(story);
}

TEST_CASE("a cart is ordered as it was seen, and is empty then") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto address = co_await buyer.put("/api/v1/account/address", std::string(home));
        REQUIRE(address.status == 200);
        const auto empty = co_await buyer.post(url, R"({"cart_version":0})");
        CHECK(said(empty) == "409 cart_empty");
        const std::string line = fmt::format(R"({{"sku":{}}})", tea.sku);
        const auto first = co_await buyer.post("/api/v1/cart/lines", line);
        const auto second = co_await buyer.post("/api/v1/cart/lines", line);
        CHECK(at(second, "/has_address") == "true");
        const auto stale = co_await buyer.post(
            url, fmt::format(R"({{"cart_version":{}}})", at(first, "/version")));
        CHECK(blamed(stale) == "412 changed_meanwhile cart_version");
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "0");
        const auto placed =
            co_await buyer.post(url, fmt::format(R"({{"cart_version":{},"expected_total":{}}})",
                                                 at(second, "/version"), at(second, "/total")));
        CHECK(placed.status == 201);
        CHECK(at(placed, "/lines/0/quantity") == "2");
        CHECK(at(placed, "/address/line1") == "Sejong-daero 1");
        const auto cart = co_await buyer.get("/api/v1/cart");
        CHECK(at(cart, "/lines") == "[]");
    };
    play(story);
}

TEST_CASE("a coupon takes its part off an order, once for a buyer") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const Goods cup = co_await goods(keeper);
        const auto coupon = co_await keeper.post(
            "/api/v1/shops/main/coupons",
            R"({"code":"TEN","percent_off":10,"quota":5,"ends_at":"2099-01-01T00:00:00Z"})");
        REQUIRE(coupon.status == 201);
        const std::string rest = fmt::format(R"("coupon":"TEN","address":{})", home);
        const auto first = co_await buyer.post(
            url, fmt::format(R"({{"lines":[{{"sku":{}}}],{}}})", tea.sku, rest));
        CHECK(first.status == 201);
        CHECK(at(first, "/coupon") == "TEN");
        CHECK(at(first, "/discount") == "1000");
        CHECK(at(first, "/total") == "12000");
        const auto second = co_await buyer.post(
            url, fmt::format(R"({{"lines":[{{"sku":{}}}],{}}})", cup.sku, rest));
        CHECK(said(second) == "409 coupon_refused");
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "1");
    };
    play(story);
}

TEST_CASE("an order that cannot be made says why, and takes nothing") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 3);
        const std::string line = fmt::format(R"({{"sku":{},"quantity":2}})", tea.sku);
        const std::string to = fmt::format(R"("address":{})", home);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {"{" + to + "}", "400 invalid_lines lines"},
            {R"({"lines":[],)" + to + "}", "400 invalid_lines lines"},
            {R"({"cart_version":0,"lines":[)" + line + "]," + to + "}", "400 invalid_lines lines"},
            {R"({"lines":"all",)" + to + "}", "400 invalid_lines lines"},
            {R"({"lines":[{"sku":"tea"}],)" + to + "}", "400 invalid_sku sku"},
            {R"({"lines":[)" + line + "]}", "409 address_missing (absent)"},
            {R"({"lines":[)" + line + R"(],"address":{"recipient":"Kim"}})",
             "400 invalid_phone phone"},
            {R"({"lines":[)" + line + R"(],"expected_total":22999,)" + to + "}",
             "409 price_changed (absent)"},
            {R"({"lines":[)" + line + R"(],"coupon":"NONE",)" + to + "}",
             "409 coupon_refused (absent)"},
            {R"({"lines":[{"sku":4711}],)" + to + "}", "404 not_found (absent)"},
            {R"({"lines":[)" + line + "," + line + "]," + to + "}", "409 sold_out (absent)"},
            {R"({"lines":[{"sku":1,"quantity":0}],)" + to + "}", "400 malformed (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await buyer.post(url, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "0");
        CHECK(row(door, "SELECT held FROM stock") == "0");

        const auto dearer = co_await buyer.post(url, cases[7].body);
        CHECK(at(dearer, "/more/total") == "23000");
        const auto more = co_await buyer.post(url, cases[10].body);
        CHECK(number_at(more, "/more/shorts/0/sku") == tea.sku);
        CHECK(at(more, "/more/shorts/0/wanted") == "4");
        CHECK(at(more, "/more/shorts/0/available") == "3");
        CHECK(at(more, "/more/shorts/0/lines") == "[0,1]");
    };
    play(story);
}

TEST_CASE("the same order sent again is the same order") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const Goods tea = co_await goods(keeper);
        const auto first = co_await buyer.post(url, order_of(tea.sku, 1), key("one"));
        CHECK(first.status == 201);
        const auto again = co_await buyer.post(url, order_of(tea.sku, 1), key("one"));
        CHECK(again.status == 201);
        CHECK(again.header("Idempotency-Replayed") == "true");
        CHECK(at(again, "/id") == at(first, "/id"));
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "1");
        const auto different = co_await buyer.post(url, order_of(tea.sku, 2), key("one"));
        CHECK(said(different) == "422 idempotency_key_reused");
        // A key is its account's own.
        const auto theirs = co_await other.post(url, order_of(tea.sku, 2), key("one"));
        CHECK(theirs.status == 201);
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "2");
    };
    play(story);
}

TEST_CASE("an order of a cart is found again by its key, though the cart is empty by then") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto put = co_await buyer.post("/api/v1/cart/lines",
                                             fmt::format(R"({{"sku":{},"quantity":2}})", tea.sku));
        REQUIRE(put.status == 200);
        const auto body = [](std::int64_t version) {
            return fmt::format(R"({{"cart_version":{},"address":{}}})", version, home);
        };
        const std::int64_t version = number_at(put, "/version");
        const auto first = co_await buyer.post(url, body(version), key("one"));
        REQUIRE(first.status == 201);
        CHECK(row(door, "SELECT COUNT(*) FROM cart_line") == "0");
        const auto again = co_await buyer.post(url, body(version), key("one"));
        CHECK(again.status == 201);
        CHECK(again.header("Idempotency-Replayed") == "true");
        CHECK(again.header("Location") == first.header("Location"));
        CHECK(at(again, "/id") == at(first, "/id"));
        const auto different = co_await buyer.post(url, body(version + 1), key("one"));
        CHECK(said(different) == "422 idempotency_key_reused");
        const auto late = co_await buyer.post(url, body(version), key("two"));
        CHECK(blamed(late) == "412 changed_meanwhile cart_version");
        const auto empty = co_await buyer.post(url, body(version + 1), key("two"));
        CHECK(said(empty) == "409 cart_empty");
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "1");
    };
    play(story);
}

TEST_CASE("an order that was just made reads as it is kept") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto coupon = co_await keeper.post("/api/v1/shops/main/coupons",
                                                 R"({"code":"TEN","percent_off":10,"quota":5,)"
                                                 R"("ends_at":"2099-01-01T00:00:00Z"})");
        REQUIRE(coupon.status == 201);
        const auto placed = co_await buyer.post(
            url,
            fmt::format(R"({{"lines":[{{"sku":{},"quantity":2}}],"coupon":"TEN","address":{}}})",
                        tea.sku, home));
        REQUIRE(placed.status == 201);
        const auto kept = co_await buyer.get(path_of(number_at(placed, "/id")));
        for (const char* const member :
             {"/id", "/shop", "/state", "/stage", "/subtotal", "/discount", "/shipping", "/tax",
              "/total", "/coupon", "/placed_at", "/pay_by", "/address", "/lines", "/history",
              "/payment", "/can_cancel"}) {
            CHECK_MESSAGE(at(placed, member) == at(kept, member), member);
        }
        CHECK(at(placed, "/coupon") == "TEN");
        CHECK(count_at(placed, "/history") == 1);
    };
    play(story);
}

TEST_CASE("somebody else's order is not there") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const Goods tea = co_await goods(keeper);
        const std::int64_t id = co_await ordered(buyer, tea.sku, 1);
        const auto seen = co_await other.get(path_of(id));
        CHECK(said(seen) == "404 order_not_found");
        const auto cancelled = co_await other.post(path_of(id) + "/cancel");
        CHECK(said(cancelled) == "404 order_not_found");
        // Not by way of the buyers' routes, whatever the role.
        const auto kept = co_await keeper.get(path_of(id));
        CHECK(said(kept) == "404 order_not_found");
        const auto list = co_await other.get(url);
        CHECK(at(list, "/orders") == "[]");
        CHECK(row(door, "SELECT state FROM orders") == "PENDING_PAYMENT");
    };
    play(story);
}

TEST_CASE("orders are listed in pages, the newest first") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        std::vector<std::int64_t> ids;
        for (int i = 0; i < 3; ++i) {
            const Goods tea = co_await goods(keeper);
            const std::int64_t id = co_await ordered(buyer, tea.sku, 1);
            ids.push_back(id);
        }
        co_await pay(door, ids[1]);
        const auto first = co_await buyer.get("/api/v1/orders?limit=2");
        CHECK(count_at(first, "/orders") == 2);
        CHECK(number_at(first, "/orders/0/id") == ids[2]);
        CHECK(number_at(first, "/orders/1/id") == ids[1]);
        CHECK(at(first, "/orders/1/state") == "PAID");
        CHECK(at(first, "/orders/1/total") == "13000");
        CHECK(at(first, "/orders/1/units") == "1");
        CHECK(at(first, "/orders/1/first_line/name/en") == "Green tea");
        CHECK(at(first, "/orders/0/buyer") == "(absent)");
        const auto second =
            co_await buyer.get("/api/v1/orders?limit=2&cursor=" + at(first, "/next_cursor"));
        CHECK(count_at(second, "/orders") == 1);
        CHECK(number_at(second, "/orders/0/id") == ids[0]);
        CHECK(at(second, "/next_cursor") == "null");
        const auto paid = co_await buyer.get("/api/v1/orders?state=PAID");
        CHECK(count_at(paid, "/orders") == 1);
        const auto wrong = co_await buyer.get("/api/v1/orders?state=paid");
        CHECK(blamed(wrong) == "400 invalid_state state");
        const auto nowhere = co_await buyer.get("/api/v1/orders?cursor=x");
        CHECK(blamed(nowhere) == "400 invalid_cursor cursor");
    };
    play(story);
}

TEST_CASE("an order is cancelled before it is sent, and not after") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t unpaid = co_await ordered(buyer, tea.sku, 3);
        const auto cancelled = co_await buyer.post(path_of(unpaid) + "/cancel");
        CHECK(cancelled.status == 200);
        CHECK(at(cancelled, "/state") == "CANCELLED");
        CHECK(at(cancelled, "/can_cancel") == "false");
        CHECK(row(door, "SELECT held FROM stock") == "0");
        const auto again = co_await buyer.post(path_of(unpaid) + "/cancel");
        CHECK(again.status == 200);

        const std::int64_t paid = co_await ordered(buyer, tea.sku, 2);
        co_await pay(door, paid);
        const auto back = co_await buyer.post(path_of(paid) + "/cancel");
        CHECK(at(back, "/state") == "REFUND_PENDING");
        CHECK(at(back, "/payment/next") == "wait");
        co_await send_back(door, paid);
        const auto refunded = co_await buyer.get(path_of(paid));
        CHECK(at(refunded, "/state") == "REFUNDED");
        CHECK(at(refunded, "/refunded") == at(refunded, "/total"));
        CHECK(row(door, "SELECT held || ' ' || sold FROM stock") == "0 0");

        const std::int64_t sent = co_await ordered(buyer, tea.sku, 1);
        co_await pay(door, sent);
        const auto shipped = co_await keeper.post(
            fmt::format("/api/v1/shops/main/orders/{}/stage", sent), R"({"to":"shipped"})");
        REQUIRE(shipped.status == 200);
        const auto late = co_await buyer.post(path_of(sent) + "/cancel");
        CHECK(said(late) == "409 wrong_state");
        CHECK(row(door, "SELECT state FROM orders ORDER BY id DESC LIMIT 1") == "SHIPPED");
    };
    play(story);
}

TEST_CASE("who has ordered a sku pays or cancels before ordering it again") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::int64_t first = co_await ordered(buyer, tea.sku, 1);
        const auto second = co_await buyer.post(url, order_of(tea.sku, 1));
        CHECK(said(second) == "409 already_held");
        CHECK(number_at(second, "/more/receipt") == first);
    };
    play(story);
}

TEST_CASE("a shop whose money nobody moves takes no orders") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto placed = co_await buyer.post(url, order_of(tea.sku, 1));
        CHECK(said(placed) == "409 no_orders");
        const auto held =
            co_await buyer.post("/api/v1/holds", fmt::format(R"({{"sku":{}}})", tea.sku));
        CHECK(said(held) == "409 no_orders");
        CHECK(row(door, "SELECT held FROM stock") == "0");
    };
    play(story, without_payments());
}

TEST_CASE("an order is of the shop that its products are of, and of no other that is named") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        const std::string foreign_order = order_of(foreign.sku, 1);
        const auto unnamed = co_await buyer.post(url, foreign_order);
        CHECK(unnamed.status == 201);
        CHECK(at(unnamed, "/shop") == "other");
        const auto mistaken = co_await buyer.post(std::string(url) + "?shop=main", foreign_order);
        CHECK(said(mistaken) == "404 not_found");
        const auto nowhere = co_await buyer.post(std::string(url) + "?shop=nowhere", foreign_order);
        CHECK(said(nowhere) == "404 shop_not_found");
        const auto named =
            co_await buyer.post(std::string(url) + "?shop=main", order_of(tea.sku, 1));
        CHECK(at(named, "/shop") == "main");
        const auto mixed = co_await buyer.post(
            url, fmt::format(R"({{"lines":[{{"sku":{}}},{{"sku":{}}}],"address":{}}})", tea.sku,
                             foreign.sku, home));
        CHECK(said(mixed) == "400 several_shops");
        const auto cart = co_await buyer.post(url, R"({"cart_version":1})");
        CHECK(blamed(cart) == "400 invalid_shop shop");
        CHECK(row(door, "SELECT COUNT(*) FROM orders") == "2");
    };
    play(story);
}

TEST_CASE("the cart that is ordered is the named shop's, and the other one stays") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        const auto mine = co_await buyer.post("/api/v1/cart/lines?shop=main",
                                              fmt::format(R"({{"sku":{}}})", tea.sku));
        REQUIRE(mine.status == 200);
        const auto other = co_await buyer.post("/api/v1/cart/lines?shop=other",
                                               fmt::format(R"({{"sku":{}}})", foreign.sku));
        REQUIRE(other.status == 200);
        const auto placed = co_await buyer.post(
            std::string(url) + "?shop=other",
            fmt::format(R"({{"cart_version":{},"address":{}}})", at(other, "/version"), home));
        CHECK(placed.status == 201);
        CHECK(at(placed, "/shop") == "other");
        CHECK(number_at(placed, "/lines/0/sku") == foreign.sku);
        const auto left = co_await buyer.get("/api/v1/carts");
        CHECK(at(left, "/carts") == R"([{"shop":"main","lines":1,"units":1}])");
    };
    play(story);
}
