#include "api/channels/playback_metrics.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string_view>

#include "base/metrics.hpp"

namespace shopcast::api {
namespace {

metrics::Histogram& join_seconds =
    metrics::histogram("shopcast_playback_join_seconds",
                       "From loading a stream to its first moving picture, as pages report it.",
                       {0.1, 0.25, 0.5, 1, 2, 4, 8, 16});
metrics::Histogram& delay_seconds =
    metrics::histogram("shopcast_playback_delay_seconds",
                       "How far viewers are behind the host, as pages report it every 15 s.",
                       {1, 1.5, 2, 2.5, 3, 4, 6, 10, 20});
metrics::Counter& stalls_total = metrics::counter(
    "shopcast_playback_stalls_total", "Times a page's picture stopped for more than a second.");
metrics::Histogram& stalled_seconds =
    metrics::histogram("shopcast_playback_stalled_seconds",
                       "For how long it stood still, in a report (15 s) with at least one stall.",
                       {0.5, 1, 2, 4, 8, 16, 32});

/// Pages report every 15 s while they play; a stall keeps the report waiting, a minute is long.
constexpr std::int64_t milliseconds_max = 60'000;
constexpr std::int64_t stalls_max = 20;

std::optional<std::int64_t> number_of(const boost::json::object& figures, std::string_view key,
                                      std::int64_t most) {
    const boost::json::value* value = figures.if_contains(key);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    const std::int64_t number = value->get_int64();
    if (number < 0 || number > most) return std::nullopt;
    return number;
}

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

}  // namespace

void count_playback(const boost::json::object& figures) {
    if (const auto join = number_of(figures, "join_ms", milliseconds_max)) {
        join_seconds.observe(seconds(*join));
    }
    if (const auto delay = number_of(figures, "delay_ms", milliseconds_max)) {
        delay_seconds.observe(seconds(*delay));
    }
    if (const auto stalls = number_of(figures, "stalls", stalls_max)) {
        stalls_total.add(static_cast<std::uint64_t>(*stalls));
    }
    const auto stalled = number_of(figures, "stalled_ms", milliseconds_max);
    if (stalled && *stalled > 0) stalled_seconds.observe(seconds(*stalled));
}

}  // namespace shopcast::api
