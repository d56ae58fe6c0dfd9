#include "api/channels/playback_metrics.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>

#include "base/metrics.hpp"

using namespace shopcast;
namespace json = boost::json;

namespace {

/// The line of /metrics that begins with `name`.
std::string line_of(const std::string& name) {
    const std::string all = metrics::render();
    const std::size_t at = all.find("\n" + name + " ");
    if (at == std::string::npos) return {};
    return all.substr(at + 1, all.find('\n', at + 1) - at - 1);
}

}  // namespace

TEST_CASE("what pages report is added up, what they cannot have seen is left out") {
    api::count_playback(
        {{"join_ms", 500}, {"delay_ms", 2000}, {"stalls", 2}, {"stalled_ms", 1500}});
    CHECK(line_of("shopcast_playback_join_seconds_sum") ==
          "shopcast_playback_join_seconds_sum 0.5");
    CHECK(line_of("shopcast_playback_delay_seconds_sum") ==
          "shopcast_playback_delay_seconds_sum 2");
    CHECK(line_of("shopcast_playback_stalls_total") == "shopcast_playback_stalls_total 2");
    CHECK(line_of("shopcast_playback_stalled_seconds_sum") ==
          "shopcast_playback_stalled_seconds_sum 1.5");
    const std::string before = metrics::render();
    api::count_playback({{"join_ms", -1}, {"delay_ms", "soon"}, {"stalls", 21}});
    api::count_playback({{"join_ms", 60'001}, {"delay_ms", 1e300}, {"stalled_ms", nullptr}});
    api::count_playback({{"stalls", 0}, {"stalled_ms", 0}});
    CHECK(metrics::render() == before);
}
