#include <doctest/doctest.h>

#include <map>

#include "api/testing.hpp"

/// What is another shop's does not exist: every route that names a shop, or an object of one, found
/// by going through all that there are.
using namespace shopcast;
using namespace shopcast::api::test;
using api::ApiRoute;
using async::Task;

namespace {

using Names = std::map<std::string, std::string, std::less<>>;

/// "/api/v1/shops/main/skus/7" of "/api/v1/shops/:shop/skus/:sku"; what `names` lacks is "x".
std::string address_of(std::string_view pattern, const Names& names) {
    std::string out;
    for (const std::string_view part : split(pattern.substr(1), '/')) {
        out += '/';
        if (!part.starts_with(':')) {
            out += part;
            continue;
        }
        const auto name = names.find(part.substr(1));
        out += name == names.end() ? "x" : name->second;
    }
    return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
        text.replace(at, what.size(), with);
    }
    return text;
}

/// Something for each route that takes a body.
constexpr const char* body =
    R"({"hidden":true,"price":1,"units":1,"reason":"received","to":"shipped","code":"A","quota":1,
        "minor_off":1,"quantity":1,"sku":1,"ends_at":"2099-01-01T00:00:00Z","title":"T",
        "name":{"ko":"a","en":"b"},"description":{"ko":"a","en":"b"},"category":"tea"})";

Task<http::Answer> use(Visitor& who, const ApiRoute& route, const Names& names) {
    std::string method(wire::to_string(route.method));
    std::string sent = method == "GET" || method == "DELETE" ? "" : body;
    std::string lines = route.traits.takes_picture ? "Content-Type: image/png\r\n" : "";
    return who.ask(std::move(method), address_of(route.pattern, names), std::move(sent),
                   std::move(lines));
}

bool has(const ApiRoute& route, std::string_view name) {
    const std::string in_the_middle = "/:" + std::string(name) + '/';
    return (route.pattern + '/').contains(in_the_middle);
}

bool is_for_all(const ApiRoute& route) {
    return route.needs.kind == api::Needs::Kind::Nobody;
}

/// What the second shop has of each kind.
Task<Names> objects_of(Door& door, Visitor& theirs) {
    const Goods goods = co_await goods_of(theirs, "other", 5, 100);
    Visitor buyer = co_await viewer(door);
    const std::int64_t order = co_await ordered(buyer, goods.sku, 1);
    std::string deal = fmt::format(R"({{"sku":{},"price":50,"quantity":1,
        "starts_at":"2098-01-01T00:00:00Z","ends_at":"2099-01-01T00:00:00Z"}})",
                                   goods.sku);
    const auto made = co_await theirs.post("/api/v1/shops/other/deals", std::move(deal));
    REQUIRE(made.status == 201);
    co_return Names{{"product", std::to_string(goods.product)},
                    {"sku", std::to_string(goods.sku)},
                    {"deal", at(made, "/id")},
                    {"order", std::to_string(order)},
                    {"channel", "theirs"}};
}

std::string counts(const Door& door) {
    return row(door,
               "SELECT (SELECT COUNT(*) FROM product) || ' ' || (SELECT COUNT(*) FROM sku) || ' '"
               " || (SELECT COUNT(*) FROM deal) || ' ' || (SELECT COUNT(*) FROM coupon) || ' ' ||"
               " (SELECT COUNT(*) FROM category) || ' ' || (SELECT TOTAL(hidden) FROM product)"
               " || ' ' || (SELECT COALESCE(group_concat(state), '') FROM orders) || ' ' ||"
               " (SELECT group_concat(title) FROM channel) || ' ' ||"
               " (SELECT COUNT(*) FROM role_grant) || ' ' || (SELECT COUNT(*) FROM shop)");
}

}  // namespace

TEST_CASE("a shop that is another's is told of as one that does not exist") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Names names = co_await objects_of(door, theirs);
        const std::string before = counts(door);
        int looked = 0;
        for (const ApiRoute& route : door.place.api.routes()) {
            if (!has(route, "shop") || is_for_all(route)) continue;
            CAPTURE(route.pattern);
            names["shop"] = "other";
            const auto there = co_await use(keeper, route, names);
            names["shop"] = "nowhere";
            const auto nowhere = co_await use(keeper, route, names);
            const bool is_of_server = route.needs.where == api::Needs::Where::Server;
            CHECK(there.status == (is_of_server ? 403 : 404));
            CHECK(nowhere.status == there.status);
            CHECK(replaced(there.body, "other", "?") == replaced(nowhere.body, "nowhere", "?"));
            ++looked;
        }
        CHECK(looked > 20);
        CHECK(counts(door) == before);
    };
    play(story);
}

