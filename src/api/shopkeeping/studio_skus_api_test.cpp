#include "api/shopkeeping/studio_skus_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

std::string path_of(std::int64_t sku) {
    return fmt::format("/api/v1/shops/main/skus/{}", sku);
}

std::string move_of(std::int64_t units, std::string_view reason) {
    return fmt::format(R"({{"units":{},"reason":"{}"}})", units, reason);
}

}  // namespace

TEST_CASE("a sku is added to its product, and changed") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper);
        const auto added =
            co_await keeper.post(fmt::format("/api/v1/shops/main/products/{}/skus", tea.product),
                                 R"({"option":{"ko":"l","en":"Large"},"price":15000,"stock":6})");
        CHECK(added.status == 201);
        const std::int64_t sku = number_at(added, "/sku");
        CHECK(added.header("Location") == path_of(sku) + "/stock");
        CHECK(number_at(added, "/product") == tea.product);
        CHECK(at(added, "/option/en") == "Large");
        CHECK(at(added, "/on_hand") == "6");
        CHECK(at(added, "/on_sale") == "true");
        CHECK(row(door, "SELECT COUNT(*) FROM product_sku") == "2");

        const auto changed = co_await keeper.patch(path_of(sku), R"({"price":14000})");
        CHECK(changed.status == 200);
        CHECK(at(changed, "/price") == "14000");
        CHECK(at(changed, "/option/en") == "Large");
        const auto renamed =
            co_await keeper.patch(path_of(sku), R"({"option":{"ko":"x","en":"Huge"}})");
        CHECK(at(renamed, "/option/en") == "Huge");
        CHECK(at(renamed, "/price") == "14000");
        const std::string stored =
            row(door, fmt::format("SELECT price_minor || name FROM sku WHERE id = {}", sku));
        CHECK(stored.starts_with("14000"));
        CHECK(stored.contains("Huge"));
    };
    play(story);
}

TEST_CASE("prices, taxes and limits have bounds") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper);
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> wrong = {
            {R"({"price":-1})", "400 invalid_price price"},
            {R"({"price":100000000001})", "400 invalid_price price"},
            {R"({"price":"1"})", "400 invalid_price price"},
            {R"({"tax_percent":-1})", "400 invalid_tax_percent tax_percent"},
            {R"({"tax_percent":101})", "400 invalid_tax_percent tax_percent"},
            {R"({"tax_percent":4294967296})", "400 invalid_tax_percent tax_percent"},
            {R"({"per_order_max":-1})", "400 invalid_per_order_max per_order_max"},
            {R"({"per_order_max":1000})", "400 invalid_per_order_max per_order_max"},
            {R"({"on_sale":1})", "400 invalid_on_sale on_sale"},
            {R"({"option":{"ko":"k"}})", "400 invalid_option option"},
        };
        for (const Case& each : wrong) {
            const auto answer = co_await keeper.patch(path_of(tea.sku), each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT price_minor || ' ' || per_order_max FROM sku") == "10000 0");
        const auto most = co_await keeper.patch(
            path_of(tea.sku), R"({"price":100000000000,"tax_percent":100,"per_order_max":999})");
        CHECK(most.status == 200);
        const auto least = co_await keeper.patch(
            path_of(tea.sku), R"({"price":0,"tax_percent":0,"per_order_max":0})");
        CHECK(least.status == 200);
        const auto unpriced = co_await keeper.post(
            fmt::format("/api/v1/shops/main/products/{}/skus", tea.product), "{}");
        CHECK(blamed(unpriced) == "400 invalid_price price");
    };
    play(story);
}

TEST_CASE("a sku of another shop, or of none, is not there") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        for (const std::int64_t sku : {foreign.sku, std::int64_t(4711)}) {
            const auto changed = co_await keeper.patch(path_of(sku), R"({"price":1})");
            CHECK(said(changed) == "404 sku_not_found");
            const auto read = co_await keeper.get(path_of(sku) + "/stock");
            CHECK(said(read) == "404 sku_not_found");
            const auto moved =
                co_await keeper.post(path_of(sku) + "/stock", move_of(1, "received"));
            CHECK(said(moved) == "404 sku_not_found");
        }
        const auto added = co_await keeper.post(
            fmt::format("/api/v1/shops/main/products/{}/skus", foreign.product), R"({"price":1})");
        CHECK(said(added) == "404 product_not_found");
        CHECK(row(door, "SELECT price_minor FROM sku") == "100");
        CHECK(row(door, "SELECT on_hand FROM stock") == "5");
    };
    play(story);
}

