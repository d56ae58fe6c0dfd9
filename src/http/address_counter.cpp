#include "http/address_counter.hpp"

#include "base/check.hpp"

namespace shopcast::http {

bool AddressCounter::enter(std::string_view address) {
    const Lock lock(mutex_);
    auto found = counts_.find(address);
    if (found == counts_.end()) found = counts_.emplace(std::string(address), 0).first;
    if (max_per_address_ != 0 && found->second >= max_per_address_) return false;
    ++found->second;
    return true;
}

void AddressCounter::leave(std::string_view address) {
    const Lock lock(mutex_);
    const auto found = counts_.find(address);
    ENSURE(found != counts_.end() && found->second > 0, "left more often than entered");
    if (--found->second == 0) counts_.erase(found);
}

std::size_t AddressCounter::addresses() const {
    const Lock lock(mutex_);
    return counts_.size();
}

}  // namespace shopcast::http
