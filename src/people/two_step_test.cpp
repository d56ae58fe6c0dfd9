#include "people/two_step.hpp"

#include "people/testing.hpp"
#include "people/totp.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

Answer<TwoStep::Offer> begin(World& world, const AccountId& id, const char* password) {
    return world.ask(
        [&](async::Loop& loop) { return world.people().two_step().begin(loop, id, password); });
}

Answer<std::vector<std::string>> confirm(World& world, const AccountId& id,
                                         const std::string& code) {
    return world.ask([&](async::Loop& loop) {
        return world.people().two_step().confirm(loop, id, code, {.account = id});
    });
}

Answer<void> disable(World& world, const AccountId& id, const std::string& code) {
    return world.ask([&](async::Loop& loop) {
        return world.people().two_step().disable(loop, id, "correct horse", code, {.account = id});
    });
}

/// What the app shows for a secret as typed from the page.
std::string app(World& world, std::string_view shown) {
    ByteVector secret;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : shown) {
        buffer = buffer << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        secret.push_back(static_cast<std::byte>(buffer >> bits));
    }
    return totp::code_at(secret, totp::step_of(world.clock().wall()));
}

struct Enrolled {
    SignedIn who;
    std::string secret;
    std::vector<std::string> recovery_codes;
};

Enrolled enrol(World& world) {
    SignedIn kim = world.sign_up("kim");
    const auto offer = begin(world, kim.account.id, "correct horse");
    REQUIRE(offer);
    auto codes = confirm(world, kim.account.id, app(world, offer->secret));
    REQUIRE(codes);
    return {std::move(kim), offer->secret, std::move(*codes)};
}

}  // namespace

TEST_CASE("two-step sign-in asks for a code, takes each once, and says which step is missing") {
    World world;
    const Enrolled kim = enrol(world);
    CHECK(world.caller(kim.who.token).who->totp);
    const auto reason_with = [&](const std::string& code) {
        const auto answer = world.sign_in("kim", "correct horse", code);
        return answer ? std::string("none") : code_of(answer.error());
    };
    CHECK(reason_with("") == "code_required");
    CHECK(reason_with(app(world, kim.secret)) == "invalid_code");  // it turned two-step on
    world.clock().advance(30s);
    const std::string code = app(world, kim.secret);
    CHECK(reason_with(code) == "none");
    CHECK(reason_with(code) == "invalid_code");
    world.restart();
    CHECK(reason_with(code) == "invalid_code");
    CHECK(world.sign_in("kim", "wrong horse", app(world, kim.secret)).error().reason ==
          Reason::InvalidCredentials);
    world.clock().advance(30s);
    CHECK(reason_with(app(world, kim.secret)) == "none");
}

TEST_CASE("a recovery code works once instead, however it is typed") {
    World world;
    const Enrolled kim = enrol(world);
    REQUIRE(kim.recovery_codes.size() == 10);
    CHECK(world.sign_in("kim", "correct horse", kim.recovery_codes[0]));
    CHECK_FALSE(world.sign_in("kim", "correct horse", kim.recovery_codes[0]));
    std::string typed = " " + kim.recovery_codes[1];
    typed.erase(typed.find('-'), 1);
    for (char& c : typed) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    CHECK(world.sign_in("kim", "correct horse", typed));
    CHECK(world.count("SELECT count(*) FROM totp_recovery_code") == 8);
}

TEST_CASE("guessing codes is throttled by account") {
    World world;
    const Enrolled kim = enrol(world);
    for (int i = 0; i < 5; ++i) {
        const auto answer = world.sign_in("kim", "correct horse", "not it",
                                          World::visit("198.51.100." + std::to_string(i)));
        CHECK(answer.error().reason == Reason::InvalidCode);
        CHECK(answer.error().account == kim.who.account.id.value);
    }
    const auto answer = world.sign_in("kim", "correct horse", kim.recovery_codes[0]);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == Reason::TooManyAttempts);
    CHECK(answer.error().account == kim.who.account.id.value);
    world.clock().advance(1min);
    CHECK(world.sign_in("kim", "correct horse", kim.recovery_codes[0]));
}

TEST_CASE("turning two-step on needs the password, the app, and ten minutes at most") {
    World world;
    const SignedIn kim = world.sign_up("kim");
    const AccountId& id = kim.account.id;
    CHECK(begin(world, id, "wrong horse").error().field == "password");
    CHECK(confirm(world, id, "123456").error().reason == Reason::TwoStepState);
    const auto offer = begin(world, id, "correct horse");
    REQUIRE(offer);
    CHECK(offer->otpauth_url.starts_with("otpauth://totp/shopcast:kim?secret=" + offer->secret));
    CHECK(confirm(world, id, "nonsense").error().field == "code");
    CHECK(world.sign_in("kim", "correct horse"));  // nothing has changed yet
    world.clock().advance(10min);
    CHECK(confirm(world, id, app(world, offer->secret)).error().reason == Reason::TwoStepState);
    const auto again = begin(world, id, "correct horse");
    REQUIRE(again);
    CHECK(confirm(world, id, app(world, again->secret)));
    CHECK(begin(world, id, "correct horse").error().reason == Reason::TwoStepState);
}

TEST_CASE("turning two-step off needs both steps") {
    World world;
    const Enrolled kim = enrol(world);
    const AccountId& id = kim.who.account.id;
    CHECK(disable(world, id, "000000").error().field == "code");
    CHECK(disable(world, id, kim.recovery_codes[3]));
    CHECK(world.sign_in("kim", "correct horse"));
    CHECK(world.count("SELECT count(*) FROM totp_recovery_code") == 0);
    CHECK_FALSE(world.caller(kim.who.token).who->totp);
    CHECK(disable(world, id, "000000").error().reason == Reason::TwoStepState);
}

TEST_CASE("two-step sign-in wakes the roles of staff") {
    Settings strict = World::cheap();
    strict.staff_totp_required = true;
    World world(strict);
    const Enrolled kim = enrol(world);
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().roles().grant(loop, "kim", {Role::Host, "main"}, {});
    }));
    CHECK_FALSE(world.caller(kim.who.token).who->totp_missing);
    CHECK(world.caller(kim.who.token).who->grants.size() == 1);
    REQUIRE(disable(world, kim.who.account.id, kim.recovery_codes[0]));
    CHECK(world.caller(kim.who.token).who->totp_missing);
    CHECK(world.caller(kim.who.token).who->grants.empty());
}
