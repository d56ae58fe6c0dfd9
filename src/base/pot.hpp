#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/mutex.hpp"

namespace shopcast {

class Pot;

/// Units of a pot, a place or so many bytes; given back when it is destroyed. An empty one has
/// none.
class Share {
public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { give_back(); }

    explicit operator bool() const { return pot_ != nullptr; }
    /// False when the pot, or that name's part of it, has not so many more. REQUIRES: not empty.
    bool grow(std::size_t units);

private:
    friend class Pot;
    Share(Pot& pot, std::string name, std::size_t units)
        : pot_(&pot), name_(std::move(name)), units_(units) {}
    void give_back();

    Pot* pot_ = nullptr;
    std::string name_;
    std::size_t units_ = 0;
};

/// A pot of places or bytes that many share, each by a name (an address, an account): so many in
/// all, and so many each. Who has no name counts for the pot alone. Any thread; outlives its
/// shares.
class Pot {
public:
    struct Bounds {
        std::size_t all_max = 0;   ///< 0: no limit
        std::size_t each_max = 0;  ///< 0: no limit
    };
    explicit Pot(Bounds bounds) : bounds_(bounds) {}
    Pot(const Pot&) = delete;
    Pot& operator=(const Pot&) = delete;

    /// An empty share when the pot, or that name's part of it, has not so many left.
    Share take(std::string name, std::size_t units = 1);

    /// How many units are taken.
    std::size_t taken() const;
    /// How many names have some.
    std::size_t names() const;

private:
    friend class Share;
    bool add(const std::string& name, std::size_t units);
    void give_back(const std::string& name, std::size_t units);

    // Constant after construction.
    const Bounds bounds_;

    mutable Mutex mutex_;
    std::size_t taken_ GUARDED_BY(mutex_) = 0;
    std::unordered_map<std::string, std::size_t> by_name_ GUARDED_BY(mutex_);
};

}  // namespace shopcast
