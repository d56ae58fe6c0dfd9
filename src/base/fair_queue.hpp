#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"

namespace shopcast {

/// What waits for a worker that many share, each by a name (an address, an account). Next is always
/// the oldest of whoever has had the least of the worker's time, and at most one of each name is
/// worked on: who sends a thousand pieces, or long ones, waits behind himself (start-time fair
/// queueing: Goyal, Vin, Cheng, SIGCOMM 1996). Its owner locks it.
template <typename Item>
class FairQueue {
public:
    struct Bounds {
        std::size_t all_max;   ///< items that wait
        std::size_t each_max;  ///< of one name
    };
    struct Taken {
        std::string name;  ///< for done()
        Item item;
    };

    explicit FairQueue(Bounds bounds) : bounds_(bounds) {}

    /// False: too many wait, of that name or in all, and `item` stays the caller's.
    bool push(const std::string& name, Item& item);
    /// The next one to be worked on; nothing when none may be.
    std::optional<Taken> pop();
    /// What was taken of that name is done, and took so long.
    void done(const std::string& name, Nanoseconds took);

    /// Items that wait.
    std::size_t size() const { return size_; }
    /// Names that are remembered, for tests: those that wait, and those that have had more.
    std::size_t names() const { return flows_.size(); }

private:
    /// Of the worker's time, as it would have passed if all names had had the same.
    using Virtual = Nanoseconds;
    using Place = std::pair<Virtual, std::uint64_t>;  // the second: who came first among equals
    struct Flow {
        std::deque<Item> waiting;
        Virtual next{0};  ///< when its next item's turn is
        bool is_worked_on = false;
    };

    void line_up(const std::string& name, Flow& flow);
    void forget_idle();

    // Constant after construction.
    const Bounds bounds_;

    std::unordered_map<std::string, Flow> flows_;
    std::map<Place, std::string> turns_;
    Virtual now_{0};
    std::uint64_t arrivals_ = 0;
    std::size_t size_ = 0;
    std::size_t worked_on_ = 0;
};

template <typename Item>
bool FairQueue<Item>::push(const std::string& name, Item& item) {
    if (size_ >= bounds_.all_max) return false;
    Flow& flow = flows_[name];
    if (flow.waiting.size() >= bounds_.each_max) return false;
    const bool stands_in_line = !flow.waiting.empty() || flow.is_worked_on;
    flow.waiting.push_back(std::move(item));
    ++size_;
    if (!stands_in_line) line_up(name, flow);
    return true;
}

template <typename Item>
std::optional<typename FairQueue<Item>::Taken> FairQueue<Item>::pop() {
    if (turns_.empty()) return std::nullopt;
    const auto first = turns_.begin();
    now_ = first->first.first;
    std::string name = std::move(first->second);
    turns_.erase(first);
    Flow& flow = flows_.at(name);
    flow.is_worked_on = true;
    Taken taken{std::move(name), std::move(flow.waiting.front())};
    flow.waiting.pop_front();
    --size_;
    ++worked_on_;
    return taken;
}

template <typename Item>
void FairQueue<Item>::done(const std::string& name, Nanoseconds took) {
    const auto found = flows_.find(name);
    ENSURE(found != flows_.end() && found->second.is_worked_on, "done, and never taken");
    Flow& flow = found->second;
    flow.is_worked_on = false;
    --worked_on_;
    flow.next += took;
    if (!flow.waiting.empty()) line_up(name, flow);
    forget_idle();
}

template <typename Item>
void FairQueue<Item>::line_up(const std::string& name, Flow& flow) {
    // Time in which nobody wanted anything is nobody's credit.
    flow.next = std::max(flow.next, now_);
    turns_.emplace(Place{flow.next, ++arrivals_}, name);
}

/// When nobody waits, nobody has had too much.
template <typename Item>
void FairQueue<Item>::forget_idle() {
    if (size_ == 0 && worked_on_ == 0) {
        flows_.clear();
        return;
    }
    // Those that wait are at most all_max: no more than as many are remembered besides.
    if (flows_.size() < 2 * bounds_.all_max) return;
    std::erase_if(flows_, [](const auto& each) {
        return each.second.waiting.empty() && !each.second.is_worked_on;
    });
}

}  // namespace shopcast
