#include "base/text.hpp"

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"

using namespace shopcast;

TEST_CASE("parse_int takes the whole text or nothing") {
    CHECK(parse_int<int>("42") == 42);
    CHECK(parse_int<int>("-1") == -1);
    CHECK_FALSE(parse_int<unsigned>("-1"));
    CHECK_FALSE(parse_int<int>("42 "));
    CHECK_FALSE(parse_int<int>("+42"));
    CHECK_FALSE(parse_int<int>(""));
    CHECK_FALSE(parse_int<std::uint8_t>("256"));
}

TEST_CASE("base32 follows RFC 4648 section 10, lower case and without padding") {
    CHECK(to_base32(as_bytes("f")) == "my");
    CHECK(to_base32(as_bytes("fooba")) == "mzxw6ytb");
    CHECK(to_base32(as_bytes("foobar")) == "mzxw6ytboi");
}

TEST_CASE("a misspelled key finds its neighbour, a strange one finds nothing") {
    CHECK(nearest_word("portt", {"port", "host", "data_folder"}) == "port");
    CHECK(nearest_word("zzzzzzzz", {"port", "host"}).empty());
}

TEST_CASE("wall time is RFC 3339 in UTC with milliseconds") {
    CHECK(to_rfc3339(WallTime(Milliseconds(1'700'000'000'007))) == "2023-11-14T22:13:20.007Z");
}

TEST_CASE("JSON strings survive quotes, control characters and broken UTF-8") {
    CHECK(log::json_quoted("a\"b\\c\n\x01") == R"("a\"b\\c\n\u0001")");
    CHECK(log::json_quoted("\xed\x95\x9c") == "\"\xed\x95\x9c\"");
    CHECK(log::json_quoted("\xff\xc0\xaf") == R"("\ufffd\ufffd\ufffd")");
}

TEST_CASE("metrics render in the Prometheus text format") {
    metrics::counter("test_hits_total", "Hits.", {{"kind", "a\"b"}}).add(3);
    metrics::histogram("test_wait_seconds", "Waits.", {0.1, 1}).observe(0.5);
    const std::string text = metrics::render();
    CHECK(text.find("test_hits_total{kind=\"a\\\"b\"} 3\n") != std::string::npos);
    CHECK(text.find("test_wait_seconds_bucket{le=\"0.1\"} 0\n") != std::string::npos);
    CHECK(text.find("test_wait_seconds_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
    CHECK(text.find("test_wait_seconds_sum 0.5\n") != std::string::npos);
}

TEST_CASE("a seeded generator repeats itself") {
    SeededRandom a(7);
    SeededRandom b(7);
    CHECK(random_token(a, 20) == random_token(b, 20));
    CHECK(random_token(a, 20).size() == 32);
}
