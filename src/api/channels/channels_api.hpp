#pragma once

#include <boost/json/fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/frame/routes.hpp"
#include "async/loop.hpp"
#include "base/clock.hpp"
#include "media/keep/posters.hpp"
#include "media/live/live_hub.hpp"
#include "show/audience.hpp"
#include "show/channel_directory.hpp"

namespace shopcast::api {

/// /api/v1/channels: which channels there are, what is live, who watches. Each loop renders an
/// answer at most once a second and shares its bytes.
class ChannelsApi {
public:
    ChannelsApi(const std::vector<async::Loop*>& loops, const show::ChannelDirectory& channels,
                media::LiveHub& hub, show::Audience& audience, const media::Posters& posters,
                const Clock& clock);
    ~ChannelsApi();
    void add_routes(ApiRoutes& routes);

private:
    struct Rendered;
    struct Cache;

    http::Response list(http::Request& request);
    Reply one(http::Request& request);
    Reply viewer_seen(Call& call);
    boost::json::object describe(const show::Channel& channel, const async::Loop& loop) const;
    template <typename Render>
    http::Response cached(http::Request& request, std::string_view key, Render render);

    // Constant after construction.
    const show::ChannelDirectory& channels_;
    media::LiveHub& hub_;
    show::Audience& audience_;
    const media::Posters& posters_;
    const Clock& clock_;
    std::map<const async::Loop*, std::unique_ptr<Cache>> caches_;  // each used by its loop alone
};

}  // namespace shopcast::api
