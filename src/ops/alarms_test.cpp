#include "ops/alarms.hpp"

#include <doctest/doctest.h>

#include "async/testing.hpp"

using namespace shopcast;

namespace {

std::vector<ops::Alarms::Look> one_look(std::function<Conditions()> look) {
    std::vector<ops::Alarms::Look> looks;
    looks.emplace_back([] { return Conditions{{"c", "C", "mend it"}}; });
    looks.emplace_back(std::move(look));
    return looks;
}

}  // namespace

TEST_CASE("alarms gather what every module says, tell since when, and the disk's room") {
    const auto two = [] { return Conditions{{"b", "B", ""}, {"a", "A", ""}}; };
    const ops::Alarms alarms("/", system_clock(), one_look(two));
    async::block_until([&] { return !alarms.current().empty(); }, "the first look");
    const std::vector<ops::Alarm> current = alarms.current();
    REQUIRE(current.size() >= 3);
    CHECK(current[0].what.code == "a");
    CHECK(current[1].what.message == "B");
    CHECK(current[2].what.advice == "mend it");
    CHECK(current.front().since > WallTime{});
    CHECK(alarms.disk().total_bytes > 0);
}
