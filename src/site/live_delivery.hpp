#pragma once

#include <memory>

#include "http/router.hpp"
#include "media/live/delivery.hpp"
#include "media/live/live_hub.hpp"

namespace shopcast::site {

/// Low-latency HLS over HTTP: playlists, parts, segments. What to answer is decided by
/// media/delivery.hpp; this says it in HTTP and holds the requests that must wait. Any thread, each
/// on its own loop's LiveEdge. Immutable.
class LiveDelivery {
public:
    /// `target_duration` as configured: it says how long caches may keep a blocked playlist.
    LiveDelivery(media::LiveHub& hub, Milliseconds target_duration);
    void add_routes(http::Router& router) const;

private:
    struct Blocks;

    async::Task<http::Response> multivariant(http::Request& request) const;
    async::Task<http::Response> playlist(http::Request& request) const;
    async::Task<http::Response> media(http::Request& request) const;

    http::Response answer(const http::Request& request, const media::PlaylistDecision& decision,
                          bool blocking) const;
    http::Response answer(const media::MediaDecision& decision, std::string_view name) const;

    /// What `answer` makes of the decision about the snapshot that `find` gives: at once, without a
    /// coroutine, or after `held`.
    template <typename Find, typename Decide, typename Answer>
    async::Task<http::Response> decided(http::Request& request, Find find, Decide decide,
                                        Answer answer) const;
    /// Asks `decide` again with each new snapshot until it no longer says Block.
    template <typename Find, typename Decide, typename Answer>
    async::Task<http::Response> held(http::Request& request, Find find, Decide decide,
                                     Answer answer) const;

    media::LiveHub& hub_;
    std::shared_ptr<const Blocks> blocks_;
};

}  // namespace shopcast::site
