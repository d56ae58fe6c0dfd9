#include "api/shopkeeping/studio_deals_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;
namespace json = boost::json;

namespace {

constexpr const char* deals = "/api/v1/shops/main/deals";
constexpr const char* coupons = "/api/v1/shops/main/coupons";

/// A deal, or a coupon, with some fields said otherwise; null takes one out.
std::string but(json::object object, const json::object& changes) {
    for (const auto& [field, value] : changes) {
        if (value.is_null()) {
            object.erase(field);
        } else {
            object[field] = value;
        }
    }
    return json::serialize(object);
}

json::object a_deal(std::int64_t sku) {
    return {{"sku", sku},
            {"price", 7000},
            {"quantity", 4},
            {"per_account_max", 2},
            {"starts_at", "2098-01-01T00:00:00Z"},
            {"ends_at", "2099-01-01T00:00:00Z"}};
}

json::object a_coupon() {
    return {
        {"code", "TEN"}, {"percent_off", 10}, {"quota", 5}, {"ends_at", "2099-01-01T00:00:00Z"}};
}

}  // namespace

TEST_CASE("a deal sets units aside while it runs, and gives them back") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor buyer = co_await viewer(door);
        const Goods tea = co_await goods(keeper, 10);
        const auto made = co_await keeper.post(deals, json::serialize(a_deal(tea.sku)));
        CHECK(made.status == 201);
        const std::string url = made.header("Location");
        CHECK(url == "/api/v1/shops/main/deals/" + at(made, "/id"));
        CHECK(at(made, "/state") == "scheduled");
        CHECK(at(made, "/price") == "7000");
        CHECK(at(made, "/was") == "10000");
        CHECK(at(made, "/left") == "0");
        CHECK(at(made, "/ends_at").starts_with("2099-01-01T00:00:00"));
        const std::string of_sku =
            fmt::format("SELECT on_hand FROM stock WHERE pool = {}", tea.sku);
        CHECK(row(door, of_sku) == "10");

        const auto running = co_await keeper.post(url + "/start");
        CHECK(running.status == 200);
        CHECK(at(running, "/state") == "running");
        CHECK(at(running, "/left") == "4");
        CHECK(row(door, of_sku) == "6");
        const std::string body =
            fmt::format(R"({{"sku":{},"deal":{},"quantity":2}})", tea.sku, at(made, "/id"));
        const auto held = co_await buyer.post("/api/v1/holds", body);
        CHECK(at(held, "/price") == "7000");
        CHECK(at(held, "/deal") == at(made, "/id"));
        const auto list = co_await keeper.get(deals);
        CHECK(at(list, "/deals/0/held") == "2");
        CHECK(at(list, "/deals/0/left") == "2");
        const auto let_go = co_await buyer.del(held.header("Location"));
        CHECK(let_go.status == 204);

        const auto ended = co_await keeper.post(url + "/end");
        CHECK(at(ended, "/state") == "ended");
        CHECK(row(door, of_sku) == "10");
        const auto again = co_await keeper.post(url + "/start");
        CHECK(said(again) == "409 wrong_state");
        const auto late = co_await buyer.post("/api/v1/holds", body);
        // Its units are gone, and the desk's short way does not look why.
        CHECK(said(late) == "409 sold_out");
    };
    play(story);
}

TEST_CASE("a deal that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        const Goods tea = co_await goods(keeper);
        const Goods foreign = co_await goods_of(theirs, "other", 5, 100);
        struct Case {
            json::object changes;
            std::string said;
        };
        const std::vector<Case> cases = {
            {{{"ends_at", nullptr}}, "400 invalid_ends_at ends_at"},
            {{{"ends_at", "2097-01-01T00:00:00Z"}}, "400 invalid_ends_at ends_at"},
            {{{"starts_at", "2020-01-01T00:00:00Z"}, {"ends_at", "2020-01-02T00:00:00Z"}},
             "400 invalid_ends_at ends_at"},
            {{{"starts_at", "tomorrow"}}, "400 invalid_starts_at starts_at"},
            {{{"ends_at", 5}}, "400 invalid_ends_at ends_at"},
            {{{"price", nullptr}}, "400 invalid_price price"},
            {{{"price", -1}}, "400 invalid_price price"},
            {{{"price", 100'000'000'001}}, "400 malformed (absent)"},
            {{{"quantity", nullptr}}, "400 invalid_quantity quantity"},
            {{{"quantity", 0}}, "400 invalid_quantity quantity"},
            {{{"per_account_max", -1}}, "400 malformed (absent)"},
            {{{"sku", 4711}}, "404 sku_not_found (absent)"},
            {{{"sku", nullptr}}, "404 sku_not_found (absent)"},
            {{{"sku", foreign.sku}}, "404 sku_not_found (absent)"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.post(deals, but(a_deal(tea.sku), each.changes));
            CHECK_MESSAGE(blamed(answer) == each.said, json::serialize(each.changes));
        }
        CHECK(row(door, "SELECT COUNT(*) FROM deal") == "0");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'deal.create'") == "0");
    };
    play(story);
}

TEST_CASE("a deal starts with all its units or not at all, in its own shop") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        const Goods tea = co_await goods(keeper, 3);
        const auto made = co_await keeper.post(deals, json::serialize(a_deal(tea.sku)));
        REQUIRE(made.status == 201);
        const std::string url = made.header("Location");
        const auto short_of = co_await keeper.post(url + "/start");
        CHECK(said(short_of) == "409 sold_out");
        CHECK(at(short_of, "/more/shorts/0/available") == "3");
        CHECK(row(door, "SELECT state FROM deal") == "SCHEDULED");
        for (const std::string what : {"/start", "/end"}) {
            const auto foreign =
                co_await theirs.post("/api/v1/shops/other/deals/" + at(made, "/id") + what);
            CHECK(said(foreign) == "404 deal_not_found");
            const auto unknown = co_await keeper.post(std::string(deals) + "/4711" + what);
            CHECK(said(unknown) == "404 deal_not_found");
        }
        const auto list = co_await theirs.get("/api/v1/shops/other/deals");
        CHECK(at(list, "/deals") == "[]");
        CHECK(row(door, "SELECT state FROM deal") == "SCHEDULED");
    };
    play(story);
}

TEST_CASE("deals are listed in pages") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const Goods tea = co_await goods(keeper);
        for (int i = 0; i < 3; ++i) {
            const auto made = co_await keeper.post(deals, json::serialize(a_deal(tea.sku)));
            REQUIRE(made.status == 201);
        }
        const auto first = co_await keeper.get(std::string(deals) + "?limit=2");
        CHECK(count_at(first, "/deals") == 2);
        const auto rest = co_await keeper.get(std::string(deals) +
                                              "?limit=2&cursor=" + at(first, "/next_cursor"));
        CHECK(count_at(rest, "/deals") == 1);
        CHECK(at(rest, "/next_cursor") == "null");
        CHECK(at(rest, "/deals/0/id") != at(first, "/deals/1/id"));
    };
    play(story);
}

