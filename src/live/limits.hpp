#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// An encoder that another one displaced is refused for this long, so that two that reconnect by
/// themselves change places once a minute at most.
constexpr auto takeover_refused_for = 60s;
/// Unless its successor has sent no media for longer than this.
constexpr auto takeover_silence = 2000ms;
/// Displaced addresses remembered for one stream. More: the oldest may come back early.
constexpr std::size_t takeover_addresses_max = 16;
/// Packets on their way to a stream whose thread is another than the connection's; ~20 s of them.
/// More: that thread is stuck, and the encoder is told to connect again.
constexpr std::size_t ingest_packets_under_way_max = 2000;
/// Default of live.reconnect_window_s: encoders reconnect after 2 to 10 s.
constexpr std::int64_t reconnect_window_s = 15;

}  // namespace shopcast::limits
