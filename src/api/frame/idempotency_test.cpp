#include "api/frame/idempotency.hpp"

#include <doctest/doctest.h>

#include "api/limits.hpp"
#include "base/testing.hpp"

using namespace shopcast;
using namespace std::chrono_literals;
using Answers = api::IdempotentAnswers;

namespace {

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
    StoppedClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", as_bytes("body"))));
    CHECK(is<Answers::InFlight>(answers.begin("kim", "a", as_bytes("body"))));
    CHECK(is<Answers::OtherBody>(answers.begin("kim", "a", as_bytes("other"))));
    CHECK(is<Answers::Begun>(answers.begin("kim", "b", as_bytes("body"))));
    answers.finish("kim", "a", created(), false);
    const auto found = answers.begin("kim", "a", as_bytes("body"));
    REQUIRE(is<http::Response>(found));
    CHECK(std::get<http::Response>(found).status() == 201);
    clock.passed += limits::idempotent_answers_kept_for + 1ms;
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", as_bytes("body"))));
}

TEST_CASE("a refusal may be tried again") {
    StoppedClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", {})));
    answers.finish("kim", "a", http::Response(409), false);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", {})));
}

TEST_CASE("a secret is forgotten, what it belongs to is not") {
    StoppedClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", {})));
    answers.finish("kim", "a", created(), true);
    clock.passed += limits::secret_answers_kept_for;
    CHECK(is<http::Response>(answers.begin("kim", "a", {})));
    clock.passed += 1ms;
    const auto found = answers.begin("kim", "a", {});
    REQUIRE(is<Answers::SecretForgotten>(found));
    CHECK(std::get<Answers::SecretForgotten>(found).location == "/api/v1/channels/x");
}

TEST_CASE("answers are bounded: the oldest goes") {
    StoppedClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    for (std::size_t i = 0; i <= limits::idempotent_answers_max; ++i) {
        CHECK(is<Answers::Begun>(answers.begin(std::to_string(i), "a", {})));
    }
    CHECK(is<Answers::InFlight>(answers.begin("1", "a", {})));
    CHECK(is<Answers::Begun>(answers.begin("0", "a", {})));
}

TEST_CASE("whoever has many forgets his own oldest, and nobody else's") {
    StoppedClock clock;
    SeededRandom random(1);
    Answers answers(clock, random);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", {})));
    for (std::size_t i = 0; i < limits::idempotent_answers_max + 10; ++i) {
        CHECK(is<Answers::Begun>(answers.begin("lee", std::to_string(i), {})));
    }
    CHECK(is<Answers::InFlight>(answers.begin("kim", "a", {})));
    const std::size_t last = limits::idempotent_answers_max + 9;
    const std::size_t oldest = last + 1 - limits::idempotent_answers_of_one_max;
    CHECK(is<Answers::InFlight>(answers.begin("lee", std::to_string(oldest), {})));
    CHECK(is<Answers::Begun>(answers.begin("lee", std::to_string(oldest - 1), {})));
    // What was refused leaves its place.
    answers.finish("kim", "a", http::Response(409), false);
    CHECK(is<Answers::Begun>(answers.begin("kim", "a", {})));
}
