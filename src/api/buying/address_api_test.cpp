#include "api/buying/address_api.hpp"

#include <doctest/doctest.h>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;
namespace json = boost::json;

namespace {

constexpr const char* url = "/api/v1/account/address";

/// The address with one field said otherwise; null takes it out.
std::string home_but(std::string_view field, const json::value& value) {
    json::object address = json::parse(home).as_object();
    if (value.is_null()) {
        address.erase(field);
    } else {
        address[field] = value;
    }
    return json::serialize(address);
}

}  // namespace

TEST_CASE("an address is kept until it is removed") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor buyer = co_await viewer(door);
        Visitor other = co_await viewer(door, "other");
        const auto none = co_await buyer.get(url);
        CHECK(none.status == 204);
        const auto put = co_await buyer.put(url, home_but("note", "  at the door "));
        CHECK(put.status == 200);
        const auto kept = co_await buyer.get(url);
        CHECK(kept.body == put.body);
        CHECK(kept.header("Cache-Control") == "no-store");
        CHECK(at(kept, "/recipient") == "Kim");
        CHECK(at(kept, "/phone") == "010-1234");
        CHECK(at(kept, "/postcode") == "04524");
        CHECK(at(kept, "/line1") == "Sejong-daero 1");
        CHECK(at(kept, "/line2") == "");
        CHECK(at(kept, "/note") == "at the door");
        CHECK(row(door, "SELECT content FROM address") == kept.body);
        const auto theirs = co_await other.get(url);
        CHECK(theirs.status == 204);
        const auto removed = co_await buyer.del(url);
        CHECK(removed.status == 204);
        CHECK(row(door, "SELECT COUNT(*) FROM address") == "0");
        const auto again = co_await buyer.del(url);
        CHECK(again.status == 204);
    };
    play(story);
}

TEST_CASE("an address that lacks something names it") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor buyer = co_await viewer(door);
        for (const std::string field : {"recipient", "phone", "postcode", "line1"}) {
            const std::string wanted = "400 invalid_" + field + ' ' + field;
            const auto missing = co_await buyer.put(url, home_but(field, nullptr));
            CHECK(blamed(missing) == wanted);
            const auto blank = co_await buyer.put(url, home_but(field, "  "));
            CHECK(blamed(blank) == wanted);
            const auto number = co_await buyer.put(url, home_but(field, 7));
            CHECK(blamed(number) == wanted);
        }
        for (const std::string field : {"recipient", "line1", "line2", "note"}) {
            const std::string wanted = "400 invalid_" + field + ' ' + field;
            const auto controls = co_await buyer.put(url, home_but(field, "one\ntwo"));
            CHECK(blamed(controls) == wanted);
            const auto too_long = co_await buyer.put(url, home_but(field, json::string(301, 'a')));
            CHECK(blamed(too_long) == wanted);
        }
        const auto letters = co_await buyer.put(url, home_but("phone", "call me"));
        CHECK(blamed(letters) == "400 invalid_phone phone");
        CHECK(row(door, "SELECT COUNT(*) FROM address") == "0");
        const auto longest = co_await buyer.put(url, home_but("line2", json::string(300, 'a')));
        CHECK(longest.status == 200);
    };
    play(story);
}

TEST_CASE("an address that was changed meanwhile is not overwritten") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor buyer = co_await viewer(door);
        const auto first = co_await buyer.put(url, std::string(home));
        const std::string old = "If-Match: " + first.header("ETag") + "\r\n";
        const auto second = co_await buyer.put(url, home_but("line1", "Elsewhere 2"), old);
        CHECK(second.status == 200);
        const auto late = co_await buyer.put(url, home_but("line1", "Nowhere 3"), old);
        CHECK(said(late) == "412 changed_meanwhile");
        const auto kept = co_await buyer.get(url);
        CHECK(at(kept, "/line1") == "Elsewhere 2");
    };
    play(story);
}
