#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace shopcast {

/// Something that is wrong now and wants somebody, in words for an operator. Each module says its
/// own; ops/ gathers them.
struct Condition {
    std::string code;     ///< stable, for programs
    std::string message;  ///< what is so
    std::string advice;   ///< what to do
};
using Conditions = std::vector<Condition>;

/// When something last went wrong, for a condition that holds for a while after it. Any thread.
class LastTime {
public:
    void happened(SteadyTime now) {
        at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }
    bool is_within(Milliseconds span, SteadyTime now) const {
        const SteadyTime::rep at = at_.load(std::memory_order_relaxed);
        return at != never && now - SteadyTime(SteadyTime::duration(at)) <= span;
    }

private:
    static constexpr SteadyTime::rep never = SteadyTime::min().time_since_epoch().count();
    std::atomic<SteadyTime::rep> at_{never};
};

}  // namespace shopcast
