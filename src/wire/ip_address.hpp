#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// An IPv4 or IPv6 address. An IPv4 address written as an IPv6 one (::ffff:192.0.2.1) is the IPv4
/// address, so that one machine has one name in limits and logs.
class IpAddress {
public:
    /// "192.0.2.1" or "2001:db8::1"; no zone, no brackets, no port.
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress from_v4(std::span<const std::byte, 4> network_order);
    static IpAddress from_v6(std::span<const std::byte, 16> network_order);

    bool is_v4() const;
    std::string to_string() const;
    /// Whether the first `bits` of the 128 are the same; an IPv4 address has them behind ::ffff:.
    bool shares_prefix(const IpAddress& other, int bits) const;
    /// The network it is in: everything behind the first `bits` of the 128 is zero.
    IpAddress prefix(int bits) const;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;

private:
    std::array<std::byte, 16> bytes_{};
};

/// An address as limits count it: IPv6 by its /64, which is one household or phone.
std::string counted_as(const IpAddress& address);
/// The same of its text; what is no address is counted as it is.
std::string counted_as(std::string_view address);

/// An address and a port; 0 where nobody told one.
struct IpEndpoint {
    IpAddress address;
    std::uint16_t port = 0;

    /// "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80".
    static std::optional<IpEndpoint> parse(std::string_view text);
    /// "192.0.2.1:80" or "[2001:db8::1]:80".
    std::string to_string() const;

    friend bool operator==(const IpEndpoint&, const IpEndpoint&) = default;
};

/// Networks as an operator lists them.
class IpNetworks {
public:
    IpNetworks() = default;
    /// Each "192.0.2.1", "10.0.0.0/8", "2001:db8::/32" or "::1".
    /// Errors: Config, with what to write instead.
    static Result<IpNetworks> parse(std::span<const std::string> texts);

    bool contains(const IpAddress& address) const;
    bool empty() const { return networks_.empty(); }

private:
    struct Network {
        IpAddress first;
        int bits = 128;  ///< of the 128, also for IPv4
    };
    static Result<Network> parse_one(std::string_view text);

    std::vector<Network> networks_;
};

}  // namespace shopcast::wire
