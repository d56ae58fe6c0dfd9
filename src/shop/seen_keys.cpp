#include "shop/seen_keys.hpp"

#include <functional>

#include "base/limits.hpp"

namespace shopcast::shop {
namespace {

constexpr int bits_per_key = 4;

/// Two hashes make all the others (Kirsch and Mitzenmacher 2006).
struct Places {
    std::uint64_t first;
    std::uint64_t step;

    Places(const AccountId& account, std::string_view key) {
        const std::uint64_t of_account = std::hash<std::string_view>{}(account.value);
        const std::uint64_t of_key = std::hash<std::string_view>{}(key);
        first = mix(of_account * 0x9e3779b97f4a7c15ULL ^ of_key);
        step = mix(first + of_account) | 1;
    }
    std::uint64_t operator[](int i) const {
        return (first + step * static_cast<std::uint64_t>(i)) % limits::seen_key_bits;
    }

private:
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
        return z ^ z >> 31;
    }
};

}  // namespace

SeenKeys::SeenKeys()
    : words_(std::make_unique<std::atomic<std::uint64_t>[]>(limits::seen_key_bits / 64)) {}

void SeenKeys::add(const AccountId& account, std::string_view key) {
    const Places places(account, key);
    for (int i = 0; i < bits_per_key; ++i) {
        words_[places[i] / 64].fetch_or(std::uint64_t{1} << places[i] % 64,
                                        std::memory_order_relaxed);
    }
}

bool SeenKeys::may_have(const AccountId& account, std::string_view key) const {
    const Places places(account, key);
    for (int i = 0; i < bits_per_key; ++i) {
        const std::uint64_t word = words_[places[i] / 64].load(std::memory_order_relaxed);
        if ((word >> places[i] % 64 & 1) == 0) return false;
    }
    return true;
}

}  // namespace shopcast::shop
