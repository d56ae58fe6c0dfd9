#include "api/operations/conditions.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/limits.hpp"
#include "base/metrics.hpp"

namespace shopcast::api {
namespace {

/// A database, its log and a recording need room to go on; below it operators have an hour or two.
constexpr std::uint64_t disk_free_bytes_min = 1024 * limits::MiB;

metrics::Counter& lost_segments() {
    return metrics::counter(
        "shopcast_recording_lost_segments_total",
        "Segments missing in recordings because the disk was full, failing or too slow.");
}

metrics::Counter& disk_full() {
    return metrics::counter("shopcast_store_disk_full_total",
                            "Transactions refused because the disk was full.");
}

}  // namespace

std::vector<Alarm> Conditions::look(const ops::DiskRoom& disk) {
    std::vector<Alarm> out;
    const auto raise = [&](bool is_so, std::string code, std::string message, std::string advice) {
        if (is_so) out.push_back({std::move(code), std::move(message), std::move(advice), {}});
    };
    const std::uint64_t lost = lost_segments().value();
    raise(std::exchange(lost_segments_, lost) != lost, "recording_disk",
          "Recordings are missing segments: their disk is full, failing or too slow.",
          "Free space on the data folder's disk, or set recording.enabled to false.");
    const std::uint64_t full = disk_full().value();
    raise(std::exchange(disk_full_, full) != full, "disk_full",
          "The disk is full: nothing is saved any more.",
          "Free space on the data folder's disk now.");
    raise(disk.total_bytes > 0 && disk.free_bytes < disk_free_bytes_min, "disk_low",
          fmt::format("Only {} MiB are free on the data folder's disk.",
                      disk.free_bytes / limits::MiB),
          "Free space, or lower recording.keep_days.");
    raise(state_.writer.queued() > limits::writer_queue_max / 2, "database_slow",
          "Changes wait for the database: the disk is too slow for what is asked.",
          "Look at the disk's load; move the data folder to a faster one.");
    raise(!state_.ready.load(), "stopping", "The server is stopping.", "");
    raise(state_.is_plain_http, "no_tls", "Pages and passwords travel unencrypted.",
          "Set http.tls_listen and [tls], or list the proxy in front in server.trusted_proxies.");
    raise(state_.needs_admin(), "no_admin", "Nobody is admin yet.",
          "Open the setup link (\"shopcast setup-link\" prints a new one).");
    return out;
}

}  // namespace shopcast::api
