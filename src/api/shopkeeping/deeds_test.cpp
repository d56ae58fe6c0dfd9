#include <doctest/doctest.h>

#include <map>

#include "api/testing.hpp"
#include "tests_folder.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

/// Every change that needs a role is recorded with who made it.
namespace {

/// A request that succeeds, and what is recorded of it.
struct Change {
    std::string path;
    std::string body;
    std::string action;
    std::string target;         ///< as it begins
    std::string shop = "main";  ///< "(none)": the server's
    std::string lines{};
};

/// By route, as "POST /api/v1/channels".
using Changes = std::map<std::string, Change>;

Task<std::string> new_deal(Visitor& keeper, std::int64_t sku) {
    std::string body = fmt::format(R"({{"sku":{},"price":1,"quantity":1,
        "starts_at":"2098-01-01T00:00:00Z","ends_at":"2099-01-01T00:00:00Z"}})",
                                   sku);
    const auto made = co_await keeper.post("/api/v1/shops/main/deals", std::move(body));
    REQUIRE(made.status == 201);
    co_return at(made, "/id");
}

/// An order of goods of its own.
Task<std::string> new_order(Door& door, Visitor& keeper, Visitor& buyer) {
    const Goods tea = co_await goods(keeper);
    const std::int64_t id = co_await ordered(buyer, tea.sku, 1);
    co_await pay(door, id);
    co_return std::to_string(id);
}

void add_catalogue(Changes& changes, const Goods& tea) {
    const std::string shop = "/api/v1/shops/main/";
    const std::string sku = std::to_string(tea.sku);
    const std::string product = std::to_string(tea.product);
    changes["PUT /api/v1/shops/:shop/categories/:category"] = {
        shop + "categories/new", R"({"name":{"ko":"k","en":"e"}})", "category.put", "category/new"};
    changes["POST /api/v1/shops/:shop/products"] = {
        shop + "products",
        R"({"name":{"ko":"k","en":"e"},"description":{"ko":"k","en":"e"},"category":"tea"})",
        "product.create", "product/"};
    changes["PATCH /api/v1/shops/:shop/products/:product"] = {
        shop + "products/" + product, R"({"hidden":true})", "product.change", "product/" + product};
    changes["POST /api/v1/shops/:shop/products/:product/skus"] = {
        shop + "products/" + product + "/skus", R"({"price":1})", "sku.create", "sku/"};
    changes["PATCH /api/v1/shops/:shop/skus/:sku"] = {shop + "skus/" + sku, R"({"price":2})",
                                                      "sku.change", "sku/" + sku};
    changes["POST /api/v1/shops/:shop/skus/:sku/stock"] = {shop + "skus/" + sku + "/stock",
                                                           R"({"units":1,"reason":"received"})",
                                                           "stock.received", "sku/" + sku};
    changes["POST /api/v1/shops/:shop/deals"] = {
        shop + "deals",
        R"({"price":1,"quantity":1,"ends_at":"2099-01-01T00:00:00Z","sku":)" + sku + "}",
        "deal.create", "deal/"};
    changes["POST /api/v1/shops/:shop/coupons"] = {
        shop + "coupons",
        R"({"code":"X","percent_off":1,"quota":1,"ends_at":"2099-01-01T00:00:00Z"})",
        "coupon.create", "coupon/"};
    changes["POST /api/v1/shops/:shop/pictures"] = {shop + "pictures",
                                                    test_upload("jpeg"),
                                                    "picture.upload",
                                                    "picture/",
                                                    "main",
                                                    "Content-Type: image/jpeg\r\n"};
}

Task<void> add_sales(Changes& changes, Door& door, Visitor& keeper, const Goods& tea) {
    Visitor buyer = co_await viewer(door, "buyer");
    const std::string shop = "/api/v1/shops/main/";
    for (const std::string what : {"start", "end"}) {
        const std::string deal = co_await new_deal(keeper, tea.sku);
        changes["POST /api/v1/shops/:shop/deals/:deal/" + what] = {
            shop + "deals/" + deal + "/" + what, "", "deal." + what, "deal/" + deal};
    }
    const std::string first = co_await new_order(door, keeper, buyer);
    changes["POST /api/v1/shops/:shop/orders/:order/cancel"] = {
        shop + "orders/" + first + "/cancel", "", "order.cancel", "order/" + first};
    const std::string second = co_await new_order(door, keeper, buyer);
    changes["POST /api/v1/shops/:shop/orders/:order/refunds"] = {
        shop + "orders/" + second + "/refunds", "{}", "order.refund", "order/" + second};
    const std::string third = co_await new_order(door, keeper, buyer);
    changes["POST /api/v1/shops/:shop/orders/:order/stage"] = {shop + "orders/" + third + "/stage",
                                                               R"({"to":"shipped"})",
                                                               "order.shipped", "order/" + third};
}

