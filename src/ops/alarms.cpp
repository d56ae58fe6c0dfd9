#include "ops/alarms.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "ops/limits.hpp"

namespace shopcast::ops {
namespace {

/// A database, its log and a recording need room to go on; below it operators have an hour or two.
constexpr std::uint64_t disk_free_bytes_min = 1024 * limits::MiB;

}  // namespace

Alarms::Alarms(std::filesystem::path data_folder, const Clock& clock, std::vector<Look> looks)
    : data_folder_(std::move(data_folder)),
      clock_(clock),
      looks_(std::move(looks)),
      thread_([this] { thread_main(); }) {}

Alarms::~Alarms() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

std::vector<Alarm> Alarms::current() const {
    const Lock lock(mutex_);
    std::vector<Alarm> out;
    for (const auto& [code, alarm] : by_code_) out.push_back(alarm);
    return out;
}

DiskRoom Alarms::disk() const {
    const Lock lock(mutex_);
    return disk_;
}

void Alarms::thread_main() {
    for (;;) {
        look();
        const SteadyTime due = std::chrono::steady_clock::now() + limits::alarm_interval;
        const Lock lock(mutex_);
        while (!stopping_ && std::chrono::steady_clock::now() < due) {
            changed_.wait_until(mutex_, due);
        }
        if (stopping_) return;
    }
}

Conditions Alarms::found(const DiskRoom& disk) {
    Conditions out;
    for (Look& look : looks_) {
        Conditions said = look();
        out.insert(out.end(), std::make_move_iterator(said.begin()),
                   std::make_move_iterator(said.end()));
    }
    if (disk.total_bytes > 0 && disk.free_bytes < disk_free_bytes_min) {
        out.push_back({"disk_low",
                       fmt::format("Only {} MiB are free on the data folder's disk.",
                                   disk.free_bytes / limits::MiB),
                       "Free space, or lower recording.keep_days."});
    }
    return out;
}

void Alarms::look() {
    const DiskRoom disk = disk_room(data_folder_);
    Conditions found = this->found(disk);
    std::map<std::string, Alarm> now;
    const Lock lock(mutex_);
    disk_ = disk;
    for (Condition& condition : found) {
        const auto known = by_code_.find(condition.code);
        const bool is_new = known == by_code_.end();
        if (is_new) {
            log::warning("alarm.raised",
                         {{"code", condition.code}, {"message", condition.message}});
        }
        std::string code = condition.code;
        now.insert_or_assign(std::move(code),
                             Alarm{.what = std::move(condition),
                                   .since = is_new ? clock_.wall() : known->second.since});
    }
    for (const auto& [code, alarm] : by_code_) {
        if (!now.contains(code)) log::info("alarm.over", {{"code", code}});
    }
    by_code_ = std::move(now);
}

}  // namespace shopcast::ops
