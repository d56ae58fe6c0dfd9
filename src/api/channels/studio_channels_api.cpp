#include "api/channels/studio_channels_api.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/channels/channel_json.hpp"
#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "base/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

/// What PATCH changes: the ETag's first half.
std::string version_of(const show::Channel& channel) {
    return channel.title + '\n' + to_rfc3339(channel.key_changed_at);
}

/// Of a channel that is new or whose key is: "taken" is for the name, not a conflict of versions.
Problem problem_of(const Error& error) {
    Problem why(error);
    if (error.code == Errc::Conflict) {
        why.code = "name_taken";
        why.field = "name";
        why.help = "Choose another name.";
    } else if (error.code == Errc::Config) {
        const bool title = error.message.find("title") != std::string::npos;
        why.code = title ? "invalid_title" : "invalid_name";
        why.field = title ? "title" : "name";
    } else if (error.code == Errc::TooLarge) {
        why.status = 409;
        why.code = "too_many_channels";
    }
    return why;
}

}  // namespace

json::object StudioChannelsApi::studio_channel(const Call& call,
                                               const show::Channel& channel) const {
    const auto snapshot = sources_.hub.edge(call.loop()).find_channel(channel.name);
    const std::size_t viewers = sources_.audience.count(channel.name);
    json::object out =
        describe(channel, snapshot.get(), sources_.posters, sources_.clock.wall(), viewers);
    out["watch_url"] = addresses_.pages(call.request) + "/watch/" + channel.name;
    out["created_at"] = to_rfc3339(channel.created_at);
    out["key_changed_at"] = to_rfc3339(channel.key_changed_at);
    out["server"] = {{"rtmp", text_or_null(addresses_.rtmp(call.request))},
                     {"rtmps", text_or_null(addresses_.rtmps(call.request))}};
    out["stream"] = nullptr;
    if (snapshot && !snapshot->ended_at) {
        const auto record = newest_of(sources_, record_of(*snapshot, channel));
        out["stream"] = summary_of(sources_, call.loop(), record);
    }
    out["last_problem"] = nullptr;
    if (const auto problem = sources_.history.last_problem(channel.name)) {
        out["last_problem"] = {{"at", to_rfc3339(problem->at)}, {"message", problem->message}};
    }
    return out;
}

json::object StudioChannelsApi::key_of(const Call& call, const std::string& stream_key) const {
    const auto with_key = [&](const std::string& server) -> json::value {
        if (server.empty()) return nullptr;
        return json::value(server + '/' + stream_key);
    };
    const json::value rtmp = with_key(addresses_.rtmp(call.request));
    const json::value rtmps = with_key(addresses_.rtmps(call.request));
    return {{"stream_key", stream_key},
            {"publish_url", rtmp.is_null() ? rtmps : rtmp},
            {"publish_urls", {{"rtmp", rtmp}, {"rtmps", rtmps}}}};
}

Task<Reply> StudioChannelsApi::create(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string name = in.required_text("name");
    std::string title = in.text("title");
    const std::string named = in.text("shop");
    CO_CHECK(in.check());
    CO_TRY(const std::string shop, choose_shop(named, shops_of(call)));
    audit::Actor actor = call.actor();
    const auto created = co_await changes_.create(call.loop(), std::move(name), std::move(title),
                                                  shop, std::move(actor));
    if (!created && created.error().code == Errc::NotFound) {
        co_return std::unexpected(not_found("shop", shop));
    }
    if (!created) co_return std::unexpected(problem_of(created.error()));
    json::object out = studio_channel(call, *created->channel);
    for (auto& [key, value] : key_of(call, created->stream_key)) out[key] = std::move(value);
    co_return created_reply(out, "/api/v1/channels/" + created->channel->name);
}

Task<Reply> StudioChannelsApi::rename(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string title = in.required_text("title");
    CO_CHECK(in.check());
    const auto channel = channels_.find(call.request.param("channel"));
    if (!channel) co_return std::unexpected(channel_not_found(call.request.param("channel")));
    CO_CHECK(check_if_match(call.request, nullptr, version_of(*channel)));
    audit::Actor actor = call.actor();
    const auto renamed =
        co_await changes_.set_title(call.loop(), channel->name, std::move(title), std::move(actor));
    if (!renamed) co_return std::unexpected(problem_of(renamed.error()));
    co_return object_reply(studio_channel(call, **renamed), version_of(**renamed));
}

Task<Reply> StudioChannelsApi::remove(Call& call) {
    audit::Actor actor = call.actor();
    const auto removed =
        co_await changes_.remove(call.loop(), call.param("channel"), std::move(actor));
    if (removed) co_return no_content();
    if (removed.error().code != Errc::NotFound) co_return std::unexpected(removed.error());
    co_return std::unexpected(channel_not_found(call.request.param("channel")));
}

Task<Reply> StudioChannelsApi::rotate_key(Call& call) {
    audit::Actor actor = call.actor();
    const auto rotated =
        co_await changes_.rotate_key(call.loop(), call.param("channel"), std::move(actor));
    if (!rotated) co_return std::unexpected(problem_of(rotated.error()));
    co_return json_reply(key_of(call, rotated->stream_key));
}

std::vector<std::string> StudioChannelsApi::shops_of(const Call& call) const {
    people::Reach reach = people::reach_of(call.caller, Action::ManageChannels);
    return reach.everywhere() ? ids_of(shops_) : std::move(reach.shops);
}

Reply StudioChannelsApi::list(Call& call) const {
    std::vector<std::string> shops = shops_of(call);
    if (const auto named = call.request.query("shop"); named && !named->empty()) {
        shops = {TRY(choose_shop(*named, shops))};
    }
    json::array out;
    for (const auto& channel : channels_.list()) {
        if (std::ranges::count(shops, channel->shop) == 0) continue;
        out.push_back(studio_channel(call, *channel));
    }
    return json_reply(json::object{{"channels", std::move(out)}});
}

Reply StudioChannelsApi::one(Call& call) const {
    const auto channel = channels_.find(call.request.param("channel"));
    if (!channel) return std::unexpected(channel_not_found(call.request.param("channel")));
    return object_reply(studio_channel(call, *channel), version_of(*channel));
}

void StudioChannelsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    constexpr RouteTraits makes_key{
        .body_bytes_max = 4 * limits::KiB, .creates = true, .shows_secret = true};
    const auto write = Needs::write(Action::ManageChannels, Where::Channel);
    routes.post(
        "/api/v1/channels", Needs::write(Action::ManageChannels),
        [this](Call& call) { return create(call); }, makes_key);
    routes.patch(
        "/api/v1/channels/:channel", write, [this](Call& call) { return rename(call); }, small);
    routes.del("/api/v1/channels/:channel", write, [this](Call& call) { return remove(call); });
    routes.post(
        "/api/v1/channels/:channel/key", write, [this](Call& call) { return rotate_key(call); },
        makes_key);
    routes.get("/api/v1/studio/channels", Needs::read(Action::ManageChannels),
               [this](Call& call) -> Reply { return list(call); });
    routes.get("/api/v1/studio/channels/:channel",
               Needs::read(Action::ManageChannels, Where::Channel),
               [this](Call& call) -> Reply { return one(call); });
}

}  // namespace shopcast::api
