#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.hpp"

namespace shopcast::net {

class AddressShares;

/// Units of a pot, a place or so many bytes; given back when it is destroyed. An empty one has
/// none.
class Share {
public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { give_back(); }

    explicit operator bool() const { return pot_ != nullptr; }
    /// False when the pot, or the address's part of it, has not so many more. REQUIRES: not empty.
    bool grow(std::size_t units);

private:
    friend class AddressShares;
    Share(AddressShares& pot, std::string key, std::size_t units)
        : pot_(&pot), key_(std::move(key)), units_(units) {}
    void give_back();

    AddressShares* pot_ = nullptr;
    std::string key_;
    std::size_t units_ = 0;
};

/// A pot of places or bytes that addresses share: each has so many at most, and an IPv6 household
/// counts as one address (wire::counted_as). Whoever is no address (a unix socket's peer) counts
/// for the pot alone. Any thread; outlives its shares.
class AddressShares {
public:
    struct Bounds {
        std::size_t all_max = 0;          ///< 0: no limit
        std::size_t per_address_max = 0;  ///< 0: no limit
    };
    explicit AddressShares(Bounds bounds) : bounds_(bounds) {}
    AddressShares(const AddressShares&) = delete;
    AddressShares& operator=(const AddressShares&) = delete;

    /// An empty share when the pot, or the address's part of it, has not so many left.
    Share take(std::string_view address, std::size_t units = 1);

    /// How many units are taken.
    std::size_t taken() const;
    /// How many addresses have one.
    std::size_t addresses() const;

private:
    friend class Share;
    bool add(const std::string& key, std::size_t units);
    void give_back(const std::string& key, std::size_t units);

    // Constant after construction.
    const Bounds bounds_;

    mutable Mutex mutex_;
    std::size_t taken_ GUARDED_BY(mutex_) = 0;
    std::unordered_map<std::string, std::size_t> by_address_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::net
