#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "wire/forwarded.hpp"
#include "wire/ip_address.hpp"

using namespace shopcast;

// The first line is a network, the rest are headers as they stand in a request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view in(reinterpret_cast<const char*>(data), size);
    const std::size_t line = in.find('\n');
    const std::vector<std::string> first{std::string(in.substr(0, line))};
    const auto trusted = wire::IpNetworks::parse(first);
    if (!trusted || line == std::string_view::npos) return 0;
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    text.append(in.substr(line + 1)).append("\r\n\r\n");
    wire::RequestHead head;
    if (wire::parse_request_head(text, 0, 0xFFFF, head).status != wire::HeadStatus::Complete) {
        return 0;
    }
    const auto client = wire::forwarded_client(head, *trusted);
    if (!client) return 0;
    ENSURE(wire::IpEndpoint::parse(client->to_string()) == client);
    ENSURE(wire::IpAddress::parse(client->address.to_string()) == client->address);
    ENSURE(head.count("X-Forwarded-For") > 0);
    return 0;
}
