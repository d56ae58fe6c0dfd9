#include "api/frame/idempotency.hpp"

#include <doctest/doctest.h>

#include "api/limits.hpp"

using namespace shopcast;
using namespace std::chrono_literals;
using Answers = api::IdempotentAnswers;

namespace {

struct ManualClock final : Clock {
    SteadyTime steady() const override { return SteadyTime{} + passed; }
    WallTime wall() const override { return WallTime{} + passed; }
    Milliseconds passed{1h};
};

http::Response created() {
    http::Response response = http::Response::json("{}", 201);
    response.header("Location", "/api/v1/channels/x");
    return response;
}

template <typename T>
bool is(const Answers::Found& found) {
    return std::holds_alternative<T>(found);
}

}  // namespace

TEST_CASE("the same request gets the same answer, another one none") {
    ManualClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("a", as_bytes("body"))));
    CHECK(is<Answers::InFlight>(answers.begin("a", as_bytes("body"))));
    CHECK(is<Answers::OtherBody>(answers.begin("a", as_bytes("other"))));
    CHECK(is<Answers::Begun>(answers.begin("b", as_bytes("body"))));
    answers.finish("a", created(), false);
    const auto found = answers.begin("a", as_bytes("body"));
    REQUIRE(is<http::Response>(found));
    CHECK(std::get<http::Response>(found).status() == 201);
    clock.passed += limits::idempotent_answers_kept_for + 1ms;
    CHECK(is<Answers::Begun>(answers.begin("a", as_bytes("body"))));
}

TEST_CASE("a refusal may be tried again") {
    ManualClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("a", {})));
    answers.finish("a", http::Response(409), false);
    CHECK(is<Answers::Begun>(answers.begin("a", {})));
}

TEST_CASE("a secret is forgotten, what it belongs to is not") {
    ManualClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("a", {})));
    answers.finish("a", created(), true);
    clock.passed += limits::secret_answers_kept_for;
    CHECK(is<http::Response>(answers.begin("a", {})));
    clock.passed += 1ms;
    const auto found = answers.begin("a", {});
    REQUIRE(is<Answers::SecretForgotten>(found));
    CHECK(std::get<Answers::SecretForgotten>(found).location == "/api/v1/channels/x");
}

TEST_CASE("answers are bounded: the oldest goes") {
    ManualClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    for (std::size_t i = 0; i <= limits::idempotent_answers_max; ++i) {
        CHECK(is<Answers::Begun>(answers.begin(std::to_string(i), {})));
    }
    CHECK(is<Answers::InFlight>(answers.begin("1", {})));
    CHECK(is<Answers::Begun>(answers.begin("0", {})));
}
