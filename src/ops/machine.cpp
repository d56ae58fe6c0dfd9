#include "ops/machine.hpp"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <net/if.h>

#include <array>
#include <fstream>
#include <memory>
#include <system_error>

namespace shopcast::ops {

ProcessUse process_use() {
    ProcessUse use;
    std::uint64_t pages = 0;
    std::uint64_t resident_pages = 0;
    std::uint64_t shared_pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident_pages >> shared_pages;
    const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    use.memory_bytes = resident_pages * page_bytes;
    use.own_bytes = (resident_pages - shared_pages) * page_bytes;
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) return use;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    use.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    return use;
}

std::uint64_t allocated_bytes() {
    const auto all = ::mallinfo2();
    return all.uordblks + all.hblkhd;
}

metrics::SampledGauge::Samples memory_samples() {
    return {{"resident", static_cast<std::int64_t>(process_use().memory_bytes)},
            {"allocated", static_cast<std::int64_t>(allocated_bytes())}};
}

DiskRoom disk_room(const std::filesystem::path& path) {
    std::error_code error;
    const auto space = std::filesystem::space(path, error);
    if (error) return {};
    return {.free_bytes = space.available, .total_bytes = space.capacity};
}

std::string network_address() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {};
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned(list, ::freeifaddrs);
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
        if ((each->ifa_flags & IFF_LOOPBACK) != 0 || (each->ifa_flags & IFF_UP) == 0) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
        if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) {
            return text.data();
        }
    }
    return {};
}

}  // namespace shopcast::ops
