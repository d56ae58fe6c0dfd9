#include "base/metrics.hpp"

#include <doctest/doctest.h>

using namespace shopcast;

TEST_CASE("a sampled gauge shows what is there when it is asked, and ends with its owner") {
    metrics::SampledGauge::Samples samples{{"one", 1}, {"t\"wo", 2}};
    const auto look = [&samples] { return samples; };
    {
        const metrics::SampledGauge gauge("shopcast_test_things", "Things.", "thing", look);
        CHECK(
            metrics::render().contains("# HELP shopcast_test_things Things.\n"
                                       "# TYPE shopcast_test_things gauge\n"
                                       "shopcast_test_things{thing=\"one\"} 1\n"
                                       "shopcast_test_things{thing=\"t\\\"wo\"} 2\n"));
        samples.pop_back();
        CHECK_FALSE(metrics::render().contains("{thing=\"t"));
    }
    CHECK_FALSE(metrics::render().contains("shopcast_test_things"));
}
