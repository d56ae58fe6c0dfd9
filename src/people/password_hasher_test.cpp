#include "people/password_hasher.hpp"

#include <doctest/doctest.h>

#include <future>

#include "async/testing.hpp"
#include "people/limits.hpp"

using namespace shopcast;
using namespace shopcast::people;

namespace {

constexpr Argon2Cost cheap{.memory_kib = 8, .passes = 1, .lanes = 1};

async::Task<void> hash_and_verify(async::Loop& loop, PasswordHasher& hasher) {
    // Bytes as given: a composed and a decomposed letter are two passwords.
    for (const std::string& password :
         {std::string("correct horse"), std::string("\ube44\ubc00\ubc88\ud638 \U0001F600"),
          std::string(128, 'x'), std::string("caf\u00e9 caf\u00e9"),
          std::string("nul\0inside", 10)}) {
        const auto stored = co_await hasher.hash(loop, "one", password);
        REQUIRE(stored);
        CHECK(stored->starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        const auto right = co_await hasher.verify(loop, "one", password, *stored);
        CHECK(right->matches);
        CHECK_FALSE(right->needs_rehash);
        const auto wrong = co_await hasher.verify(loop, "one", password + "x", *stored);
        CHECK_FALSE(wrong->matches);
    }
    const auto composed = co_await hasher.hash(loop, "one", "caf\u00e9 latte");
    const auto decomposed = co_await hasher.verify(loop, "one", "cafe\u0301 latte", *composed);
    CHECK_FALSE(decomposed->matches);
    const auto again = co_await hasher.hash(loop, "one", "caf\u00e9 latte");
    CHECK(*again != *composed);
}

async::Task<void> verify_nobody(async::Loop& loop, PasswordHasher& hasher) {
    const auto before = hasher.computed();
    const auto verdict = co_await hasher.verify(loop, "one", "correct horse", "");
    REQUIRE(verdict);
    CHECK_FALSE(verdict->matches);
    CHECK(hasher.computed() == before + 1);
    const auto damaged = co_await hasher.verify(loop, "one", "correct horse", "no PHC string");
    CHECK_FALSE(damaged->matches);
}

async::Task<void> ask_once(async::Loop& loop, PasswordHasher& hasher, std::string whose, int& done,
                           int& busy) {
    const auto hash = co_await hasher.hash(loop, std::move(whose), "correct horse");
    ++(hash ? done : busy);
    if (hash) co_return;
    CHECK(hash.error().code == Errc::Busy);
}

async::Task<void> wait_for_all(async::Loop& loop, int& done, int& busy, int all) {
    const auto all_answered = [&] { return done + busy == all; };
    co_await async::until(loop, all_answered, "an answer to everybody");
}

}  // namespace

TEST_CASE("a password is verified by its bytes") {
    PasswordHasher hasher(cheap, system_random());
    async::Loop loop("test");
    async::run_to_end(loop, hash_and_verify(loop, hasher));
}

TEST_CASE("nobody's password costs as much as somebody's") {
    PasswordHasher hasher(cheap, system_random());
    async::Loop loop("test");
    async::run_to_end(loop, verify_nobody(loop, hasher));
}

TEST_CASE("a flood of passwords is refused beyond the queue, and the rest is served") {
    PasswordHasher hasher({.memory_kib = 1024, .passes = 1, .lanes = 1}, system_random(), 1);
    async::Loop loop("test");
    int done = 0;
    int busy = 0;
    const int all = 3 * static_cast<int>(limits::password_queue_max);
    for (int i = 0; i < all; ++i) {
        loop.spawn(ask_once(loop, hasher, std::to_string(i), done, busy));
    }
    async::run_to_end(loop, wait_for_all(loop, done, busy, all));
    CHECK(done >= static_cast<int>(limits::password_queue_max));
    CHECK(busy > 0);
}

TEST_CASE("a flood from one address is refused beyond its share, and keeps nobody waiting") {
    PasswordHasher hasher({.memory_kib = 8192, .passes = 2, .lanes = 1}, system_random(), 1);
    async::Loop loop("test");
    int of_flood = 0;
    int busy = 0;
    const int all = 2 * static_cast<int>(limits::password_queue_of_one_max);
    for (int i = 0; i < all; ++i) loop.spawn(ask_once(loop, hasher, "flood", of_flood, busy));
    int of_buyer = 0;
    int refused = 0;
    loop.spawn(ask_once(loop, hasher, "buyer", of_buyer, refused));
    int before_buyer = 0;
    async::run_to_end(loop, async::until(
                                loop,
                                [&] {
                                    before_buyer = of_flood;
                                    return of_buyer + refused == 1;
                                },
                                "an answer to the buyer"));
    CHECK(of_buyer == 1);
    CHECK(before_buyer <= 3);  // what was being computed, and what was answered meanwhile
    CHECK(busy > 0);
}

TEST_CASE("another cost is noticed") {
    const std::string stored = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA";
    CHECK_FALSE(needs_rehash(stored, {}));
    CHECK(needs_rehash(stored, {.memory_kib = 47104}));
    CHECK(needs_rehash(stored, {.passes = 3}));
    CHECK(needs_rehash("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA", {}));
    CHECK(needs_rehash("$argon2id$v=19$m=194560,t=2,p=1$c29tZXNhbHQ$aGFzaA", {}));
}
