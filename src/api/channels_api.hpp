#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "http/router.hpp"
#include "media/live_hub.hpp"
#include "net/loop.hpp"
#include "show/channel_directory.hpp"
#include "show/viewers.hpp"

namespace shopcast::api {

/// /api/v1/channels: which channels there are, what is live, who watches. Each loop renders an
/// answer at most once a second and shares its bytes.
class ChannelsApi {
public:
    ChannelsApi(const std::vector<net::Loop*>& loops, const show::ChannelDirectory& channels,
                media::LiveHub& hub, const Clock& clock);
    ~ChannelsApi();
    void add_routes(http::Router& router);

private:
    struct Rendered;
    struct Cache;

    http::Response list(http::Request& request);
    http::Response one(http::Request& request);
    http::Response viewer_seen(http::Request& request);
    template <typename Render>
    http::Response cached(http::Request& request, std::string_view key, Render render);
    show::Viewers& viewers_of(const std::string& channel);

    // Constant after construction.
    const show::ChannelDirectory& channels_;
    media::LiveHub& hub_;
    const Clock& clock_;
    std::map<const net::Loop*, std::unique_ptr<Cache>> caches_;  // each used by its loop alone

    Mutex mutex_;
    std::map<std::string, std::unique_ptr<show::Viewers>> viewers_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::api
