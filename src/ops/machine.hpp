#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/metrics.hpp"

/// What this process uses of its machine.
namespace shopcast::ops {

struct ProcessUse {
    std::uint64_t memory_bytes = 0;  ///< resident
    std::uint64_t own_bytes = 0;     ///< of it, what is in no file and shared with nobody
    double cpu_seconds = 0;          ///< user and system, since it began
};
ProcessUse process_use();

/// What is allocated and not freed. Where it stays and resident memory grows, nothing is kept that
/// should not be: the allocator has holes. Looks at every free block: not for every request.
std::uint64_t allocated_bytes();

/// Both, as a metric tells them.
metrics::SampledGauge::Samples memory_samples();

struct DiskRoom {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
};
/// Of the file system that holds `path`; zeros where it cannot be asked.
DiskRoom disk_room(const std::filesystem::path& path);

/// The first IPv4 address that other machines may find this one by; empty: none.
std::string network_address();

}  // namespace shopcast::ops
