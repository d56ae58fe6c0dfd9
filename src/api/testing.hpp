#pragma once

#include <stdlib.h>

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "async/testing.hpp"
#include "audit/schema.hpp"
#include "base/text.hpp"
#include "http/test_server.hpp"
#include "live/schema.hpp"
#include "people/schema.hpp"
#include "shop/ledger/schema.hpp"
#include "show/schema.hpp"

/// For this module's tests: the whole API over a data folder of its own, without a network; and
/// behind a real connection, with people who use it.
namespace shopcast::api {

/// A folder that goes away with the test.
struct TestFolder {
    TestFolder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
        auto database = store::Database::open(file(), store::Database::Mode::ReadWrite);
        REQUIRE(database);
        const auto migrated =
            store::migrate(*database, {&audit::schema(), &people::schema(), &show::schema(),
                                       &shop::schema(), &live::schema()});
        REQUIRE(migrated);
        // What TestApi::two_shops() has in memory.
        REQUIRE(database->execute(
            "INSERT INTO channel(name, title, stream_key_hash, created_at_ms, shop) VALUES"
            " ('mine', 'mine', x'01', 0, 'main'), ('theirs', 'theirs', x'02', 0, 'other')"));
    }
    ~TestFolder() { std::filesystem::remove_all(path); }
    std::string file() const { return path + "/shopcast.db"; }
    store::Database open() const {
        return store::Database::open(file(), store::Database::Mode::ReadWrite).value();
    }
    std::string path;
};

inline people::Settings test_settings() {
    people::Settings settings;
    // As cheap as Argon2 allows: its strength is tested elsewhere.
    settings.names = {"a"};
    settings.password_cost = {.memory_kib = 8, .passes = 1, .lanes = 1};
    return settings;
}

/// The hour of the machine; what runs by a steady clock stands still, so that a throttle gives
/// nothing back however slow the machine is.
struct NothingRefills final : Clock {
    SteadyTime steady() const override { return start; }
    WallTime wall() const override { return system_clock().wall(); }
    const SteadyTime start = system_clock().steady();
};

