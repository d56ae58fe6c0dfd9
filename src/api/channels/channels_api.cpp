#include "api/channels/channels_api.hpp"

#include <boost/json.hpp>

#include <unordered_map>

#include "api/channels/channel_json.hpp"
#include "api/channels/playback_metrics.hpp"
#include "api/frame/replies.hpp"
#include "base/json.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::api {

namespace json = boost::json;
using namespace std::chrono_literals;

struct ChannelsApi::Rendered {
    SteadyTime at;
    Bytes body;
    std::shared_ptr<const http::HeaderBlock> block;
};

struct ChannelsApi::Cache {
    // Keys are names of existing channels and "" for the list, so it is bounded by channels_max.
    std::unordered_map<std::string, Rendered> entries;
};

ChannelsApi::ChannelsApi(const std::vector<async::Loop*>& loops,
                         const show::ChannelDirectory& channels, media::LiveHub& hub,
                         show::Audience& audience, const media::Posters& posters,
                         const Clock& clock)
    : channels_(channels), hub_(hub), audience_(audience), posters_(posters), clock_(clock) {
    for (const async::Loop* loop : loops) caches_.emplace(loop, std::make_unique<Cache>());
}

ChannelsApi::~ChannelsApi() = default;

void ChannelsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits shared{.is_public = true};
    routes.get(
        "/api/v1/channels", Needs::nobody(),
        [this](Call& call) -> Reply { return list(call.request); }, shared);
    routes.get(
        "/api/v1/channels/:channel", Needs::nobody(),
        [this](Call& call) -> Reply { return one(call.request); }, shared);
    routes.post("/api/v1/channels/:channel/viewers", Needs::nobody(),
                [this](Call& call) -> Reply { return viewer_seen(call); },
                {.body_bytes_max = 1024, .is_report = true});
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
        json::array list;
        for (const auto& channel : channels_.list()) {
            list.push_back(describe(*channel, request.loop()));
        }
        return json::object{{"channels", std::move(list)}};
    });
}

Reply ChannelsApi::one(http::Request& request) {
    const auto channel = channels_.find(request.param("channel"));
    if (!channel) return std::unexpected(channel_not_found(request.param("channel")));
    return cached(request, channel->name, [&] { return describe(*channel, request.loop()); });
}

json::object ChannelsApi::describe(const show::Channel& channel, const async::Loop& loop) const {
    const auto stream = hub_.edge(loop).find_channel(channel.name);
    return api::describe(channel, stream.get(), posters_, clock_.wall(),
                         audience_.count(channel.name));
}

Reply ChannelsApi::viewer_seen(Call& call) {
    const http::Request& request = call.request;
    const auto channel = channels_.find(request.param("channel"));
    if (!channel) return std::unexpected(channel_not_found(request.param("channel")));
    const auto body = parse_object(as_text(request.body()));
    const std::string_view viewer = body ? text_at(*body, "viewer") : std::string_view();
    if (!show::Viewers::is_viewer_id(viewer)) {
        return problem(400, "malformed",
                       "the body must be {\"viewer\": \"16 to 64 of A-Z a-z 0-9 _ -\"}", {},
                       "viewer");
    }
    if (const auto* playback = body->if_contains("playback"); playback && playback->is_object()) {
        count_playback(playback->get_object());
    }
    const std::string from = wire::counted_as(call.address());
    const std::size_t count = audience_.seen(channel->name, viewer, from);
    const auto stream = hub_.edge(request.loop()).find_channel(channel->name);
    return json_reply(
        json::object{{"viewers", count}, {"state", state_of(stream.get(), clock_.wall())}});
}

}  // namespace shopcast::api
