#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/mutex.hpp"
#include "ops/limits.hpp"
#include "ops/machine.hpp"

namespace shopcast::ops {

/// A condition of the server, and since when it holds.
struct Alarm {
    Condition what;
    WallTime since{};
};

/// The conditions of the server that want somebody, and since when each holds. Looked at every
/// limits::alarm_interval by a thread of its own: asking a disk that hangs must not keep a network
/// thread. Read from any thread.
class Alarms {
public:
    /// What one module says of itself. Called on that thread alone; outlives this.
    using Look = std::move_only_function<Conditions()>;

    Alarms(std::filesystem::path data_folder, const Clock& clock, std::vector<Look> looks);
    ~Alarms();
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// In order of their codes.
    std::vector<Alarm> current() const;
    /// Of the data folder's disk, when it was last looked at.
    DiskRoom disk() const;

private:
    void thread_main();
    Conditions found(const DiskRoom& disk);
    void look();

    // Constant after construction.
    const std::filesystem::path data_folder_;
    const Clock& clock_;
    // Owned by the thread.
    std::vector<Look> looks_;

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, Alarm> by_code_ GUARDED_BY(mutex_);
    DiskRoom disk_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

}  // namespace shopcast::ops
