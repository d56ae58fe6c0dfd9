#pragma once

#include "api/channels/addresses.hpp"
#include "api/channels/stream_json.hpp"
#include "api/frame/routes.hpp"
#include "live/channel_changes.hpp"

namespace shopcast::api {

/// Channels for those who manage them: create, rename, rotate the key, remove, and how each is
/// doing. Lives as long as the routes.
class StudioChannelsApi {
public:
    StudioChannelsApi(const show::ChannelDirectory& channels, live::ChannelChanges& changes,
                      StreamSources sources, Addresses addresses)
        : channels_(channels),
          changes_(changes),
          sources_(sources),
          addresses_(std::move(addresses)) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Outcome> create(Ask& ask);
    async::Task<Outcome> rename(Ask& ask);
    async::Task<Outcome> remove(Ask& ask);
    async::Task<Outcome> rotate_key(Ask& ask);
    Outcome list(Ask& ask) const;
    Outcome one(Ask& ask) const;

    boost::json::object studio_channel(const Ask& ask, const show::Channel& channel) const;
    boost::json::object key_of(const Ask& ask, const std::string& stream_key) const;

    // Constant after construction.
    const show::ChannelDirectory& channels_;
    live::ChannelChanges& changes_;
    StreamSources sources_;
    Addresses addresses_;
};

}  // namespace shopcast::api
