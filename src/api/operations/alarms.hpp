#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "ops/machine.hpp"

namespace shopcast::api {

/// Something an operator should look at now.
struct Alarm {
    std::string code;     ///< stable, for programs
    std::string message;  ///< what is so
    std::string advice;   ///< what to do
    WallTime since{};
};

/// The conditions of the server that want somebody, and since when each holds. Looked at every
/// limits::alarm_interval by a thread of its own: asking a disk that hangs must not keep a network
/// thread. Read from any thread.
class Alarms {
public:
    /// Tells what is wrong now, without a time. Called on that thread alone.
    using Look = std::move_only_function<std::vector<Alarm>(const ops::DiskRoom& disk)>;

    Alarms(std::filesystem::path data_folder, const Clock& clock, Look look);
    ~Alarms();
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// In order of their codes.
    std::vector<Alarm> current() const;
    /// Of the data folder's disk, when it was last looked at.
    ops::DiskRoom disk() const;

private:
    void thread_main();
    void look();

    // Constant after construction.
    const std::filesystem::path data_folder_;
    const Clock& clock_;
    // Owned by the thread.
    Look look_;

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, Alarm> by_code_ GUARDED_BY(mutex_);
    ops::DiskRoom disk_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

}  // namespace shopcast::api