TEST_CASE("a shop that does not exist is not there for those who may act in every shop either") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor boss = co_await admin(door);
        const std::string before = counts(door);
        int looked = 0;
        for (const ApiRoute& route : door.place.api.routes()) {
            if (!has(route, "shop")) continue;
            CAPTURE(route.pattern);
            Names names;
            names["shop"] = "nowhere";
            const auto answer = co_await use(boss, route, names);
            CHECK(said(answer) == "404 shop_not_found");
            ++looked;
            // "*" is the server, which has roles and no goods.
            const bool has_roles = route.needs.action == people::Action::GrantRoles;
            if (has_roles) continue;
            names["shop"] = "*";
            const auto server = co_await use(boss, route, names);
            CHECK(said(server) == "404 shop_not_found");
        }
        CHECK(looked > 20);
        CHECK(counts(door) == before);
    };
    play(story);
}

TEST_CASE("another shop's objects are unknown under one's own shop's name, as any number is") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Visitor boss = co_await admin(door);
        Names objects = co_await objects_of(door, theirs);
        objects["shop"] = "main";
        const std::string before = counts(door);
        int looked = 0;
        for (const ApiRoute& route : door.place.api.routes()) {
            for (const std::string kind : {"product", "sku", "deal", "order"}) {
                const bool last = route.pattern.rfind(':') == route.pattern.find(":" + kind);
                if (!has(route, "shop") || !has(route, kind) || !last) continue;
                CAPTURE(route.pattern);
                Names unknown = objects;
                unknown[kind] = "4711";
                for (Visitor* who : {&keeper, &boss}) {
                    const auto there = co_await use(*who, route, objects);
                    const auto nowhere = co_await use(*who, route, unknown);
                    CHECK(there.status == 404);
                    CHECK(nowhere.status == 404);
                    CHECK(replaced(there.body, '"' + objects[kind] + '\\', "?") ==
                          replaced(nowhere.body, "\"4711\\", "?"));
                }
                ++looked;
            }
        }
        CHECK(looked > 9);
        CHECK(counts(door) == before);
    };
    play(story);
}

TEST_CASE("another shop's channels, and what is named in a body, are unknown as well") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        Names names = co_await objects_of(door, theirs);
        const std::string before = counts(door);
        for (const ApiRoute& route : door.place.api.routes()) {
            if (!has(route, "channel") || is_for_all(route)) continue;
            CAPTURE(route.pattern);
            names["channel"] = "theirs";
            const auto there = co_await use(keeper, route, names);
            names["channel"] = "nobodys";
            const auto nowhere = co_await use(keeper, route, names);
            CHECK(there.status == 404);
            CHECK(replaced(there.body, "theirs", "?") == replaced(nowhere.body, "nobodys", "?"));
        }
        const auto deal = [](const std::string& sku) {
            return fmt::format(
                R"({{"sku":{},"price":1,"quantity":1,"ends_at":"2099-01-01T00:00:00Z"}})", sku);
        };
        const std::string deals = "/api/v1/shops/main/deals";
        const auto theirs_sold = co_await keeper.post(deals, deal(names["sku"]));
        CHECK(said(theirs_sold) == "404 sku_not_found");
        const auto elsewhere =
            co_await keeper.post("/api/v1/channels", R"({"name":"abroad","shop":"other"})");
        const auto nowhere =
            co_await keeper.post("/api/v1/channels", R"({"name":"abroad","shop":"nowhere"})");
        CHECK(said(elsewhere) == "404 shop_not_found");
        CHECK(replaced(elsewhere.body, "other", "?") == replaced(nowhere.body, "nowhere", "?"));
        const auto list = co_await keeper.get("/api/v1/studio/channels?shop=other");
        CHECK(said(list) == "404 shop_not_found");
        const auto own = co_await keeper.get("/api/v1/studio/channels?shop=main");
        CHECK(count_at(own, "/channels") == 1);
        CHECK(counts(door) == before);
    };
    play(story);
}
