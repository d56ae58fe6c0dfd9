#include "api/buying/cart_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

std::string line(std::int64_t sku, std::int64_t quantity) {
    return fmt::format(R"({{"sku":{},"quantity":{}}})", sku, quantity);
}

std::string lines_url(std::int64_t sku) {
    return fmt::format("/api/v1/cart/lines/{}", sku);
}

Task<void> add(Visitor& buyer, std::int64_t sku, std::int64_t quantity) {
    const auto added = co_await buyer.post("/api/v1/cart/lines", line(sku, quantity));
    REQUIRE(added.status == 200);
}

Task<void> coupon(Visitor& keeper, std::string terms) {
    std::string body = fmt::format(R"({{"quota":5,"ends_at":"2099-01-01T00:00:00Z",{}}})", terms);
    const auto made = co_await keeper.post("/api/v1/shops/main/coupons", std::move(body));
    REQUIRE(made.status == 201);
}

}  // namespace

TEST_CASE("a cart begins empty, and is somebody's") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor buyer = co_await viewer(door);
        Visitor nobody = co_await stranger(door);
        const auto cart = co_await buyer.get("/api/v1/cart");
        CHECK(cart.status == 200);
        CHECK(cart.header("Cache-Control") == "no-store");
        CHECK(at(cart, "/version") == "0");
        CHECK(at(cart, "/lines") == "[]");
        CHECK(at(cart, "/coupon") == "null");
        CHECK(at(cart, "/total") == "0");
        CHECK(at(cart, "/shipping") == "0");
        CHECK(at(cart, "/can_order") == "false");
        const auto none = co_await nobody.get("/api/v1/cart");
        CHECK(said(none) == "401 sign_in_required");
        const auto put = co_await nobody.post("/api/v1/cart/lines", line(1, 1));
        CHECK(said(put) == "401 sign_in_required");
    };
    play(story);
}

TEST_CASE("what is added twice is one line of both") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const Goods tea = co_await goods(keeper, 10, 9'000);
        co_await add(buyer, tea.sku, 1);
        const auto cart = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 2));
        CHECK(cart.status == 200);
        CHECK(cart.has("ETag"));
        CHECK(count_at(cart, "/lines") == 1);
        CHECK(at(cart, "/lines/0/quantity") == "3");
        CHECK(number_at(cart, "/lines/0/product") == tea.product);
        CHECK(at(cart, "/lines/0/name/en") == "Green tea");
        CHECK(at(cart, "/lines/0/unit_price") == "9000");
        CHECK(at(cart, "/lines/0/line_total") == "27000");
        CHECK(at(cart, "/lines/0/notes") == "[]");
        CHECK(at(cart, "/subtotal") == "27000");
        CHECK(at(cart, "/shipping") == "3000");
        CHECK(at(cart, "/total") == "30000");
        CHECK(at(cart, "/version") == "2");
        CHECK(at(cart, "/has_address") == "false");
        CHECK(at(cart, "/can_order") == "true");
        // From 30,000 on it is sent for nothing.
        const auto more = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 1));
        CHECK(at(more, "/shipping") == "0");
        CHECK(at(more, "/total") == "36000");
        CHECK(row(door, "SELECT quantity FROM cart_line") == "4");
        // A cart holds nothing, and is nobody else's.
        CHECK(row(door, "SELECT held FROM stock") == "0");
        const auto theirs = co_await other.get("/api/v1/cart");
        CHECK(at(theirs, "/lines") == "[]");
    };
    play(story);
}

TEST_CASE("a line is set, and goes with 0") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        co_await add(buyer, tea.sku, 4);
        const auto two = co_await buyer.put(lines_url(tea.sku), R"({"quantity":2})");
        CHECK(at(two, "/lines/0/quantity") == "2");
        const auto none = co_await buyer.put(lines_url(tea.sku), R"({"quantity":0})");
        CHECK(none.status == 200);
        CHECK(at(none, "/lines") == "[]");
        CHECK(row(door, "SELECT COUNT(*) FROM cart_line") == "0");
        const auto put = co_await buyer.put(lines_url(tea.sku), R"({"quantity":1})");
        CHECK(at(put, "/lines/0/quantity") == "1");
        const auto removed = co_await buyer.del(lines_url(tea.sku));
        CHECK(at(removed, "/lines") == "[]");
        co_await add(buyer, tea.sku, 1);
        const auto emptied = co_await buyer.del("/api/v1/cart");
        CHECK(emptied.status == 204);
        CHECK(row(door, "SELECT COUNT(*) FROM cart_line") == "0");
    };
    play(story);
}

