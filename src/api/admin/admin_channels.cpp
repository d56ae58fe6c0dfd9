#include "api/admin/admin_channels.hpp"

#include <boost/json.hpp>

#include <memory>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using show::ChannelDirectory;

/// Lives as long as the router that refers to it.
class AdminChannels {
public:
    explicit AdminChannels(const AdminParts& parts)
        : channels_(parts.channels),
          changes_(parts.changes),
          shops_(parts.shops),
          publish_base_(parts.publish_base),
          page_base_(parts.page_base) {}

    http::Response list() const {
        json::array list;
        for (const auto& channel : channels_.list()) list.push_back(describe(*channel));
        return json_reply(json::object{{"channels", list}});
    }

    async::Task<http::Response> create(http::Request& request) const {
        auto in = Input::of(request);
        if (!in) co_return to_response(in.error());
        std::string name = in->text("name");
        std::string title = in->text("title");
        auto shop = choose_shop(in->text("shop"), shops_);
        if (!shop) co_return to_response(shop.error());
        const auto created = co_await changes_.create(
            request.loop(), std::move(name), std::move(title), *std::move(shop), audit::Actor());
        if (!created) co_return to_response(created.error());
        co_return with_key(*created, 201);
    }

    async::Task<http::Response> rotate_key(http::Request& request) const {
        std::string name(request.param("channel"));
        const auto rotated =
            co_await changes_.rotate_key(request.loop(), std::move(name), audit::Actor());
        if (!rotated) co_return to_response(rotated.error());
        co_return with_key(*rotated, 200);
    }

private:
    json::object describe(const show::Channel& channel) const {
        return {{"name", channel.name},
                {"title", channel.title},
                {"shop", channel.shop},
                {"created_at", to_rfc3339(channel.created_at)},
                {"playback_url", "/live/" + channel.name + "/index.m3u8"},
                {"watch_url", page_base_ + "/watch/" + channel.name}};
    }

    http::Response with_key(const ChannelDirectory::Created& created, int status) const {
        json::object out = describe(*created.channel);
        out["stream_key"] = created.stream_key;
        out["publish_url"] = publish_base_ + created.stream_key;
        http::Response response = json_reply(out, status);
        response.header("Cache-Control", "no-store");
        return response;
    }

    ChannelDirectory& channels_;
    live::ChannelChanges& changes_;
    const shop::ShopDirectory& shops_;
    std::string publish_base_;
    std::string page_base_;
};

}  // namespace

void add_admin_channel_routes(http::Router& router, const AdminParts& parts) {
    const auto admin = std::make_shared<const AdminChannels>(parts);
    router.get("/admin/v1/channels", [admin](http::Request&) { return admin->list(); });
    router.post("/admin/v1/channels",
                [admin](http::Request& request) { return admin->create(request); });
    router.post("/admin/v1/channels/:channel/rotate-key",
                [admin](http::Request& request) { return admin->rotate_key(request); });
}

}  // namespace shopcast::api
