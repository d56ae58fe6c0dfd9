#include "people/throttle.hpp"
#include <malloc.h>

#include <doctest/doctest.h>

#include "people/limits.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

const SteadyTime start = SteadyTime{} + 1000h;

/// How many of `tries` at one moment pass.
template <typename Try>
int passed(int tries, Try once) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += once(i) == 0ms ? 1 : 0;
    return count;
}

std::string address(int i) {
    return "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
}

}  // namespace

TEST_CASE("one mailbox is not filled by many accounts that name it") {
    Throttles throttles;
    const SteadyTime now{};
    int sent = 0;
    for (int i = 0; i < 20; ++i) {
        for (const std::string& email :
             {std::string("kim@example.com"), std::string("Kim@Example.com"),
              "kim+" + std::to_string(i) + "@example.com"}) {
            if (throttles.unasked_mail_to(email, now) == Milliseconds(0)) ++sent;
        }
    }
    CHECK(sent == 3);
    CHECK(throttles.unasked_mail_to("lee@example.com", now) == Milliseconds(0));
    CHECK(throttles.unasked_mail_to("kim@example.org", now) == Milliseconds(0));
}

TEST_CASE("a bucket gives what it holds, then one each refill") {
    Throttle throttle({.at_once = 3, .refill = 10s});
    CHECK(passed(5, [&](int) { return throttle.take("a", start); }) == 3);
    CHECK(throttle.take("a", start) == 10s);
    CHECK(throttle.take("a", start + 4s) == 6s);
    CHECK(throttle.take("b", start) == 0s);
    CHECK(throttle.wait_for("a", start + 10s) == 0s);
    CHECK(passed(5, [&](int) { return throttle.take("a", start + 10s); }) == 1);
    CHECK(passed(5, [&](int) { return throttle.take("a", start + 1h); }) == 3);
    throttle.give_back("a", start + 1h);
    CHECK(passed(5, [&](int) { return throttle.take("a", start + 1h); }) == 1);
    throttle.give_back("unknown", start);
}

TEST_CASE("a throttle remembers so many keys and no more") {
    Throttle throttle({.at_once = 1, .refill = 1h});
    CHECK(throttle.take("first", start) == 0s);
    CHECK(throttle.take("first", start) == 1h);
    for (std::size_t i = 0; i < limits::throttle_keys_max; ++i) {
        throttle.take(std::to_string(i), start);
    }
    CHECK(throttle.take("first", start) == 0s);
}

TEST_CASE("a throttle costs what its limit says, however long the keys are") {
    Throttle throttle({.at_once = 1, .refill = 1h});
    const std::size_t before = ::mallinfo2().uordblks;
    for (std::size_t i = 0; i < limits::throttle_keys_max; ++i) {
        throttle.take(std::to_string(i) + std::string(7'900, 'x'), start);
    }
    const std::size_t grown = ::mallinfo2().uordblks - before;
    CHECK(grown / limits::throttle_keys_max <= limits::throttle_key_bytes);
    CHECK(throttle.take("65535" + std::string(7'900, 'x'), start) == 1h);
    CHECK(throttle.take("65535" + std::string(7'899, 'x'), start) == 0s);
}

TEST_CASE("guessing one login from one address: 10, then one in 90 s") {
    Throttles throttles;
    CHECK(passed(50, [&](int) { return throttles.sign_in("kim", "192.0.2.1", start); }) == 10);
    CHECK(throttles.sign_in("kim", "192.0.2.1", start) == 90s);
    CHECK(throttles.sign_in("lee", "192.0.2.1", start) == 0s);
    CHECK(passed(50, [&](int) { return throttles.sign_in("kim", "192.0.2.1", start + 15min); }) ==
          10);
}

TEST_CASE("guessing many logins from one address: 100") {
    Throttles throttles;
    CHECK(passed(300, [&](int i) {
              return throttles.sign_in("user" + std::to_string(i), "192.0.2.1", start);
          }) == 100);
}

TEST_CASE("guessing one login from everywhere: 30, then one in 30 s, and never nothing") {
    Throttles throttles;
    const auto from_everywhere = [&](SteadyTime now, int first) {
        return passed(200,
                      [&](int i) { return throttles.sign_in("kim", address(first + i), now); });
    };
    CHECK(from_everywhere(start, 0) == 30);
    CHECK(from_everywhere(start + 30s, 200) == 1);
    CHECK(from_everywhere(start + 60s, 400) == 1);
    CHECK(from_everywhere(start + 1h, 600) == 30);
}

TEST_CASE("what was right does not count") {
    Throttles throttles;
    for (int i = 0; i < 500; ++i) {
        REQUIRE(throttles.sign_in("kim", "192.0.2.1", start) == 0s);
        throttles.sign_in_was_right("kim", "192.0.2.1", start);
    }
}

TEST_CASE("a refused attempt charges no wider bucket") {
    Throttles throttles;
    for (int i = 0; i < 1000; ++i) throttles.sign_in("kim", "192.0.2.1", start);
    CHECK(passed(200, [&](int i) {
              return throttles.sign_in("user" + std::to_string(i), "192.0.2.1", start);
          }) == 90);
}

TEST_CASE("a carrier's address signs a show's audience up, not a botnet's") {
    Throttles throttles;
    CHECK(passed(500, [&](int) { return throttles.sign_up("192.0.2.1", start); }) == 100);
    CHECK(passed(500, [&](int) { return throttles.sign_up("192.0.2.1", start + 1h); }) == 20);
    CHECK(passed(500, [&](int i) {
              return throttles.sign_up("2001:db8::" + std::to_string(i % 10), start);
          }) == 100);
}
