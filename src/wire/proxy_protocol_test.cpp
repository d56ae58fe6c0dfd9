#include "wire/proxy_protocol.hpp"

#include <doctest/doctest.h>

#include <string>

#include "wire/hex_for_tests.hpp"
#include "wire/limits.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

/// "192.0.2.1:56324 after 48", "itself after 15", "more" or the error's code.
std::string read(ByteSpan in) {
    const auto parsed = parse_proxy_header(in);
    if (!parsed) return std::string(to_string(parsed.error().code));
    if (!*parsed) return "more";
    const std::string source = (*parsed)->source ? (*parsed)->source->to_string() : "itself";
    return source + " after " + std::to_string((*parsed)->length);
}
std::string read(std::string_view text) {
    return read(as_bytes(text));
}

const std::string signature = "0d0a0d0a000d0a515549540a";
/// 2.2: version 2, PROXY, TCP over IPv4, 192.0.2.7:50312 to 198.51.100.1:443.
const std::string v4_header = signature + "21 11 000c c0000207 c6336401 c488 01bb";
/// The same over IPv6, 2001:db8::7 to ::1, with a TLV (NOOP, 3 bytes).
const std::string v6_header = signature +
                              "21 21 002a 20010db8000000000000000000000007"
                              " 00000000000000000000000000000001 c488 01bb 04 0003 000000";

}  // namespace

TEST_CASE("version 1: the specification's lines") {
    // 2.1: the longest lines of each family.
    CHECK(read("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n") ==
          "255.255.255.255:65535 after 56");
    CHECK(read("PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n") == "malformed");
    CHECK(read("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
               " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n") ==
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 after 104");
    CHECK(read("PROXY UNKNOWN\r\n") == "itself after 15");
    CHECK(read("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
               " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n") == "itself after 107");
    // 2.1: "example of such a line before an HTTP request".
    CHECK(read("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"
               "GET / HTTP/1.1\r\nHost: 192.168.0.11\r\n\r\n") == "192.168.0.1:56324 after 47");
}

TEST_CASE("version 1: everything else is refused") {
    for (const std::string_view wrong :
         {"GET / HTTP/1.1\r\n", "POST", "PROXY\r\n", "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
          "proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
          "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n",
          "PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n",
          "PROXY TCP4 ::1 2.2.2.2 1 2\r\n", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n",
          "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
          "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 x\r\n",
          "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rX", "PROXY \r\n"}) {
        CAPTURE(wrong);
        CHECK(read(wrong) == "malformed");
    }
    CHECK(read("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n") == "itself after 107");
    CHECK(read("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n") == "malformed");
    CHECK(read("PROXY UNKNOWN " + std::string(93, 'x')) == "malformed");
}

TEST_CASE("version 2: addresses of streams, LOCAL and UNSPEC") {
    CHECK(read(unhex(v4_header)) == "192.0.2.7:50312 after 28");
    CHECK(read(unhex(v6_header)) == "[2001:db8::7]:50312 after 58");
    CHECK(read(unhex(signature + "20 00 0000")) == "itself after 16");
    // LOCAL: whatever follows is discarded, its family too.
    CHECK(read(unhex(signature + "20 ff 0002 abcd")) == "itself after 18");
    CHECK(read(unhex(signature + "21 00 0001 ff 4711")) == "itself after 17");
    CHECK(read(unhex(signature + "21 31 00d8" + std::string(2 * 216UL, '0'))) ==
          "itself after 232");
}

TEST_CASE("version 2: everything else is refused") {
    CHECK(read(unhex("0d0a0d0a000d0a515549540b")) == "malformed");
    CHECK(read(unhex(signature + "11")) == "malformed");  // version 1
    CHECK(read(unhex(signature + "22")) == "malformed");  // no such command
    CHECK(read(unhex(signature + "21 12 000c c0000207 c6336401 c488 01bb")) == "malformed");  // UDP
    CHECK(read(unhex(signature + "21 41 0000")) == "malformed");  // no such family
    CHECK(read(unhex(signature + "21 11 000b c0000207 c6336401 c488 01")) == "malformed");
    CHECK(read(unhex(signature + "21 21 000c c0000207 c6336401 c488 01bb")) == "malformed");
    CHECK(read(unhex(signature + "21 31 0000")) == "malformed");
}

TEST_CASE("a header larger than the limit is refused before it arrives") {
    static_assert(limits::proxy_header_bytes_max == 0x800);
    CHECK(read(unhex(signature + "20 00 07f0")) == "more");
    CHECK(read(unhex(signature + "20 00 07f1")) == to_string(Errc::TooLarge));
}

TEST_CASE(
    "cut at any byte, every header wants more; with bytes behind it, it ends where it ended") {
    const std::string_view line = "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n";
    const ByteVector v1(as_bytes(line).begin(), as_bytes(line).end());
    for (const ByteVector& whole : {v1, unhex(v4_header), unhex(v6_header)}) {
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CAPTURE(length);
            CHECK(read(ByteSpan(whole).first(length)) == "more");
        }
        ByteVector longer = whole;
        longer.resize(whole.size() + 3, std::byte{0x03});
        CHECK(read(longer) == read(whole));
        CHECK(read(whole).ends_with(" after " + std::to_string(whole.size())));
    }
}
