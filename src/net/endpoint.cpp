#include "net/endpoint.hpp"
#include <arpa/inet.h>

#include <fmt/core.h>

#include "base/text.hpp"

namespace shopcast::net {

Result<Endpoint> Endpoint::parse(std::string_view text) {
    constexpr std::string_view unix_prefix = "unix:";
    if (text.starts_with(unix_prefix)) {
        if (text.size() == unix_prefix.size()) {
            return fail(Errc::Config, "\"unix:\" needs a path behind it");
        }
        return Endpoint{.path = std::string(text.substr(unix_prefix.size()))};
    }
    const auto wrong = [text] {
        return fail(Errc::Config,
                    fmt::format("\"{}\" is not an address; write 127.0.0.1:8080, [::1]:8080, "
                                "0.0.0.0:8080 or unix:/path",
                                text));
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong();
    const auto port = parse_int<std::uint16_t>(text.substr(colon + 1));
    if (!port) return wrong();

    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        in6_addr address{};
        const std::string copy(host);
        if (::inet_pton(AF_INET6, copy.c_str(), &address) != 1) return wrong();
        return Endpoint{.host = copy, .port = *port};
    }
    if (host.empty()) host = "0.0.0.0";
    if (host == "localhost") host = "127.0.0.1";
    in_addr address{};
    const std::string copy(host);
    if (::inet_pton(AF_INET, copy.c_str(), &address) != 1) return wrong();
    return Endpoint{.host = copy, .port = *port};
}

std::string Endpoint::to_string() const {
    if (!path.empty()) return "unix:" + path;
    if (host.contains(':')) return fmt::format("[{}]:{}", host, port);
    return fmt::format("{}:{}", host, port);
}

}  // namespace shopcast::net
