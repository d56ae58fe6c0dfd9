#include "wire/ip_address.hpp"
#include <arpa/inet.h>

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace shopcast::wire {
namespace {

constexpr int v6_bits = 128;
constexpr int v4_bits = 32;
/// ::ffff:0:0/96, the place of IPv4 within IPv6 (RFC 4291, 2.5.5.2).
constexpr std::array<std::byte, 12> v4_prefix = {
    std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},    std::byte{0},
    std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0xFF}, std::byte{0xFF}};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN || text.contains('\0')) return std::nullopt;
    const std::string copy(text);
    std::array<std::byte, 16> bytes{};
    if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
        return from_v4(std::span(bytes).first<4>());
    }
    if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return from_v6(bytes);
    return std::nullopt;
}

IpAddress IpAddress::from_v4(std::span<const std::byte, 4> network_order) {
    IpAddress out;
    std::ranges::copy(v4_prefix, out.bytes_.begin());
    std::ranges::copy(network_order, out.bytes_.begin() + v4_prefix.size());
    return out;
}

IpAddress IpAddress::from_v6(std::span<const std::byte, 16> network_order) {
    IpAddress out;
    std::ranges::copy(network_order, out.bytes_.begin());
    return out;
}

bool IpAddress::is_v4() const {
    return std::ranges::equal(v4_prefix, std::span(bytes_).first<v4_prefix.size()>());
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes_.data() + v4_prefix.size(), text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    }
    return text.data();
}

bool IpAddress::shares_prefix(const IpAddress& other, int bits) const {
    for (std::size_t i = 0; i < bytes_.size() && bits > 0; ++i, bits -= 8) {
        const auto ignored = static_cast<unsigned>(std::max(0, 8 - bits));
        if (((bytes_[i] ^ other.bytes_[i]) >> ignored) != std::byte{0}) return false;
    }
    return true;
}

IpAddress IpAddress::prefix(int bits) const {
    IpAddress network = *this;
    for (std::byte& byte : network.bytes_) {
        byte &= static_cast<std::byte>(0xFF00U >> std::clamp(bits, 0, 8));
        bits -= 8;
    }
    return network;
}

std::string counted_as(const IpAddress& address) {
    if (address.is_v4()) return address.to_string();
    return address.prefix(64).to_string() + "/64";
}

std::string counted_as(std::string_view address) {
    const auto parsed = IpAddress::parse(address);
    return parsed ? counted_as(*parsed) : std::string(address);
}

std::optional<IpEndpoint> IpEndpoint::parse(std::string_view text) {
    if (const auto bare = IpAddress::parse(text)) return IpEndpoint{.address = *bare};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::parse(host);
    const auto port = parse_int<std::uint16_t>(text.substr(colon + 1));
    if (!address || !port || bracketed != host.contains(':')) return std::nullopt;
    return IpEndpoint{.address = *address, .port = *port};
}

std::string IpEndpoint::to_string() const {
    if (address.is_v4()) return fmt::format("{}:{}", address.to_string(), port);
    return fmt::format("[{}]:{}", address.to_string(), port);
}

Result<IpNetworks> IpNetworks::parse(std::span<const std::string> texts) {
    IpNetworks out;
    for (const std::string& text : texts) out.networks_.push_back(TRY(parse_one(text)));
    return out;
}

Result<IpNetworks::Network> IpNetworks::parse_one(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) {
        return fail(Errc::Config,
                    fmt::format("\"{}\" is neither an address nor a network; write 192.0.2.1, "
                                "10.0.0.0/8, ::1 or 2001:db8::/32",
                                text));
    }
    if (slash == std::string_view::npos) return Network{.first = *address, .bits = v6_bits};

    const int most = address->is_v4() ? v4_bits : v6_bits;
    const auto prefix = parse_int<int>(text.substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > most) {
        return fail(Errc::Config, fmt::format("\"{}\": behind the slash stands a number from 0 to "
                                              "{}",
                                              text, most));
    }
    return Network{.first = *address, .bits = *prefix + v6_bits - most};
}

bool IpNetworks::contains(const IpAddress& address) const {
    return std::ranges::any_of(networks_, [&](const Network& network) {
        return network.first.shares_prefix(address, network.bits);
    });
}

}  // namespace shopcast::wire
