#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/accounts/accounts_api.hpp"
#include "api/channels/channels_api.hpp"
#include "api/channels/streams_api.hpp"
#include "api/channels/studio_channels_api.hpp"
#include "api/operations/operations_api.hpp"
#include "api/operations/shops_api.hpp"
#include "api/shop_api.hpp"
#include "live/channel_changes.hpp"

namespace shopcast::api {

/// What /api/v1 is made of; everything outlives it.
struct ApiParts {
    std::vector<async::Loop*> loops;
    people::People& people;
    show::ChannelDirectory& channels;
    shop::ShopDirectory& shops;
    live::ChannelChanges& changes;
    live::OnAir& on_air;
    StreamSources streams;
    show::Audience& audience;
    store::Readers& readers;
    store::Writer& writer;
    Random& random;
    Refusals& refusals;
    Addresses addresses;
    OperationsSources operations;
    ShopParts shop;
    /// Any thread: there is an admin now.
    std::function<void()> on_setup_done;
};

/// All of /api/v1. Lives as long as the router that it adds its routes to.
class Api {
public:
    Api(ApiParts parts, http::Router& router);

    const std::vector<ApiRoute>& routes() const { return routes_.all(); }
    /// Keeps what is shown of the stock new, until the loop stops.
    async::Task<void> tend(async::Loop& loop) { return shop_.tend(loop); }

private:
    ApiRoutes routes_;
    ChannelsApi channels_;
    StudioChannelsApi studio_;
    StreamsApi streams_;
    OperationsApi operations_;
    AccountsApi staff_;
    ShopsApi shops_;
    SharedAnswers catalogue_;
    ShopApi shop_;
};

}  // namespace shopcast::api
