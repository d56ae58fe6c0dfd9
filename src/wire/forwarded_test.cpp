#include "wire/forwarded.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::wire;

namespace {

/// 127.0.0.1 and 10/8 are ours.
std::string client(std::string_view headers) {
    const std::vector<std::string> ours{"127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"};
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
    RequestHead head;
    REQUIRE(parse_request_head(text, 0, 8192, head).status == HeadStatus::Complete);
    const auto found = forwarded_client(head, IpNetworks::parse(ours).value());
    return found ? found->to_string() : "none";
}

}  // namespace

TEST_CASE("the right-most address that is not ours is the client") {
    CHECK(client("X-Forwarded-For: 203.0.113.7\r\n") == "203.0.113.7:0");
    CHECK(client("X-Forwarded-For: 203.0.113.7, 10.0.0.1\r\n") == "203.0.113.7:0");
    CHECK(client("x-forwarded-for: 198.51.100.1,203.0.113.7,10.0.0.1,127.0.0.1\r\n") ==
          "203.0.113.7:0");
    CHECK(client("X-Forwarded-For: 2001:db8:2::7, 2001:db8:1::1\r\n") == "[2001:db8:2::7]:0");
    CHECK(client("X-Forwarded-For: 203.0.113.7:4711\r\n") == "203.0.113.7:4711");
    CHECK(client("X-Forwarded-For: [2001:db8:2::7]:80 , 10.1.1.1\r\n") == "[2001:db8:2::7]:80");
}

TEST_CASE("when all are ours the left-most one is") {
    CHECK(client("X-Forwarded-For: 10.0.0.9, 10.0.0.1\r\n") == "10.0.0.9:0");
}

TEST_CASE("what a client writes itself is not believed") {
    CHECK(client("X-Forwarded-For: 127.0.0.1, 203.0.113.7\r\n") == "203.0.113.7:0");
    CHECK(client("X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.0.0.1\r\n") == "203.0.113.7:0");
}

TEST_CASE("several headers are one list") {
    CHECK(client("X-Forwarded-For: 203.0.113.7\r\nAccept: */*\r\nX-Forwarded-For: 10.0.0.1\r\n") ==
          "203.0.113.7:0");
    CHECK(client("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.7\r\n") ==
          "203.0.113.7:0");
}

TEST_CASE("the walk ends at garbage") {
    CHECK(client("") == "none");
    CHECK(client("X-Forwarded-For:\r\n") == "none");
    CHECK(client("X-Forwarded-For: , ,\r\n") == "none");
    CHECK(client("X-Forwarded-For: unknown\r\n") == "none");
    CHECK(client("X-Forwarded-For: 203.0.113.7, unknown\r\n") == "none");
    CHECK(client("X-Forwarded-For: 203.0.113.7, <script>, 10.0.0.1\r\n") == "10.0.0.1:0");
    CHECK(client("X-Forwarded-For: ,203.0.113.7,, 10.0.0.1,\r\n") == "203.0.113.7:0");
    CHECK(client("X-Forwarded-For: 203.0.113.7 198.51.100.1\r\n") == "none");
}
