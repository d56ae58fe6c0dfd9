#include "base/pot.hpp"

#include <utility>

#include "base/check.hpp"

namespace shopcast {

Share::Share(Share&& other) noexcept
    : pot_(std::exchange(other.pot_, nullptr)),
      name_(std::move(other.name_)),
      units_(std::exchange(other.units_, 0)) {}

Share& Share::operator=(Share&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    pot_ = std::exchange(other.pot_, nullptr);
    name_ = std::move(other.name_);
    units_ = std::exchange(other.units_, 0);
    return *this;
}

bool Share::grow(std::size_t units) {
    ENSURE(pot_ != nullptr, "an empty share is of no pot");
    if (!pot_->add(name_, units)) return false;
    units_ += units;
    return true;
}

void Share::give_back() {
    if (pot_ != nullptr) std::exchange(pot_, nullptr)->give_back(name_, units_);
    units_ = 0;
}

Share Pot::take(std::string name, std::size_t units) {
    if (!add(name, units)) return {};
    return {*this, std::move(name), units};
}

bool Pot::add(const std::string& name, std::size_t units) {
    if (units == 0) return true;  // who has none is not in the list
    const Lock lock(mutex_);
    if (bounds_.all_max != 0 && taken_ + units > bounds_.all_max) return false;
    if (!name.empty()) {
        const auto found = by_name_.find(name);
        const std::size_t has = found == by_name_.end() ? 0 : found->second;
        if (bounds_.each_max != 0 && has + units > bounds_.each_max) return false;
        by_name_[name] = has + units;
    }
    taken_ += units;
    return true;
}

void Pot::give_back(const std::string& name, std::size_t units) {
    if (units == 0) return;
    const Lock lock(mutex_);
    ENSURE(taken_ >= units, "given back more often than taken");
    taken_ -= units;
    if (name.empty()) return;
    const auto found = by_name_.find(name);
    ENSURE(found != by_name_.end() && found->second >= units, "given back more often than taken");
    found->second -= units;
    if (found->second == 0) by_name_.erase(found);
}

std::size_t Pot::taken() const {
    const Lock lock(mutex_);
    return taken_;
}

std::size_t Pot::names() const {
    const Lock lock(mutex_);
    return by_name_.size();
}

}  // namespace shopcast
