#include "wire/ip_address.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::wire;

namespace {

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    REQUIRE_MESSAGE(parsed, std::string(text));
    return *parsed;
}

bool contains(std::string network, std::string_view text) {
    const std::vector<std::string> one{std::move(network)};
    const auto networks = IpNetworks::parse(one);
    REQUIRE(networks);
    return networks->contains(address(text));
}

std::string complaint(std::string network) {
    const std::vector<std::string> one{std::move(network)};
    const auto networks = IpNetworks::parse(one);
    return networks ? "none" : networks.error().message;
}

}  // namespace

TEST_CASE("addresses are read and written in one form each") {
    CHECK(address("192.0.2.1").to_string() == "192.0.2.1");
    CHECK(address("2001:DB8:0:0::1").to_string() == "2001:db8::1");
    CHECK(address("::ffff:192.0.2.1") == address("192.0.2.1"));
    CHECK(address("::ffff:192.0.2.1").to_string() == "192.0.2.1");
    CHECK(address("192.0.2.1").is_v4());
    CHECK_FALSE(address("::1").is_v4());
    for (const std::string_view wrong :
         {"", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1 ", "[::1]", "fe80::1%eth0",
          "1:2:3:4:5:6:7:8:9", "localhost", "unknown"}) {
        CAPTURE(wrong);
        CHECK_FALSE(IpAddress::parse(wrong));
    }
    CHECK_FALSE(IpAddress::parse(std::string_view("192.0.2.1\0", 10)));
}

TEST_CASE("endpoints carry a port, or 0") {
    const std::vector<std::pair<std::string_view, std::string_view>> table = {
        {"192.0.2.1", "192.0.2.1:0"},        {"192.0.2.1:50312", "192.0.2.1:50312"},
        {"2001:db8::1", "[2001:db8::1]:0"},  {"[2001:db8::1]:80", "[2001:db8::1]:80"},
        {"::ffff:192.0.2.1", "192.0.2.1:0"},
    };
    for (const auto& [text, written] : table) {
        CAPTURE(text);
        const auto endpoint = IpEndpoint::parse(text);
        REQUIRE(endpoint);
        CHECK(endpoint->to_string() == written);
        CHECK(IpEndpoint::parse(written) == endpoint);
    }
    for (const std::string_view wrong :
         {"", ":80", "unix", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "[192.0.2.1]:80",
          "[2001:db8::1]", "[2001:db8::1]80", "_hidden", "192.0.2.1:80:80"}) {
        CAPTURE(wrong);
        CHECK_FALSE(IpEndpoint::parse(wrong));
    }
}

TEST_CASE("a network holds what shares its prefix") {
    CHECK(contains("10.0.0.0/8", "10.255.0.1"));
    CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    CHECK(contains("192.0.2.128/25", "192.0.2.200"));
    CHECK_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    CHECK(contains("192.0.2.1", "192.0.2.1"));
    CHECK_FALSE(contains("192.0.2.1", "192.0.2.2"));
    CHECK(contains("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    CHECK(contains("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(contains("::/0", "192.0.2.1"));
    CHECK(contains("::1", "::1"));
    CHECK(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
    CHECK_FALSE(IpNetworks().contains(address("127.0.0.1")));
}

TEST_CASE("a wrong network is told in words") {
    CHECK(complaint("10.0.0.0/33") ==
          "\"10.0.0.0/33\": behind the slash stands a number from 0 "
          "to 32");
    CHECK(complaint("::/129").ends_with("from 0 to 128"));
    CHECK(complaint("10.0.0.0/").ends_with("from 0 to 32"));
    CHECK(complaint("10.0.0.0/255.0.0.0").ends_with("from 0 to 32"));
    CHECK(complaint("edge-1.example.com").starts_with("\"edge-1.example.com\" is neither"));
    CHECK(complaint("").starts_with("\"\" is neither"));
}

TEST_CASE("limits count an IPv6 address by its /64") {
    CHECK(counted_as("2001:db8:1:2:3:4:5:6") == counted_as("2001:db8:1:2::9"));
    CHECK(counted_as("2001:db8:1:2::1") != counted_as("2001:db8:1:3::1"));
    CHECK(counted_as("192.0.2.1") != counted_as("192.0.2.2"));
    CHECK(counted_as("::ffff:192.0.2.1") == counted_as("192.0.2.1"));
    CHECK(counted_as("not an address") == "not an address");
}

TEST_CASE("a prefix is the network an address is in") {
    CHECK(address("2001:db8:1:2:3:4:5:6").prefix(64).to_string() == "2001:db8:1:2::");
    CHECK(address("2001:db8:1:ff82::").prefix(57).to_string() == "2001:db8:1:ff80::");
    CHECK(address("192.0.2.77").prefix(96 + 24) == address("192.0.2.0"));
    CHECK(address("2001:db8::1").prefix(128) == address("2001:db8::1"));
    CHECK(address("2001:db8::1").prefix(0).to_string() == "::");
}
