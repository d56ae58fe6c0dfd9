#pragma once

#include <boost/json/fwd.hpp>

#include <string_view>

#include "base/clock.hpp"
#include "media/keep/posters.hpp"
#include "media/live/snapshot.hpp"
#include "show/channel.hpp"

/// A channel, and what is live on it, as JSON.
namespace shopcast::api {

/// "offline", "starting", "live", "reconnecting" or "ended" (for a minute).
std::string_view state_of(const media::StreamSnapshot* stream, WallTime now);

/// {"video", "audio", "bitrate_bps", "keyframe_interval_ms"}, as measured.
boost::json::object figures_of(const media::StreamSnapshot* stream);
/// [{"code", "message", "advice"}]
boost::json::array health_of(const media::StreamSnapshot* stream);

/// What everybody may know of a channel. `stream` may be null.
boost::json::object describe(const show::Channel& channel, const media::StreamSnapshot* stream,
                             const media::Posters& posters, WallTime now, std::size_t viewers);

}  // namespace shopcast::api
