#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.hpp"

namespace shopcast::http {

/// How many connections each address holds, over all threads: touched once when a connection opens
/// and once when it closes.
class AddressCounter {
public:
    /// `max_per_address` 0: no limit.
    explicit AddressCounter(std::size_t max_per_address) : max_per_address_(max_per_address) {}

    /// False when the address holds as many as it may; then nothing was counted.
    bool enter(std::string_view address);
    void leave(std::string_view address);
    std::size_t addresses() const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    // Constant after construction.
    std::size_t max_per_address_;

    mutable Mutex mutex_;
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> counts_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::http