TEST_CASE("who changes a cart that was changed meanwhile is told") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const auto seen = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 1));
        const std::string old = "If-Match: " + seen.header("ETag") + "\r\n";
        const auto first = co_await buyer.put(lines_url(tea.sku), R"({"quantity":5})", old);
        CHECK(first.status == 200);
        CHECK(at(first, "/lines/0/quantity") == "5");
        const auto late = co_await buyer.put(lines_url(tea.sku), R"({"quantity":7})", old);
        CHECK(said(late) == "412 changed_meanwhile");
        const auto emptied = co_await buyer.del("/api/v1/cart", old);
        CHECK(said(emptied) == "412 changed_meanwhile");
        const auto coupon = co_await buyer.put("/api/v1/cart/coupon", R"({"code":"X"})", old);
        CHECK(said(coupon) == "412 changed_meanwhile");
        CHECK(row(door, "SELECT quantity FROM cart_line") == "5");
        CHECK(row(door, "SELECT coupon FROM cart") == "");
    };
    play(story);
}

TEST_CASE("what cannot be in a cart is refused, and changes nothing") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {line(4711, 1), "404 sku_not_found (absent)"},
            {line(tea.sku, 0), "400 invalid_quantity quantity"},
            {line(tea.sku, -1), "400 invalid_quantity quantity"},
            {line(tea.sku, 1000), "400 invalid_quantity quantity"},
            {R"({"sku":"tea"})", "400 invalid_sku sku"},
            {R"({"sku":1.5})", "400 invalid_sku sku"},
            {"[]", "400 invalid_body (absent)"},
            {"{", "400 invalid_body (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await buyer.post("/api/v1/cart/lines", each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT COUNT(*) FROM cart") == "0");
        co_await add(buyer, tea.sku, 999);
        const auto more = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 1));
        CHECK(said(more) == "409 limit_reached");
        const auto unsaid = co_await buyer.put(lines_url(tea.sku), "{}");
        CHECK(said(unsaid) == "400 invalid_quantity");
        const auto unknown = co_await buyer.put(lines_url(4711), R"({"quantity":1})");
        CHECK(said(unknown) == "404 sku_not_found");
        CHECK(row(door, "SELECT quantity FROM cart_line") == "999");
    };
    play(story);
}

TEST_CASE("a line that was sent twice with one key is added once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const std::string key = "Idempotency-Key: one\r\n";
        const auto first = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 2), key);
        CHECK(first.status == 200);
        CHECK_FALSE(first.has("Idempotency-Replayed"));
        const auto again = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 2), key);
        CHECK(again.header("Idempotency-Replayed") == "true");
        CHECK(again.body == first.body);
        CHECK(row(door, "SELECT quantity FROM cart_line") == "2");
        const auto other = co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 3), key);
        CHECK(said(other) == "422 idempotency_key_reused");
        const auto empty =
            co_await buyer.post("/api/v1/cart/lines", line(tea.sku, 1), "Idempotency-Key: a b\r\n");
        CHECK(said(empty) == "400 invalid_idempotency_key");
    };
    play(story);
}

