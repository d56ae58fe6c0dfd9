#include "net/address_shares.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace shopcast::net;

TEST_CASE("an address has its share of a pot, and no more") {
    AddressShares pot({.all_max = 5, .per_address_max = 2});
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
    CHECK(take("::ffff:192.0.2.2"));
    CHECK(take("192.0.2.2"));
    CHECK_FALSE(take("192.0.2.2"));
    CHECK(pot.addresses() == 2);
    CHECK(take("192.0.2.3"));
    CHECK_FALSE(take("192.0.2.4"));  // the pot is empty
    CHECK(pot.taken() == 5);

    held.erase(held.begin());
    CHECK(take("192.0.2.1"));
    held.clear();
    CHECK(pot.taken() == 0);
    CHECK(pot.addresses() == 0);
}

TEST_CASE("an IPv6 household is one address, and a unix socket's peer none") {
    AddressShares pot({.per_address_max = 1});
    const Share first = pot.take("2001:db8:1:2::1");
    CHECK(first);
    CHECK_FALSE(pot.take("2001:db8:1:2:ffff::9"));
    CHECK(pot.take("2001:db8:1:3::1"));
    const Share one = pot.take("unix");
    const Share two = pot.take("unix");
    CHECK(one);
    CHECK(two);
    CHECK(pot.addresses() == 1);
}

TEST_CASE("a share is given back once") {
    AddressShares pot({.all_max = 1});
    AddressShares other({});
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

TEST_CASE("a share grows within its address's part") {
    AddressShares pot({.all_max = 100, .per_address_max = 60});
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
    CHECK(pot.addresses() == 1);
}
