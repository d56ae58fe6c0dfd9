#pragma once

#include <cstdint>
#include <string_view>

#include "shop/core/ids.hpp"
#include "shop/core/zeroed.hpp"

namespace shopcast::shop {

/// Remembers which idempotency keys may have been seen (a Bloom filter): "no" is certain, "yes" is
/// for the allocator to find out. Any thread, without locks.
class SeenKeys {
public:
    SeenKeys();
    void add(const AccountId& account, std::string_view key);
    bool may_have(const AccountId& account, std::string_view key) const;

private:
    Zeroed<std::uint64_t> words_;  ///< Only touched through std::atomic_ref.
};

}  // namespace shopcast::shop