TEST_CASE("a coupon in the cart says whether it applies") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        co_await coupon(keeper, R"("code":"TEN","percent_off":10)");
        co_await coupon(keeper, R"("code":"BIG","minor_off":5000,"minimum":50000)");
        co_await add(buyer, tea.sku, 2);
        const auto ten = co_await buyer.put("/api/v1/cart/coupon", R"({"code":"TEN"})");
        CHECK(at(ten, "/coupon/state") == "applied");
        CHECK(at(ten, "/coupon/discount") == "2000");
        CHECK(at(ten, "/discount") == "2000");
        CHECK(at(ten, "/total") == "21000");
        const auto big = co_await buyer.put("/api/v1/cart/coupon", R"({"code":"BIG"})");
        CHECK(at(big, "/coupon/state") == "below_minimum");
        CHECK(at(big, "/coupon/minimum") == "50000");
        CHECK(at(big, "/discount") == "0");
        CHECK(at(big, "/can_order") == "false");
        const auto unknown = co_await buyer.put("/api/v1/cart/coupon", R"({"code":"NONE"})");
        CHECK(at(unknown, "/coupon/state") == "unknown");
        CHECK(at(unknown, "/can_order") == "false");
        const auto none = co_await buyer.put("/api/v1/cart/coupon", R"({"code":""})");
        CHECK(at(none, "/coupon") == "null");
        CHECK(at(none, "/can_order") == "true");
        const auto too_long = co_await buyer.put(
            "/api/v1/cart/coupon", fmt::format(R"({{"code":"{}"}})", std::string(41, 'A')));
        CHECK(blamed(too_long) == "400 invalid_code code");
    };
    play(story);
}

TEST_CASE("a cart notes what has changed since it was filled") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 3);
        const std::string sku = fmt::format("/api/v1/shops/main/skus/{}", tea.sku);
        co_await add(buyer, tea.sku, 4);
        const auto few = co_await buyer.get("/api/v1/cart");
        CHECK(at(few, "/lines/0/notes") == R"(["short"])");
        CHECK(at(few, "/lines/0/state") == "low");
        CHECK(at(few, "/lines/0/left") == "3");
        CHECK(at(few, "/can_order") == "false");
        const auto two = co_await buyer.put(lines_url(tea.sku), R"({"quantity":2})");
        CHECK(at(two, "/can_order") == "true");
        const auto dearer = co_await keeper.patch(sku, R"({"price":11000})");
        REQUIRE(dearer.status == 200);
        const auto now = co_await buyer.get("/api/v1/cart");
        CHECK(at(now, "/lines/0/notes") == R"(["price_changed"])");
        CHECK(at(now, "/lines/0/seen_price") == "10000");
        CHECK(at(now, "/lines/0/unit_price") == "11000");
        CHECK(at(now, "/can_order") == "true");
        const auto limited = co_await keeper.patch(sku, R"({"per_order_max":1})");
        REQUIRE(limited.status == 200);
        const auto over = co_await buyer.get("/api/v1/cart");
        CHECK(at(over, "/lines/0/notes") == R"(["over_limit","price_changed"])");
        const auto off = co_await keeper.patch(sku, R"({"on_sale":false})");
        REQUIRE(off.status == 200);
        const auto gone = co_await buyer.get("/api/v1/cart");
        CHECK(at(gone, "/lines/0/state") == "off");
        CHECK(at(gone, "/lines/0/notes/0") == "not_on_sale");
        CHECK(at(gone, "/can_order") == "false");
    };
    play(story);
}

TEST_CASE("a cart is of one shop, and one's carts are told apart") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        const std::string here = "/api/v1/cart/lines?shop=main";
        const std::string there = "/api/v1/cart/lines?shop=other";
        const auto none = co_await buyer.get("/api/v1/carts");
        CHECK(at(none, "/carts") == "[]");
        const auto abroad = co_await buyer.post(here, line(foreign.sku, 1));
        CHECK(said(abroad) == "404 sku_not_found");
        CHECK(row(door, "SELECT COUNT(*) FROM cart") == "0");
        const auto first = co_await buyer.post(here, line(tea.sku, 2));
        CHECK(at(first, "/shop") == "main");
        const auto second = co_await buyer.post(there, line(foreign.sku, 3));
        CHECK(at(second, "/shop") == "other");
        CHECK(count_at(second, "/lines") == 1);
        const auto both = co_await buyer.get("/api/v1/carts");
        CHECK(at(both, "/carts") ==
              R"([{"shop":"main","lines":1,"units":2},{"shop":"other","lines":1,"units":3}])");
        const auto others = co_await theirs.get("/api/v1/carts");
        CHECK(at(others, "/carts") == "[]");
        Visitor nobody = co_await stranger(door);
        const auto strange = co_await nobody.get("/api/v1/carts");
        CHECK(said(strange) == "401 sign_in_required");
    };
    play(story);
}