Task<void> add_channels(Changes& changes, Door& door, Visitor& keeper) {
    const auto gone = co_await keeper.post("/api/v1/channels", R"({"name":"gone"})");
    REQUIRE(gone.status == 201);
    execute(door, "INSERT INTO stream(id, channel, started_at_ms) VALUES ('one', 'mine', 1)");
    changes["POST /api/v1/channels"] = {"/api/v1/channels", R"({"name":"fresh"})", "channel.create",
                                        "channel/fresh"};
    changes["PATCH /api/v1/channels/:channel"] = {"/api/v1/channels/mine", R"({"title":"T"})",
                                                  "channel.rename", "channel/mine"};
    changes["DELETE /api/v1/channels/:channel"] = {"/api/v1/channels/gone", "", "channel.delete",
                                                   "channel/gone"};
    changes["POST /api/v1/channels/:channel/key"] = {"/api/v1/channels/mine/key", "",
                                                     "channel.rotate_key", "channel/mine"};
    changes["POST /api/v1/streams/:stream/stop"] = {
        "/api/v1/streams/one/stop", R"({"reason":"late"})", "stream.stop", "stream/one"};
}

Task<void> add_people(Changes& changes, Door& door) {
    co_await viewer(door, "person");
    std::vector<people::Grant> grants;
    grants.push_back({people::Role::Moderator, "main"});
    co_await come(door, "helper", std::move(grants));
    const auto id_of = [&door](const std::string& login) {
        return row(door, "SELECT id FROM account WHERE login = '" + login + "'");
    };
    const std::string person = id_of("person");
    const std::string roles = "/api/v1/shops/main/roles/";
    const std::string accounts = "/api/v1/operations/accounts/";
    changes["PUT /api/v1/shops/:shop/roles/:login/:role"] = {roles + "person/host", "",
                                                             "role.grant", "account/" + person};
    changes["DELETE /api/v1/shops/:shop/roles/:login/:role"] = {
        roles + "helper/moderator", "", "role.revoke", "account/" + id_of("helper")};
    changes["PATCH /api/v1/operations/accounts/:account"] = {
        accounts + person, R"({"disabled":true})", "account.disable", "account/" + person,
        "(none)"};
    changes["POST /api/v1/operations/accounts/:account/reset-link"] = {
        accounts + id_of("helper") + "/reset-link", "", "account.reset_link",
        "account/" + id_of("helper"), "(none)"};
}

/// What people do with what is theirs needs no record.
bool is_answered_for(const api::ApiRoute& route) {
    return route.method != http::Method::Get && route.needs.kind == api::Needs::Kind::Permission &&
           route.needs.action != people::Action::Participate;
}

}  // namespace

TEST_CASE("every change that needs a role is recorded, with who made it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await admin(door);
        const std::string me = row(door, "SELECT id FROM account WHERE login = 'admin'");
        const Goods tea = co_await goods(keeper);
        Changes changes;
        add_catalogue(changes, tea);
        co_await add_sales(changes, door, keeper, tea);
        co_await add_channels(changes, door, keeper);
        co_await add_people(changes, door);

        std::size_t found = 0;
        for (const api::ApiRoute& route : door.place.api.routes()) {
            if (!is_answered_for(route)) continue;
            const std::string name =
                std::string(wire::to_string(route.method)) + ' ' + route.pattern;
            CAPTURE(name);
            CHECK_MESSAGE(changes.contains(name), "a change without a deed: put it in this table");
            if (!changes.contains(name)) continue;
            ++found;
            const Change& change = changes.at(name);
            const std::int64_t before = number_in(door, "SELECT MAX(seq) FROM audit");
            const auto answer = co_await keeper.ask(std::string(wire::to_string(route.method)),
                                                    change.path, change.body, change.lines);
            CHECK(answer.status < 300);
            const std::string deed = row(
                door, fmt::format("SELECT action || ' ' || actor || ' ' || COALESCE(shop, '(none)')"
                                  " || ' ' || address || ' ' || target FROM audit"
                                  " WHERE seq > {} ORDER BY seq LIMIT 1",
                                  before));
            const std::string wanted =
                fmt::format("{} {} {} 127.0.0.1 {}", change.action, me, change.shop, change.target);
            CHECK_MESSAGE(deed.starts_with(wanted), deed, " instead of ", wanted);
            CHECK_FALSE(deed.ends_with("/"));
        }
        // No row of the table is of a route that is no more.
        CHECK(found == changes.size());
    };
    play(story);
}

TEST_CASE("a change that was refused is not recorded") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await admin(door);
        const Goods tea = co_await goods(keeper);
        Changes changes;
        add_catalogue(changes, tea);
        co_await add_sales(changes, door, keeper, tea);
        co_await add_channels(changes, door, keeper);
        co_await add_people(changes, door);
        Visitor buyer = co_await viewer(door);
        const std::string before = row(door, "SELECT MAX(seq) FROM audit");
        for (const auto& [name, change] : changes) {
            const std::string method = name.substr(0, name.find(' '));
            const auto answer = co_await buyer.ask(method, change.path, change.body, change.lines);
            CHECK_MESSAGE(said(answer) == "403 forbidden", name);
        }
        CHECK(row(door, "SELECT MAX(seq) FROM audit") == before);
    };
    play(story);
}
