// The shop in a world that goes wrong. Each run has a seed; a failure prints it, and
// SHOPCAST_SEED=n runs that one alone. SHOPCAST_RUNS=n runs more.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "base/text.hpp"
#include "world.hpp"

using namespace shopcast;
using namespace shopcast::simulation;

namespace {

constexpr int steps = 120;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::uint64_t usual_runs = 100;  // a sanitizer looks at what one run does, not how many
#else
constexpr std::uint64_t usual_runs = 2'000;
#endif
#endif

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : parse_int<std::uint64_t>(text).value_or(otherwise);
}

}  // namespace

// As long as the seeds are many.
TEST_CASE("whatever goes wrong, nothing is oversold, lost or charged for nothing" *
          doctest::timeout(1800)) {
    const std::uint64_t one = number_from("SHOPCAST_SEED", 0);
    const std::uint64_t first = one != 0 ? one : 1;
    const std::uint64_t last = one != 0 ? one : number_from("SHOPCAST_RUNS", usual_runs);
    std::int64_t answers = 0;
    std::int64_t crashes = 0;
    std::int64_t removed = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        World world(seed, Mistake::None);
        const std::string problem = world.run(steps);
        answers += world.answers;
        crashes += world.crashes;
        removed += world.removed;
        REQUIRE_MESSAGE(problem.empty(), "SHOPCAST_SEED=" << seed << ": " << problem);
    }
    MESSAGE(fmt::format("{} seeds, {} accepted requests, {} crashes, {} orders and holds removed",
                        last - first + 1, answers, crashes, removed));
    if (one == 0) CHECK(answers > static_cast<std::int64_t>(10 * last));
    if (one == 0) CHECK(crashes > static_cast<std::int64_t>(last));
    if (one == 0) CHECK(removed > static_cast<std::int64_t>(last));
}

TEST_CASE("the simulation notices every mistake that it knows how to make") {
    const auto caught_at = [](Mistake mistake) {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const std::string problem = World(seed, mistake).run(steps);
            if (problem.empty()) continue;
            MESSAGE("seed " << seed << ": " << problem.substr(0, problem.find('\n')));
            return seed;
        }
        return std::uint64_t{0};
    };
    for (const Mistake mistake :
         {Mistake::AcknowledgeEarly, Mistake::SkipTheSum, Mistake::IgnoreTheEpoch,
          Mistake::ReuseAKey, Mistake::LyingDisk}) {
        CAPTURE(static_cast<int>(mistake));
        CHECK(caught_at(mistake) != 0);
    }
}
