#include "net/socket_address.hpp"
#include <arpa/inet.h>
#include <netinet/in.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/files.hpp"
#include "base/text.hpp"

namespace shopcast::net {
namespace {

/// The inode of the socket that listens on `port`, from /proc/net/tcp or tcp6; empty if none does.
std::string listening_inode(const char* table, std::uint16_t port) {
    std::ifstream in(table);
    std::string line;
    std::getline(in, line);  // the column names
    const std::string wanted = fmt::format(":{:04X}", port);
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string slot, local, remote, state, skipped, inode;
        words >> slot >> local >> remote >> state;
        for (int i = 0; i < 5; ++i) words >> skipped;
        words >> inode;
        constexpr std::string_view listening = "0A";
        if (state == listening && local.ends_with(wanted)) return inode;
    }
    return {};
}

bool holds_socket(const std::filesystem::path& process, std::string_view link) {
    const auto descriptors = list_folder(process / "fd");
    if (!descriptors) return false;  // another user's, or gone
    return std::ranges::any_of(*descriptors, [&](const FolderEntry& entry) {
        std::error_code gone;
        return std::filesystem::read_symlink(process / "fd" / entry.name, gone) == link;
    });
}

}  // namespace

Result<SocketAddress> SocketAddress::from(const Endpoint& endpoint) {
    SocketAddress out;
    if (!endpoint.path.empty()) {
        auto& address = reinterpret_cast<sockaddr_un&>(out.storage);
        if (endpoint.path.size() >= sizeof(address.sun_path)) {
            return fail(Errc::Config,
                        fmt::format("the socket path {} is longer than the {} bytes a unix socket "
                                    "allows; choose a shorter data folder",
                                    endpoint.path, sizeof(address.sun_path) - 1));
        }
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, endpoint.path.c_str(), endpoint.path.size() + 1);
        out.length = sizeof(sockaddr_un);
        return out;
    }
    auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
    if (::inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        out.length = sizeof(sockaddr_in);
        return out;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
    if (::inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        out.length = sizeof(sockaddr_in6);
        return out;
    }
    return fail(Errc::Config, fmt::format("\"{}\" is not an IP address", endpoint.host));
}

SocketAddress SocketAddress::local_of(int fd) {
    SocketAddress out;
    ::getsockname(fd, out.data(), &out.length);
    return out;
}

std::uint16_t SocketAddress::port() const {
    if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
    if (family() == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
    }
    return 0;
}

std::string SocketAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return fmt::format("{}:{}", text.data(), port());
    }
    if (family() == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        return fmt::format("[{}]:{}", text.data(), port());
    }
    return "unix";
}

std::string describe_process(int pid) {
    std::ifstream in(fmt::format("/proc/{}/comm", pid));
    std::string name;
    if (!std::getline(in, name)) return fmt::format("process {}", pid);
    return fmt::format("process {} ({})", pid, name);
}

std::string holder_of_tcp_port(std::uint16_t port) {
    std::string inode = listening_inode("/proc/net/tcp", port);
    if (inode.empty()) inode = listening_inode("/proc/net/tcp6", port);
    if (inode.empty()) return {};
    const std::string link = fmt::format("socket:[{}]", inode);
    const auto processes = list_folder("/proc");
    if (!processes) return {};
    for (const FolderEntry& entry : *processes) {
        const auto pid = parse_int<int>(entry.name);
        if (pid && holds_socket(std::filesystem::path("/proc") / entry.name, link)) {
            return describe_process(*pid);
        }
    }
    return {};
}

}  // namespace shopcast::net
