#include "base/random.hpp"
#include <sys/random.h>

#include <vector>

#include "base/check.hpp"
#include "base/text.hpp"

namespace shopcast {
namespace {

class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> out) override {
        while (!out.empty()) {
            const ssize_t got = ::getrandom(out.data(), out.size(), 0);
            if (got < 0) continue;  // EINTR is the only failure once the pool is ready
            out = out.subspan(static_cast<std::size_t>(got));
        }
    }
};

}  // namespace

std::uint64_t Random::u64() {
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

Random& system_random() {
    static SystemRandom random;
    return random;
}

void SeededRandom::fill(std::span<std::byte> out) {
    for (std::byte& byte : out) {
        // SplitMix64 (Steele, Lea, Flood 2014): one step a byte is plenty for tests.
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
        byte = static_cast<std::byte>(z >> 56);
    }
}

std::string random_token(Random& random, std::size_t byte_count) {
    std::vector<std::byte> bytes(byte_count);
    random.fill(bytes);
    return to_base32(bytes);
}

}  // namespace shopcast
