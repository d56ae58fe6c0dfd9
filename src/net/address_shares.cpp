#include "net/address_shares.hpp"

#include <utility>

#include "base/check.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::net {

Share::Share(Share&& other) noexcept
    : pot_(std::exchange(other.pot_, nullptr)),
      key_(std::move(other.key_)),
      units_(std::exchange(other.units_, 0)) {}

Share& Share::operator=(Share&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    pot_ = std::exchange(other.pot_, nullptr);
    key_ = std::move(other.key_);
    units_ = std::exchange(other.units_, 0);
    return *this;
}

bool Share::grow(std::size_t units) {
    ENSURE(pot_ != nullptr, "an empty share is of no pot");
    if (!pot_->add(key_, units)) return false;
    units_ += units;
    return true;
}

void Share::give_back() {
    if (pot_ != nullptr) std::exchange(pot_, nullptr)->give_back(key_, units_);
    units_ = 0;
}

Share AddressShares::take(std::string_view address, std::size_t units) {
    const auto parsed = wire::IpAddress::parse(address);
    std::string key = parsed ? wire::counted_as(*parsed) : std::string();
    if (!add(key, units)) return {};
    return {*this, std::move(key), units};
}

bool AddressShares::add(const std::string& key, std::size_t units) {
    const Lock lock(mutex_);
    if (bounds_.all_max != 0 && taken_ + units > bounds_.all_max) return false;
    if (!key.empty()) {
        const auto found = by_address_.find(key);
        const std::size_t has = found == by_address_.end() ? 0 : found->second;
        if (bounds_.per_address_max != 0 && has + units > bounds_.per_address_max) return false;
        by_address_[key] = has + units;
    }
    taken_ += units;
    return true;
}

void AddressShares::give_back(const std::string& key, std::size_t units) {
    const Lock lock(mutex_);
    ENSURE(taken_ >= units, "given back more often than taken");
    taken_ -= units;
    if (key.empty()) return;
    const auto found = by_address_.find(key);
    ENSURE(found != by_address_.end() && found->second >= units,
           "given back more often than taken");
    found->second -= units;
    if (found->second == 0) by_address_.erase(found);
}

std::size_t AddressShares::taken() const {
    const Lock lock(mutex_);
    return taken_;
}

std::size_t AddressShares::addresses() const {
    const Lock lock(mutex_);
    return by_address_.size();
}

}  // namespace shopcast::net
