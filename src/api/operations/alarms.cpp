#include "api/operations/alarms.hpp"

#include "base/limits.hpp"
#include "base/log.hpp"

namespace shopcast::api {

Alarms::Alarms(std::filesystem::path data_folder, const Clock& clock, Look look)
    : data_folder_(std::move(data_folder)),
      clock_(clock),
      look_(std::move(look)),
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

ops::DiskRoom Alarms::disk() const {
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

void Alarms::look() {
    const ops::DiskRoom disk = ops::disk_room(data_folder_);
    std::vector<Alarm> found = look_(disk);
    std::map<std::string, Alarm> now;
    const Lock lock(mutex_);
    disk_ = disk;
    for (Alarm& alarm : found) {
        const auto known = by_code_.find(alarm.code);
        alarm.since = known == by_code_.end() ? clock_.wall() : known->second.since;
        if (known == by_code_.end()) {
            log::warning("alarm.raised", {{"code", alarm.code}, {"message", alarm.message}});
        }
        now.insert_or_assign(alarm.code, std::move(alarm));
    }
    for (const auto& [code, alarm] : by_code_) {
        if (!now.contains(code)) log::info("alarm.over", {{"code", code}});
    }
    by_code_ = std::move(now);
}

}  // namespace shopcast::api
