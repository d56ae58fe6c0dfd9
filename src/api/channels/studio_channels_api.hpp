#pragma once

#include "api/channels/stream_json.hpp"
#include "api/frame/addresses.hpp"
#include "api/frame/routes.hpp"
#include "live/channel_changes.hpp"
#include "shop/catalogue/shop_directory.hpp"

namespace shopcast::api {

/// Channels for those who manage them: create, rename, rotate the key, remove, and how each is
/// doing. Lives as long as the routes.
class StudioChannelsApi {
public:
    StudioChannelsApi(const show::ChannelDirectory& channels, const shop::ShopDirectory& shops,
                      live::ChannelChanges& changes, StreamSources sources, Addresses addresses)
        : channels_(channels),
          shops_(shops),
          changes_(changes),
          sources_(sources),
          addresses_(std::move(addresses)) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> create(Call& call);
    async::Task<Reply> rename(Call& call);
    async::Task<Reply> remove(Call& call);
    async::Task<Reply> rotate_key(Call& call);
    Reply list(Call& call) const;
    /// Those where the caller manages channels.
    std::vector<std::string> shops_of(const Call& call) const;
    Reply one(Call& call) const;

    boost::json::object studio_channel(const Call& call, const show::Channel& channel) const;
    boost::json::object key_of(const Call& call, const std::string& stream_key) const;

    // Constant after construction.
    const show::ChannelDirectory& channels_;
    const shop::ShopDirectory& shops_;
    live::ChannelChanges& changes_;
    StreamSources sources_;
    Addresses addresses_;
};

}  // namespace shopcast::api
