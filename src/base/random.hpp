#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace shopcast {

/// Where randomness comes from; a seeded one replays a simulation. Safe from any thread.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
    std::uint64_t u64();
};

/// The kernel's generator (getrandom): good for keys.
Random& system_random();

/// A reproducible generator for tests and simulations, never for keys. Not thread-safe.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    std::uint64_t state_;
};

/// `byte_count` random bytes in lower-case base32 (RFC 4648 alphabet, no padding): safe in URLs,
/// file names and stream keys.
std::string random_token(Random& random, std::size_t byte_count);

}  // namespace shopcast
