#include "api/channels_api.hpp"

#include <boost/json.hpp>

#include <unordered_map>

#include "api/errors.hpp"
#include "api/json.hpp"
#include "api/playback_metrics.hpp"
#include "base/metrics.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using media::StreamSnapshot;
using namespace std::chrono_literals;

/// How long a channel says "ended" before it is "offline" again.
constexpr auto ended_for = 60s;

metrics::Gauge& viewers_gauge(const std::string& channel) {
    return metrics::gauge("shopcast_viewers", "Pages that reported playback within 30 s.",
                          {{"channel", channel}});
}

std::string_view state_of(const StreamSnapshot* stream, WallTime now) {
    if (stream == nullptr) return "offline";
    if (stream->ended_at) {
        return stream->ready && now - *stream->ended_at < ended_for ? "ended" : "offline";
    }
    if (stream->interrupted) return "reconnecting";
    return stream->ready ? "live" : "starting";
}

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
    const media::HealthReport health = stream->health ? *stream->health : media::HealthReport{};
    out["video"] = video_of(health);
    out["audio"] = audio_of(health);
    out["bitrate_bps"] = health.bitrate_bps;
    out["keyframe_interval_ms"] = health.keyframe_interval_ms;
    json::array items;
    for (const media::HealthItem& item : health.items) {
        items.push_back({{"code", item.code}, {"message", item.message}, {"advice", item.advice}});
    }
    out["health"] = std::move(items);
    return out;
}

json::object describe(const show::Channel& channel, const StreamSnapshot* stream, WallTime now,
                      std::size_t viewers) {
    return {{"name", channel.name},
            {"title", channel.title},
            {"state", state_of(stream, now)},
            {"playback_url", "/live/" + channel.name + "/index.m3u8"},
            {"viewers", viewers},
            {"stream", stream_of(stream)}};
}

}  // namespace

struct ChannelsApi::Rendered {
    SteadyTime at;
    Bytes body;
    std::shared_ptr<const http::HeaderBlock> block;
};

struct ChannelsApi::Cache {
    // Keys are names of existing channels and "" for the list, so it is bounded by channels_max.
    std::unordered_map<std::string, Rendered> entries;
};

ChannelsApi::ChannelsApi(const std::vector<net::Loop*>& loops,
                         const show::ChannelDirectory& channels, media::LiveHub& hub,
                         const Clock& clock)
    : channels_(channels), hub_(hub), clock_(clock) {
    for (const net::Loop* loop : loops) caches_.emplace(loop, std::make_unique<Cache>());
}

ChannelsApi::~ChannelsApi() = default;

void ChannelsApi::add_routes(http::Router& router) {
    router.get("/api/v1/channels", [this](http::Request& request) { return list(request); },
               {.label = "channels", .cors = true});
    router.get("/api/v1/channels/:channel", [this](http::Request& request) { return one(request); },
               {.label = "channel", .cors = true});
    router.post("/api/v1/channels/:channel/viewers",
                [this](http::Request& request) { return viewer_seen(request); },
                {.label = "viewers", .body_bytes_max = 1024});
}

template <typename Render>
http::Response ChannelsApi::cached(http::Request& request, std::string_view key, Render render) {
    Rendered& entry = caches_.at(&request.loop())->entries[std::string(key)];
    const SteadyTime now = request.loop().now();
    // A quarter of a second keeps states fresh and costs a few renderings for any crowd.
    if (!entry.block || now - entry.at > 250ms) {
        entry.body = Bytes(json::serialize(render()));
        entry.block = http::HeaderBlock::make(
            {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=1"}},
            http::strong_etag(entry.body));
        entry.at = now;
    }
    return http::Response::bytes(entry.block, entry.body);
}

http::Response ChannelsApi::list(http::Request& request) {
    return cached(request, "", [&] {
        const media::LiveEdge& edge = hub_.edge(request.loop());
        json::array list;
        for (const auto& channel : channels_.list()) {
            const auto stream = edge.find_channel(channel->name);
            const std::size_t viewers = viewers_of(channel->name).count(clock_.steady());
            list.push_back(describe(*channel, stream.get(), clock_.wall(), viewers));
        }
        return json::object{{"channels", std::move(list)}};
    });
}

http::Response ChannelsApi::one(http::Request& request) {
    const auto channel = channels_.find(request.param("channel"));
    if (!channel) return channel_not_found(request.param("channel"));
    return cached(request, channel->name, [&] {
        const auto stream = hub_.edge(request.loop()).find_channel(channel->name);
        const std::size_t viewers = viewers_of(channel->name).count(clock_.steady());
        return describe(*channel, stream.get(), clock_.wall(), viewers);
    });
}

http::Response ChannelsApi::viewer_seen(http::Request& request) {
    const auto channel = channels_.find(request.param("channel"));
    if (!channel) return channel_not_found(request.param("channel"));
    const auto body = parse_object(request.body());
    const std::string_view viewer = body ? text_of(*body, "viewer") : std::string_view();
    if (!show::Viewers::is_viewer_id(viewer)) {
        return to_response(
            {Errc::Malformed, "the body must be {\"viewer\": \"16 to 64 of A-Z a-z 0-9 _ -\"}"});
    }
    if (const auto* playback = body->if_contains("playback"); playback && playback->is_object()) {
        count_playback(playback->get_object());
    }
    show::Viewers& viewers = viewers_of(channel->name);
    viewers.seen(viewer, clock_.steady());
    const std::size_t count = viewers.count(clock_.steady());
    viewers_gauge(channel->name).set(static_cast<std::int64_t>(count));
    const auto stream = hub_.edge(request.loop()).find_channel(channel->name);
    return http::Response::json(
               json::serialize(json::object{{"viewers", count},
                                            {"state", state_of(stream.get(), clock_.wall())}}))
        .header("Cache-Control", "no-store");
}

show::Viewers& ChannelsApi::viewers_of(const std::string& channel) {
    const Lock lock(mutex_);
    std::unique_ptr<show::Viewers>& viewers = viewers_[channel];
    if (!viewers) viewers = std::make_unique<show::Viewers>();
    return *viewers;
}

}  // namespace shopcast::api
