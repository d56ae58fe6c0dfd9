#include "shop/core/seen_keys.hpp"

#include <atomic>
#include <functional>

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

/// Four bits in one word: one place in memory to look at, for some more false alarms than four
/// places would give.
struct Place {
    std::size_t word;
    std::uint64_t bits = 0;

    Place(const AccountId& account, std::string_view key) {
        const std::uint64_t of_account = std::hash<std::string_view>{}(account.value);
        const std::uint64_t of_key = std::hash<std::string_view>{}(key);
        std::uint64_t hash = mix(of_account * 0x9e3779b97f4a7c15ULL ^ of_key);
        word = hash % (limits::seen_key_bits / 64);
        hash = mix(hash + of_account);
        for (int i = 0; i < 4; ++i, hash >>= 6) bits |= std::uint64_t{1} << hash % 64;
    }

private:
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
        return z ^ z >> 31;
    }
};

}  // namespace

SeenKeys::SeenKeys() : words_(zeroed<std::uint64_t>(limits::seen_key_bits / 64)) {}

void SeenKeys::add(const AccountId& account, std::string_view key) {
    const Place place(account, key);
    std::atomic_ref(words_[place.word]).fetch_or(place.bits, std::memory_order_relaxed);
}

bool SeenKeys::may_have(const AccountId& account, std::string_view key) const {
    const Place place(account, key);
    const std::uint64_t word = std::atomic_ref(words_[place.word]).load(std::memory_order_relaxed);
    return (word & place.bits) == place.bits;
}

}  // namespace shopcast::shop