TEST_CASE("a coupon takes a part or an amount off") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made = co_await keeper.post(coupons, json::serialize(a_coupon()));
        CHECK(made.status == 201);
        CHECK(made.header("Location") == coupons);
        CHECK(at(made, "/code") == "TEN");
        CHECK(at(made, "/percent_off") == "10");
        CHECK(at(made, "/minor_off") == "null");
        CHECK(at(made, "/minimum") == "0");
        CHECK(at(made, "/quota") == "5");
        CHECK(at(made, "/used") == "0");
        CHECK(at(made, "/per_account_max") == "1");
        const json::object amount{
            {"code", "FIVE"}, {"percent_off", nullptr}, {"minor_off", 5000}, {"minimum", 20'000}};
        const auto second = co_await keeper.post(coupons, but(a_coupon(), amount));
        CHECK(at(second, "/percent_off") == "null");
        CHECK(at(second, "/minor_off") == "5000");
        CHECK(at(second, "/minimum") == "20000");
        const auto list = co_await keeper.get(coupons);
        CHECK(count_at(list, "/coupons") == 2);
        const auto taken = co_await keeper.post(coupons, json::serialize(a_coupon()));
        CHECK(blamed(taken) == "409 code_taken code");
        CHECK(row(door, "SELECT COUNT(*) FROM coupon") == "2");
        // A code is its shop's own.
        Visitor theirs = co_await other_host(door);
        const auto same =
            co_await theirs.post("/api/v1/shops/other/coupons", json::serialize(a_coupon()));
        CHECK(same.status == 201);
    };
    play(story);
}

TEST_CASE("a coupon that cannot be made names what is wrong") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        struct Case {
            json::object changes;
            std::string said;
        };
        const std::vector<Case> cases = {
            {{{"code", nullptr}}, "400 invalid_code code"},
            {{{"code", ""}}, "400 invalid_code code"},
            {{{"code", " TEN"}}, "400 invalid_code code"},
            {{{"code", std::string(41, 'A')}}, "400 malformed (absent)"},
            {{{"percent_off", nullptr}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", 0}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", 101}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", -10}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", 10.5}}, "400 invalid_percent_off percent_off"},
            {{{"minor_off", 5}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", nullptr}, {"minor_off", 0}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", nullptr}, {"minor_off", -5}}, "400 invalid_percent_off percent_off"},
            {{{"percent_off", nullptr}, {"minor_off", 100'000'000'001}}, "400 malformed (absent)"},
            {{{"minor_off", -5}}, "400 malformed (absent)"},
            {{{"minimum", -1}}, "400 malformed (absent)"},
            {{{"per_account_max", -1}}, "400 malformed (absent)"},
            {{{"quota", nullptr}}, "400 invalid_quota quota"},
            {{{"quota", 0}}, "400 invalid_quota quota"},
            {{{"ends_at", nullptr}}, "400 invalid_ends_at ends_at"},
            {{{"ends_at", "2020-01-01T00:00:00Z"}}, "400 invalid_ends_at ends_at"},
        };
        for (const Case& each : cases) {
            const auto answer = co_await keeper.post(coupons, but(a_coupon(), each.changes));
            CHECK_MESSAGE(blamed(answer) == each.said, json::serialize(each.changes));
        }
        CHECK(row(door, "SELECT COUNT(*) FROM coupon") == "0");
    };
    play(story);
}
