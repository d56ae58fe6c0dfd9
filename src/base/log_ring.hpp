#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"

namespace shopcast::log {

/// One line of the log as it was written.
struct Line {
    std::uint64_t seq;  ///< 1, 2, 3.. since the process began
    WallTime at;
    Level level;
    std::string event;
    std::string fields;  ///< a JSON object
};

/// The newest limits::log_ring_lines_of_level_max lines of each level, for people who operate the
/// server without its standard error at hand. However many warnings come, errors stay. Any thread.
class Ring {
public:
    void add(WallTime at, Level level, std::string_view event, std::string fields);

    struct Page {
        std::vector<Line> lines;  ///< oldest first
        std::uint64_t last_seq;   ///< of the newest line there is, whatever its level
    };
    /// The newest `count_max` lines of at least `least` behind `after`, of all levels in one order.
    Page read(std::uint64_t after, Level least, std::size_t count_max) const;

private:
    mutable Mutex mutex_;
    std::array<std::deque<Line>, levels_count> by_level_ GUARDED_BY(mutex_);
    std::uint64_t last_seq_ GUARDED_BY(mutex_) = 0;
};

/// The ring that write() fills.
const Ring& recent();

}  // namespace shopcast::log
