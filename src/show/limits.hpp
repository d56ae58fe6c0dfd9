#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// A stream that was live when the server stopped waits for its encoder again if that is no longer
/// ago than this; otherwise it has ended.
constexpr auto stream_resumed_within = 300s;
/// One sample of a stream's chart: long enough to hold a keyframe interval of 2 s.
constexpr auto stream_sample_interval = 2000ms;
/// Ten minutes of them, 12 KB a stream. More: the oldest go.
constexpr std::size_t stream_samples_max = 300;
/// After a stream's end: its host looks at the chart to see why.
constexpr auto stream_history_kept_for = 600s;
/// Viewer ids remembered for one channel; above it counting saturates and says so in metrics.
constexpr std::size_t viewers_counted_max = 200'000;
/// Those that one address may be: a carrier's is hundreds of phones. More: not counted.
constexpr std::size_t viewers_per_address_max = 2'000;
/// Pages report every 15 s; one lost report must not make a viewer blink.
constexpr auto viewer_counted_for = 30s;
/// Every channel is held in memory (~300 bytes), and the name of each that was removed. More:
/// creating one is refused.
constexpr std::size_t channels_max = 10'000;
/// Those of one shop, so that none takes up the names of the others. More: refused.
constexpr std::size_t channels_of_shop_max = 1'000;
/// The name of a channel that was removed is nobody else's for so long, and longer while streams of
/// it are kept: its address is out there. Then its row goes.
constexpr auto channel_name_kept_for = std::chrono::days(365);
/// Streams of one channel that are remembered: three shows a day for four years. More: its oldest
/// go before their time.
constexpr std::int64_t streams_of_channel_max = 5'000;
static_assert(channels_of_shop_max < channels_max);

}  // namespace shopcast::limits