TEST_CASE("goods come in and are corrected, and every move is kept") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper, 5);
        const std::string url = path_of(tea.sku) + "/stock";
        const auto received = co_await keeper.post(url, move_of(4, "received"));
        CHECK(received.status == 201);
        CHECK(received.header("Location") == url);
        CHECK(at(received, "/on_hand") == "9");
        const auto corrected = co_await keeper.post(url, move_of(-2, "corrected"));
        CHECK(at(corrected, "/on_hand") == "7");
        CHECK(at(corrected, "/available") == "7");
        CHECK(count_at(corrected, "/moves") == 3);
        CHECK(at(corrected, "/moves/0/on_hand") == "-2");
        CHECK(at(corrected, "/moves/0/reason") == "CORRECTED");
        CHECK(at(corrected, "/moves/0/subject") == "null");
        CHECK(at(corrected, "/moves/2/on_hand") == "5");

        const auto first = co_await keeper.get(url + "?limit=2");
        CHECK(count_at(first, "/moves") == 2);
        const auto rest = co_await keeper.get(url + "?limit=2&cursor=" + at(first, "/next_cursor"));
        CHECK(count_at(rest, "/moves") == 1);
        CHECK(at(rest, "/moves/0/on_hand") == "5");
        CHECK(at(rest, "/next_cursor") == "null");
        const auto nowhere = co_await keeper.get(url + "?cursor=6162");
        CHECK(blamed(nowhere) == "400 invalid_cursor cursor");
    };
    play(story);
}

TEST_CASE("a move without a right reason or number is none") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper, 5);
        const std::string url = path_of(tea.sku) + "/stock";
        struct Case {
            std::string body;
            std::string said;
        };
        const std::vector<Case> cases = {
            {move_of(1, "found"), "400 invalid_reason reason"},
            {move_of(1, "RECEIVED"), "400 invalid_reason reason"},
            {R"({"units":1})", "400 invalid_reason reason"},
            {move_of(0, "corrected"), "400 invalid_units units"},
            {R"({"reason":"received"})", "400 invalid_units units"},
            {move_of(-1, "received"), "400 invalid_units units"},
            {R"({"units":"1","reason":"received"})", "400 invalid_units units"},
            {move_of(1'000'000'000, "received"), "400 malformed (absent)"},
            {move_of(-6, "corrected"), "409 sold_out (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.post(url, each.body);
            CHECK_MESSAGE(blamed(answer) == each.said, each.body);
        }
        CHECK(row(door, "SELECT on_hand FROM stock") == "5");
        CHECK(row(door, "SELECT COUNT(*) FROM stock_move") == "1");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action LIKE 'stock.%'") == "1");
    };
    play(story);
}

TEST_CASE("what a buyer holds cannot be taken out of the stock") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 5);
        co_await ordered(buyer, tea.sku, 4);
        const std::string url = path_of(tea.sku) + "/stock";
        const auto two = co_await keeper.post(url, move_of(-2, "corrected"));
        CHECK(said(two) == "409 sold_out");
        CHECK(at(two, "/more/shorts/0/available") == "1");
        CHECK(at(two, "/more/shorts/0/may_return") == "true");
        const auto one = co_await keeper.post(url, move_of(-1, "corrected"));
        CHECK(one.status == 201);
        CHECK(at(one, "/held") == "4");
        CHECK(at(one, "/available") == "0");
    };
    play(story);
}

TEST_CASE("goods that were received twice with one key came once") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper, 5);
        const std::string url = path_of(tea.sku) + "/stock";
        const std::string key = "Idempotency-Key: one\r\n";
        const auto first = co_await keeper.post(url, move_of(3, "received"), key);
        const auto again = co_await keeper.post(url, move_of(3, "received"), key);
        CHECK(first.status == 201);
        CHECK(again.status == 201);
        CHECK(again.header("Location") == url);
        CHECK(row(door, "SELECT on_hand FROM stock") == "8");
    };
    play(story);
}
