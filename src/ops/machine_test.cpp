#include "ops/machine.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <vector>

using namespace shopcast;

TEST_CASE("what is allocated is counted, large blocks and small ones, until it is freed") {
    constexpr std::size_t large = 8 << 20;
    constexpr std::size_t small = 64;
    const auto before = ops::allocated_bytes();
    auto block = std::make_unique<std::byte[]>(large);
    std::vector<std::unique_ptr<std::byte[]>> pieces;
    for (int i = 0; i < 10'000; ++i) pieces.push_back(std::make_unique<std::byte[]>(small));
    CHECK(block[0] == std::byte{0});
#if !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer)  // they allocate themselves
    CHECK(ops::allocated_bytes() >= before + large + 10'000 * small);
#endif
    block.reset();
    pieces.clear();
    pieces.shrink_to_fit();
    CHECK(ops::allocated_bytes() < before + 1'000 * small);
}

TEST_CASE("memory is told as it is resident, and as it is allocated") {
    const auto samples = ops::memory_samples();
    REQUIRE(samples.size() == 2);
    CHECK(samples[0].first == "resident");
    CHECK(samples[0].second > 1 << 20);
    CHECK(samples[1].first == "allocated");
}