struct TestApi {
    explicit TestApi(const shop::SellingSettings& selling_settings = {})
        : readers(store::Readers::open(folder.file()).value()),
          selling(selling_settings, system_random(), system_clock(), {}),
          writer(folder.open()),
          people(load(), test_settings(), writer, *readers, system_random(), system_clock()),
          channels(two_shops(), writer, system_random(), system_clock()),
          shops(stored_shops(), "Shop of all", writer, selling.desk(), system_clock()),
          hub({&loop}),
          on_air({hub, writer, system_random(), system_clock(), media::PackagerConfig{},
                  Milliseconds(15'000), history, audience, channels, watch}),
          changes(channels, on_air, audience, history),
          alarms(folder.path, system_clock(), {}),
          api({.loops = {&loop},
               .people = people,
               .channels = channels,
               .shops = shops,
               .changes = changes,
               .on_air = on_air,
               .streams = {hub, history, audience, posters, clock},
               .audience = audience,
               .readers = *readers,
               .writer = writer,
               .random = system_random(),
               .refusals = refusals,
               .addresses = {"", "127.0.0.1:1935", ""},
               .operations = {.version = "test",
                              .alarms = alarms,
                              .on_air = on_air,
                              .audience = audience,
                              .writer = writer,
                              .ready = ready,
                              .clock = system_clock(),
                              .http_connections = [] { return 0UZ; },
                              .rtmp_connections = [] { return 0UZ; },
                              .self_check = [this] { return findings; }},
               .shop = {.selling = selling, .pictures = pictures},
               .on_setup_done = [] {}},
              router) {}

    ~TestApi() {
        readers->stop();
        selling.stop();
    }
    TestApi(const TestApi&) = delete;
    TestApi& operator=(const TestApi&) = delete;

    people::People::Loaded load() const {
        auto database = folder.open();
        return people::People::load(database, test_settings()).value();
    }
    std::vector<shop::Shop> stored_shops() const {
        auto database = folder.open();
        return shop::ShopDirectory::load(database).value();
    }
    /// "mine" is of the shop main, "theirs" of another, which comes with its host.
    static show::ChannelDirectory::Stored two_shops() {
        show::ChannelDirectory::Stored stored;
        for (const std::string name : {"mine", "theirs"}) {
            stored.channels.push_back({.name = name,
                                       .title = name,
                                       .stream_key_hash = show::hash_of(name),
                                       .created_at = {},
                                       .key_changed_at = {},
                                       .shop = name == "mine" ? "main" : "other"});
        }
        return stored;
    }

    TestFolder folder;
    NothingRefills clock;
    async::Loop loop{"test"};
    media::Posters posters{folder.path + "/posters"};
    Refusals refusals{system_clock()};
    std::unique_ptr<store::Readers> readers;
    std::vector<settings::Finding> findings;  ///< What the server finds unsafe about itself.
    shop::Selling selling;
    shop::PictureShelf pictures{folder.path + "/pictures", &picture::still_jpegs};
    store::Writer writer;
    people::People people;
    show::ChannelDirectory channels;
    shop::ShopDirectory shops;
    media::LiveHub hub;
    show::StreamHistory history{system_clock()};
    show::Audience audience{system_clock()};
    live::ShopWatch watch;
    live::OnAir on_air;
    live::ChannelChanges changes;
    ops::Alarms alarms;
    std::atomic<bool> ready{true};
    http::Router router;
    Api api;
};

}  // namespace shopcast::api

/// People at the API's door, and what they find behind it.
namespace shopcast::api::test {

/// The API behind a real connection, its shop open.
struct Door {
    explicit Door(const shop::SellingSettings& selling = {})
        : place(selling), server({&place.loop}, std::move(place.router)) {
        REQUIRE(server.listen(net::Endpoint::parse("127.0.0.1:0").value()));
        place.selling.open(place.writer);
    }
    TestApi place;
    http::Server server;
};

/// Plays `story` to its end.
inline void play(async::Task<void> (*story)(Door&), const shop::SellingSettings& selling = {}) {
    Door door(selling);
    async::run_to_end(door.place.loop, story(door));
    door.place.on_air.abandon_all();
}

constexpr std::string_view password = "correct-horse-9";

/// Somebody at a connection of their own, whose requests come from a page of this server.
class Visitor {
public:
    Visitor(http::TestClient client, std::string who)
        : client_(std::move(client)), who_(std::move(who)) {}

    async::Task<http::Answer> ask(std::string method, std::string path, std::string body = {},
                                  std::string lines = {}) {
        std::string text = method + ' ' + path + " HTTP/1.1\r\nHost: a\r\n" + who_ + lines;
        if (method != "GET" && !lines.contains("Origin:")) text += "Origin: http://a\r\n";
        if (!body.empty() && !lines.contains("Content-Type:")) {
            text += "Content-Type: application/json\r\n";
        }
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        return client_.exchange(std::move(text));
    }
    async::Task<http::Answer> get(std::string path, std::string lines = {}) {
        return ask("GET", std::move(path), {}, std::move(lines));
    }
    async::Task<http::Answer> post(std::string path, std::string body = {},
                                   std::string lines = {}) {
        return ask("POST", std::move(path), std::move(body), std::move(lines));
    }
    async::Task<http::Answer> put(std::string path, std::string body = {}, std::string lines = {}) {
        return ask("PUT", std::move(path), std::move(body), std::move(lines));
    }
    async::Task<http::Answer> patch(std::string path, std::string body, std::string lines = {}) {
        return ask("PATCH", std::move(path), std::move(body), std::move(lines));
    }
    async::Task<http::Answer> del(std::string path, std::string lines = {}) {
        return ask("DELETE", std::move(path), {}, std::move(lines));
    }
    http::TestClient& client() { return client_; }
    /// The header line that says who it is; empty: nobody.
    const std::string& who() const { return who_; }
    void become(std::string who) { who_ = std::move(who); }

private:
    http::TestClient client_;
    std::string who_;
};

inline async::Task<Visitor> stranger(Door& door) {
    auto client = co_await http::TestClient::open(door.place.loop, door.server);
    co_return Visitor(std::move(client), "");
}

/// Another browser of an account that is there.
inline async::Task<Visitor> sign_in(Door& door, std::string login) {
    people::Credentials credentials;
    credentials.login = login;
    credentials.password = password;
    auto signed_in = co_await door.place.people.sign_in().sign_in(
        door.place.loop, std::move(credentials), people::Visit());
    REQUIRE(signed_in);
    auto client = co_await http::TestClient::open(door.place.loop, door.server);
    co_return Visitor(std::move(client), "Cookie: sid_plain=" + signed_in->token + "\r\n");
}

/// Somebody new who has `grants`.
inline async::Task<Visitor> come(Door& door, std::string login, std::vector<people::Grant> grants) {
    people::NewAccount account;
    account.login = login;
    account.password = password;
    auto made = co_await door.place.people.accounts().create(door.place.loop, std::move(account),
                                                             std::move(grants), audit::Actor());
    REQUIRE(made);
    co_return co_await sign_in(door, std::move(login));
}

inline async::Task<Visitor> viewer(Door& door, std::string login = "viewer") {
    return come(door, std::move(login), {});
}
/// The second shop, "other", where it is not there yet.
inline async::Task<void> open_other_shop(Door& door) {
    if (door.place.shops.find("other")) co_return;
    shop::Shop other{.id = "other", .name = {"Geu", "Other"}};
    const auto made =
        co_await door.place.shops.create(door.place.loop, std::move(other), audit::Actor());
    REQUIRE(made);
}
/// Of the shop "main".
inline async::Task<Visitor> host(Door& door) {
    return come(door, "host", {{people::Role::Host, "main"}});
}
inline async::Task<Visitor> other_host(Door& door) {
    co_await open_other_shop(door);
    co_return co_await come(door, "other-host", {{people::Role::Host, "other"}});
}
inline async::Task<Visitor> admin(Door& door) {
    return come(door, "admin", {{people::Role::Admin, "*"}});
}

/// The value at a JSON pointer of an answer's body, as text: texts without quotes, all else as JSON
/// has it; "(absent)" where there is none.
inline std::string at(const http::Answer& answer, std::string_view pointer) {
    boost::system::error_code wrong;
    const boost::json::value whole = boost::json::parse(answer.body, wrong);
    if (wrong) return "(no JSON)";
    const boost::json::value* found = whole.find_pointer(pointer, wrong);
    if (found == nullptr) return "(absent)";
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}
/// -1: it is no number.
inline std::int64_t number_at(const http::Answer& answer, std::string_view pointer) {
    return parse_int<std::int64_t>(at(answer, pointer)).value_or(-1);
}
/// How long the list at a JSON pointer is; -1: it is none.
inline std::int64_t count_at(const http::Answer& answer, std::string_view pointer) {
    boost::system::error_code wrong;
    const boost::json::value list = boost::json::parse(at(answer, pointer), wrong);
    return !wrong && list.is_array() ? std::ssize(list.get_array()) : -1;
}
/// "409 wrong_state", as problems say it; "201" of what went well.
inline std::string said(const http::Answer& answer) {
    std::string out = std::to_string(answer.status);
    return answer.status < 400 ? out : out + ' ' + at(answer, "/code");
}
/// The same with the input to blame: "400 invalid_name name".
inline std::string blamed(const http::Answer& answer) {
    return said(answer) + ' ' + at(answer, "/field");
}

/// The first column of the first row; "(none)" where there is no row.
inline std::string row(const Door& door, const std::string& sql) {
    store::Database database = door.place.folder.open();
    store::Statement query = database.prepare(sql).value();
    const bool is_there = query.step().value();
    return is_there ? std::string(query.text(0)) : "(none)";
}
inline void execute(const Door& door, const std::string& sql) {
    REQUIRE(door.place.folder.open().execute(sql.c_str()));
}

/// A product on sale and its one sku.
struct Goods {
    std::int64_t product = 0;
    std::int64_t sku = 0;
};
/// Of a shop whose `keeper` puts it there.
inline async::Task<Goods> goods_of(Visitor& keeper, std::string shop, std::int64_t units,
                                   std::int64_t price) {
    const auto category = co_await keeper.put("/api/v1/shops/" + shop + "/categories/tea",
                                              R"({"name":{"ko":"cha","en":"Tea"}})");
    REQUIRE(category.status == 200);
    std::string body = fmt::format(R"({{"name":{{"ko":"nokcha","en":"Green tea"}},"category":"tea",
            "description":{{"ko":"k","en":"e"}},"skus":[{{"price":{},"stock":{}}}]}})",
                                   price, units);
    const auto made = co_await keeper.post("/api/v1/shops/" + shop + "/products", std::move(body));
    REQUIRE(made.status == 201);
    co_return Goods(number_at(made, "/id"), number_at(made, "/skus/0/sku"));
}
inline async::Task<Goods> goods(Visitor& host, std::int64_t units = 10,
                                std::int64_t price = 10'000) {
    return goods_of(host, "main", units, price);
}

