#include "api/channels/channel_json.hpp"

#include <boost/json.hpp>

#include "site/poster_delivery.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using media::StreamSnapshot;
using namespace std::chrono_literals;

/// How long a channel says "ended" before it is "offline" again.
constexpr auto ended_for = 60s;

json::value video_of(const media::HealthReport& health) {
    if (!health.video) return nullptr;
    return {{"codec", health.video->codec},
            {"width", health.video->width},
            {"height", health.video->height},
            {"frame_rate", health.video->frame_rate}};
}

json::value audio_of(const media::HealthReport& health) {
    if (!health.audio) return nullptr;
    return {{"codec", health.audio->codec},
            {"sample_rate", health.audio->sample_rate},
            {"channels", health.audio->channels}};
}

json::value stream_of(const StreamSnapshot* stream) {
    if (stream == nullptr) return nullptr;
    json::object out{{"id", stream->id.value},
                     {"started_at", to_rfc3339(stream->started_at)},
                     {"ended_at", nullptr}};
    if (stream->ended_at) out["ended_at"] = to_rfc3339(*stream->ended_at);
    for (auto& [name, value] : figures_of(stream)) out[name] = std::move(value);
    out["health"] = health_of(stream);
    return out;
}

/// What the channel shows now; while nothing is on, what it showed last.
json::value poster_of(const media::Posters& posters, const std::string& channel,
                      const StreamSnapshot* stream) {
    const media::Posters::Ref poster = posters.newest(channel);
    if (!poster) return nullptr;
    const bool is_on = stream != nullptr && !stream->ended();
    if (is_on && poster->stream != stream->id) return nullptr;
    return json::value(site::poster_url(*poster));
}

}  // namespace

std::string_view state_of(const StreamSnapshot* stream, WallTime now) {
    if (stream == nullptr) return "offline";
    if (stream->ended_at) {
        return stream->ready && now - *stream->ended_at < ended_for ? "ended" : "offline";
    }
    if (stream->interrupted) return "reconnecting";
    return stream->ready ? "live" : "starting";
}

json::object figures_of(const StreamSnapshot* stream) {
    const media::HealthReport health =
        stream != nullptr && stream->health ? *stream->health : media::HealthReport{};
    return {{"video", video_of(health)},
            {"audio", audio_of(health)},
            {"bitrate_bps", health.bitrate_bps},
            {"keyframe_interval_ms", health.keyframe_interval_ms}};
}

json::array health_of(const StreamSnapshot* stream) {
    json::array items;
    if (stream == nullptr || !stream->health) return items;
    for (const media::HealthItem& item : stream->health->items) {
        items.push_back({{"code", item.code}, {"message", item.message}, {"advice", item.advice}});
    }
    return items;
}

json::object describe(const show::Channel& channel, const StreamSnapshot* stream,
                      const media::Posters& posters, WallTime now, std::size_t viewers) {
    return {{"name", channel.name},
            {"title", channel.title},
            {"shop", channel.shop},
            {"state", state_of(stream, now)},
            {"playback_url", "/live/" + channel.name + "/index.m3u8"},
            {"poster_url", poster_of(posters, channel.name, stream)},
            {"viewers", viewers},
            {"stream", stream_of(stream)}};
}

}  // namespace shopcast::api
