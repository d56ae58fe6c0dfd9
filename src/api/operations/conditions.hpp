#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "api/operations/alarms.hpp"
#include "ops/machine.hpp"
#include "store/writer.hpp"

namespace shopcast::api {

/// What decides whether the server is well.
struct ServerState {
    const std::atomic<bool>& ready;
    const store::Writer& writer;
    /// No TLS, no proxy in front, and not on this machine alone.
    bool is_plain_http = false;
    std::function<bool()> needs_admin;
};

/// What is wrong now.
class Conditions {
public:
    explicit Conditions(ServerState state) : state_(std::move(state)) {}
    std::vector<Alarm> look(const ops::DiskRoom& disk);

private:
    ServerState state_;
    // What had been counted when it was looked at last.
    std::uint64_t lost_segments_ = 0;
    std::uint64_t disk_full_ = 0;
};

}  // namespace shopcast::api