constexpr std::string_view home =
    R"({"recipient":"Kim","phone":"010-1234","postcode":"04524","line1":"Sejong-daero 1"})";
/// The body of an order that is sent home.
inline std::string order_of(std::int64_t sku, std::int64_t quantity) {
    return fmt::format(R"({{"lines":[{{"sku":{},"quantity":{}}}],"address":{}}})", sku, quantity,
                       home);
}
/// Places an order, and gives its number.
inline async::Task<std::int64_t> ordered(Visitor& buyer, std::int64_t sku, std::int64_t quantity) {
    const auto placed = co_await buyer.post("/api/v1/orders", order_of(sku, quantity));
    REQUIRE(placed.status == 201);
    co_return number_at(placed, "/id");
}

/// What the provider says of a payment reaches the shop.
inline async::Task<void> hear(Door& door, shop::ReportPayment report) {
    shop::Command command;
    command.what = std::move(report);
    const shop::Decided answer =
        co_await door.place.selling.desk().ask(door.place.loop, std::move(command));
    CHECK(answer.is_accepted());
}
inline std::int64_t number_in(const Door& door, const std::string& sql) {
    return parse_int<std::int64_t>(row(door, sql)).value_or(-1);
}
inline async::Task<void> pay(Door& door, std::int64_t order) {
    shop::ReportPayment report;
    report.order = shop::OrderId(order);
    report.said = shop::Said::Captured;
    report.amount.minor =
        number_in(door, "SELECT total_minor FROM orders WHERE id = " + std::to_string(order));
    co_await hear(door, std::move(report));
}
/// The money of the order's newest refund is on its way.
inline async::Task<void> send_back(Door& door, std::int64_t order) {
    const std::string of = " FROM refund WHERE order_id = " + std::to_string(order);
    shop::ReportPayment report;
    report.order = shop::OrderId(order);
    report.said = shop::Said::Refunded;
    report.refund = shop::RefundId(number_in(door, "SELECT MAX(id)" + of));
    report.amount.minor = number_in(door, "SELECT minor" + of + " ORDER BY id DESC LIMIT 1");
    co_await hear(door, std::move(report));
}

}  // namespace shopcast::api::test
