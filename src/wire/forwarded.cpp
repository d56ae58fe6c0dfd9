#include "wire/forwarded.hpp"

#include <utility>

#include "base/text.hpp"

namespace shopcast::wire {
namespace {

/// Takes the last element of a comma-separated list away from `list`.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    if (comma == std::string_view::npos) return std::exchange(list, {});
    const std::string_view last = list.substr(comma + 1);
    list = list.substr(0, comma);
    return last;
}

}  // namespace

std::optional<IpEndpoint> forwarded_client(const RequestHead& head, const IpNetworks& trusted) {
    std::optional<IpEndpoint> client;
    for (std::size_t i = head.headers_count; i-- > 0;) {
        const HeaderField field = head.field(i);
        if (!iequals(field.name, "X-Forwarded-For")) continue;
        std::string_view list = field.value;
        while (!list.empty()) {
            const std::string_view element = trim(take_last(list));
            // RFC 9110, 5.6.1.2: a recipient ignores empty elements.
            if (element.empty()) continue;
            const auto hop = IpEndpoint::parse(element);
            if (!hop) return client;
            client = hop;
            if (!trusted.contains(hop->address)) return client;
        }
    }
    return client;
}

}  // namespace shopcast::wire
