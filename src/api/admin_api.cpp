#include "api/admin_api.hpp"

#include <boost/json.hpp>

#include <memory>

#include "api/errors.hpp"
#include "api/json.hpp"
#include "base/log.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;

/// Lives as long as the router that refers to it.
class AdminApi {
public:
    AdminApi(show::ChannelDirectory& channels, OnAir& on_air, std::string publish_base,
             std::string page_base)
        : channels_(channels),
          on_air_(on_air),
          publish_base_(std::move(publish_base)),
          page_base_(std::move(page_base)) {}

    http::Response list() const {
        json::array list;
        for (const auto& channel : channels_.list()) list.push_back(describe(*channel));
        return http::Response::json(json::serialize(json::object{{"channels", list}}));
    }

    net::Task<http::Response> create(http::Request& request) const {
        const auto body = parse_object(request.body());
        if (!body) co_return to_response({Errc::Malformed, "the body is not a JSON object"});
        const std::string name(text_of(*body, "name"));
        std::string title(text_of(*body, "title"));
        if (title.empty()) title = name;
        const auto created = co_await channels_.create(request.loop(), name, title);
        if (!created) co_return to_response(created.error());
        log::info("channel.created", {{"channel", created->channel->name}});
        co_return with_key(*created, 201);
    }

    net::Task<http::Response> rotate_key(http::Request& request) const {
        const std::string name(request.param("channel"));
        const auto rotated = co_await channels_.rotate_key(request.loop(), name);
        if (!rotated) co_return to_response(rotated.error());
        log::info("channel.key_rotated", {{"channel", name}});
        // Keys are rotated because somebody else may have them: whoever publishes now must leave.
        on_air_.stop(name, "The stream key of this channel was changed. Use the new one.");
        co_return with_key(*rotated, 200);
    }

private:
    json::object describe(const show::Channel& channel) const {
        return {{"name", channel.name},
                {"title", channel.title},
                {"created_at", to_rfc3339(channel.created_at)},
                {"playback_url", "/live/" + channel.name + "/index.m3u8"},
                {"watch_url", page_base_ + "/watch/" + channel.name}};
    }

    http::Response with_key(const show::ChannelDirectory::Created& created, int status) const {
        json::object out = describe(*created.channel);
        out["stream_key"] = created.stream_key;
        out["publish_url"] = publish_base_ + created.stream_key;
        return http::Response::json(json::serialize(out), status)
            .header("Cache-Control", "no-store");
    }

    show::ChannelDirectory& channels_;
    OnAir& on_air_;
    std::string publish_base_;
    std::string page_base_;
};

}  // namespace

http::Router admin_router(show::ChannelDirectory& channels, OnAir& on_air, std::string publish_base,
                          std::string page_base) {
    const auto admin = std::make_shared<const AdminApi>(channels, on_air, std::move(publish_base),
                                                        std::move(page_base));
    http::Router router;
    router.get("/admin/v1/channels", [admin](http::Request&) { return admin->list(); });
    router.post("/admin/v1/channels",
                [admin](http::Request& request) { return admin->create(request); });
    router.post("/admin/v1/channels/:channel/rotate-key",
                [admin](http::Request& request) { return admin->rotate_key(request); });
    return router;
}

}  // namespace shopcast::api
