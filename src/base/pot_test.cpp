#include "base/pot.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace shopcast;

TEST_CASE("each has a share of a pot, and no more") {
    Pot pot({.all_max = 5, .each_max = 2});
    std::vector<Share> held;
    const auto take = [&](const char* address) {
        Share share = pot.take(address);
        const bool is_taken{share};
        if (is_taken) held.push_back(std::move(share));
        return is_taken;
    };
    CHECK(take("192.0.2.1"));
    CHECK(take("192.0.2.1"));
    CHECK_FALSE(take("192.0.2.1"));
    CHECK(take("192.0.2.2"));
    CHECK(take("192.0.2.2"));
    CHECK_FALSE(take("192.0.2.2"));
    CHECK(pot.names() == 2);
    CHECK(take("192.0.2.3"));
    CHECK_FALSE(take("192.0.2.4"));  // the pot is empty
    CHECK(pot.taken() == 5);

    held.erase(held.begin());
    CHECK(take("192.0.2.1"));
    held.clear();
    CHECK(pot.taken() == 0);
    CHECK(pot.names() == 0);
}

TEST_CASE("who has no name counts for the pot alone") {
    Pot pot({.all_max = 2, .each_max = 1});
    const Share one = pot.take("");
    const Share two = pot.take("");
    CHECK(one);
    CHECK(two);
    CHECK_FALSE(pot.take(""));
    CHECK(pot.names() == 0);
}

TEST_CASE("a share is given back once") {
    Pot pot({.all_max = 1});
    Pot other({});
    Share share = pot.take("192.0.2.1");
    Share moved = std::move(share);
    CHECK(pot.taken() == 1);
    share = std::move(moved);
    CHECK(pot.taken() == 1);
    share = Share();
    CHECK(pot.taken() == 0);
    share = pot.take("192.0.2.1");
    share = other.take("192.0.2.1");
    CHECK(pot.taken() == 0);
    CHECK(other.taken() == 1);
}

TEST_CASE("a share grows within its name's part") {
    Pot pot({.all_max = 100, .each_max = 60});
    Share bytes = pot.take("192.0.2.1", 40);
    REQUIRE(bytes);
    CHECK(bytes.grow(20));
    CHECK_FALSE(bytes.grow(1));
    CHECK_FALSE(pot.take("192.0.2.1", 1));
    Share other = pot.take("192.0.2.2", 30);
    REQUIRE(other);
    CHECK_FALSE(other.grow(11));
    CHECK(other.grow(10));
    CHECK(pot.taken() == 100);
    const Share moved = std::move(bytes);
    CHECK(pot.taken() == 100);
    other = {};
    CHECK(pot.taken() == 60);
    CHECK(pot.names() == 1);
}

TEST_CASE("a share of nothing is one, and outlives others of its name") {
    Pot pot({.all_max = 1, .each_max = 1});
    const Share nothing = pot.take("192.0.2.1", 0);
    CHECK(nothing);
    CHECK(pot.names() == 0);
    {
        const Share place = pot.take("192.0.2.1");
        CHECK(place);
    }
    CHECK(pot.names() == 0);
    CHECK(pot.take("192.0.2.1", 0));
}
