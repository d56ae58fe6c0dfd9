#include "wire/proxy_protocol.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "base/text.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {
namespace {

using Parsed = Result<std::optional<ProxyHeader>>;

constexpr std::string_view v1_begin = "PROXY ";
/// 2.2: "\x0D\x0A\x0D\x0A\x00\x0D\x0A\x51\x55\x49\x54\x0A"
constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_fixed_bytes = 16;
/// 2.1: "a 108-byte buffer is always enough to store all the line and a trailing zero".
constexpr std::size_t v1_line_bytes_max = 107;

std::unexpected<Error> malformed(std::string_view what) {
    return fail(Errc::Malformed, "the PROXY protocol header " + std::string(what));
}

/// Whether the two are the same as far as both go.
bool agrees(ByteSpan in, std::string_view expected) {
    const std::string_view text = as_text(in);
    const std::size_t common = std::min(text.size(), expected.size());
    return text.substr(0, common) == expected.substr(0, common);
}

/// 2.1: "a decimal integer in the range [0..65535] inclusive. Heading zeroes are not permitted".
std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return parse_int<std::uint16_t>(text);
}

/// An address in its own family's form: version 1 writes no IPv4 address as an IPv6 one for TCP4.
std::optional<IpAddress> parse_address(std::string_view text, bool v6) {
    if (text.contains(':') != v6) return std::nullopt;
    return IpAddress::parse(text);
}

Parsed parse_v1(ByteSpan in) {
    const std::string_view text = as_text(in.first(std::min(in.size(), v1_line_bytes_max)));
    const std::size_t cr = text.find('\r');
    const bool complete = cr != std::string_view::npos && cr + 1 < text.size();
    if (!complete && text.size() == v1_line_bytes_max) return malformed("is longer than its line");
    if (!complete) return std::nullopt;
    if (text[cr + 1] != '\n') return malformed("does not end with CR LF");

    ProxyHeader out{.length = cr + 2, .source = std::nullopt};
    const auto words = split(text.substr(v1_begin.size(), cr - v1_begin.size()), ' ');
    // 2.1: for UNKNOWN "the receiver must ignore anything presented before the CRLF is found".
    if (words[0] == "UNKNOWN") return out;
    const bool v6 = words[0] == "TCP6";
    if (!v6 && words[0] != "TCP4") return malformed("names neither TCP4, TCP6 nor UNKNOWN");
    if (words.size() != 5) return malformed("does not have two addresses and two ports");
    const auto source = parse_address(words[1], v6);
    const auto port = parse_port(words[3]);
    if (!source || !parse_address(words[2], v6)) return malformed("holds an address that is none");
    if (!port || !parse_port(words[4])) return malformed("holds a port that is none");
    out.source = IpEndpoint{.address = *source, .port = *port};
    return out;
}

/// The address block of version 2: source, destination, source port, destination port.
Result<std::optional<IpEndpoint>> read_source(std::uint8_t family, ByteReader in) {
    switch (family) {
        case 0x11: {
            const ByteSpan addresses = TRY(in.bytes(8));
            const std::uint16_t port = TRY(in.u16());
            TRY_VOID(in.skip(2));
            return IpEndpoint{.address = IpAddress::from_v4(addresses.first<4>()), .port = port};
        }
        case 0x21: {
            const ByteSpan addresses = TRY(in.bytes(32));
            const std::uint16_t port = TRY(in.u16());
            TRY_VOID(in.skip(2));
            return IpEndpoint{.address = IpAddress::from_v6(addresses.first<16>()), .port = port};
        }
        case 0x31: TRY_VOID(in.skip(216)); return std::nullopt;
        default: return std::nullopt;  // 0x00, UNSPEC
    }
}

Parsed parse_v2(ByteSpan in) {
    constexpr std::uint8_t local = 0x20;
    constexpr std::uint8_t proxy = 0x21;
    ByteReader reader(in.subspan(std::min(in.size(), v2_signature.size())));
    const auto command = reader.u8();
    if (!command) return std::nullopt;
    if (*command != local && *command != proxy)
        return malformed("has a version or command we do not know");
    const auto family = reader.u8();
    if (!family) return std::nullopt;
    const auto length = reader.u16();
    if (!length) return std::nullopt;
    if (v2_fixed_bytes + *length > limits::proxy_header_bytes_max) {
        return fail(Errc::TooLarge, "the PROXY protocol header is too large");
    }
    const auto block = reader.bytes(*length);
    if (!block) return std::nullopt;

    ProxyHeader out{.length = v2_fixed_bytes + *length, .source = std::nullopt};
    // 2.2: for LOCAL "the receiver must [...] discard the protocol block including the family".
    if (*command == local) return out;
    constexpr std::array<std::uint8_t, 4> streams{0x00, 0x11, 0x21, 0x31};
    if (std::ranges::find(streams, *family) == streams.end())
        return malformed("speaks of no stream");
    const auto source = read_source(*family, ByteReader(*block));
    if (!source) return malformed("is shorter than its addresses");
    out.source = *source;
    return out;
}

}  // namespace

Parsed parse_proxy_header(ByteSpan in) {
    if (in.empty()) return std::nullopt;
    if (agrees(in, v1_begin)) return in.size() < v1_begin.size() ? std::nullopt : parse_v1(in);
    if (agrees(in, v2_signature)) return parse_v2(in);
    return malformed("is missing");
}

std::size_t proxy_header_bytes_left(ByteSpan in) {
    // Version 1's shortest line has 15 bytes, so the 12 that tell the versions apart are safe.
    if (in.size() < v2_signature.size()) return v2_signature.size() - in.size();
    if (!agrees(in, v2_signature)) return 1;
    if (in.size() < v2_fixed_bytes) return v2_fixed_bytes - in.size();
    const std::size_t length =
        std::to_integer<std::size_t>(in[14]) << 8 | std::to_integer<std::size_t>(in[15]);
    return std::max<std::size_t>(
        v2_fixed_bytes + length - std::min(in.size(), v2_fixed_bytes + length), 1);
}

}  // namespace shopcast::wire
