#include "site/live_delivery.hpp"

#include <utility>

#include "base/metrics.hpp"
#include "http/encoding.hpp"

namespace shopcast::site {
namespace {

using http::HeaderBlock;
using http::Response;
using media::StreamSnapshot;

constexpr std::string_view playlist_type = "application/vnd.apple.mpegurl";
constexpr std::string_view media_type = "video/mp4";
// A name holds stream, epoch, segment and part, and never means anything else: keep it for
// ever.
constexpr std::string_view cache_immutable = "public, max-age=31536000, immutable";
// Without directives a playlist is stale with the next part.
constexpr std::string_view cache_newest = "public, max-age=1";

metrics::Gauge& held_requests = metrics::gauge(
    "shopcast_live_held_requests", "Playlist and part requests held until they can be answered.");

/// Counts one held request for as long as it lives, also when a stopping loop destroys it.
struct HeldRequest {
    HeldRequest() { held_requests.add(1); }
    ~HeldRequest() { held_requests.add(-1); }
    HeldRequest(const HeldRequest&) = delete;
    HeldRequest& operator=(const HeldRequest&) = delete;
};

std::shared_ptr<const HeaderBlock> playlist_block(std::string_view cache, bool gzip) {
    if (!gzip) {
        return HeaderBlock::make({{"Content-Type", playlist_type},
                                  {"Cache-Control", cache},
                                  {"Vary", "Accept-Encoding"},
                                  {"Age", "0"}});
    }
    return HeaderBlock::make({{"Content-Type", playlist_type},
                              {"Content-Encoding", "gzip"},
                              {"Cache-Control", cache},
                              {"Vary", "Accept-Encoding"},
                              {"Age", "0"}});
}

/// What is not there for a while: cached for a moment, so that a cache in front shields this
/// server from a stampede.
Response not_there(std::string_view code, std::string_view detail, std::string_view help) {
    return Response::problem(404, code, detail, help).header("Cache-Control", "public, max-age=1");
}

/// What may be there in the next instant is never cached: names of parts to come can be
/// guessed, and who asks for them too early must not take them from everybody behind the same
/// cache.
Response not_yet(int status, std::string_view code, std::string_view detail,
                 std::string_view help) {
    return Response::problem(status, code, detail, help).header("Cache-Control", "no-store");
}

Response stream_not_found() {
    return not_there("stream_not_found", "There is no such stream, or it ended a while ago.",
                     "GET /api/v1/channels gives each channel's playback_url.");
}

Response channel_offline() {
    return not_there("channel_offline", "This channel does not exist or is not live right now.",
                     "The address stays the same: try again when the show begins.");
}

Response unavailable() {
    return Response::problem(503, "stream_stalled",
                             "The stream did not advance within three target durations.",
                             "Try again in a second.")
        .header("Retry-After", "1")
        .header("Cache-Control", "no-store");
}

/// Finds the stream that a request's path names.
auto stream_of(const http::Request& request) {
    return [&request](const media::LiveEdge& edge) {
        return edge.find(media::StreamId(std::string(request.param("stream"))));
    };
}

}  // namespace

struct LiveDelivery::Blocks {
    std::shared_ptr<const HeaderBlock> newest[2];    // [gzip]
    std::shared_ptr<const HeaderBlock> blocking[2];  // [gzip]
    std::shared_ptr<const HeaderBlock> media;
};

LiveDelivery::LiveDelivery(media::LiveHub& hub, Milliseconds target_duration) : hub_(hub) {
    // A blocked playlist's URL names its content (this part or later), so a cache in front may
    // answer everybody who asks for the same part, for six target durations
    // (draft-pantos-hls-rfc8216bis, B.1).
    const std::string cache_blocking =
        "public, max-age=" + std::to_string(6 * target_duration / std::chrono::seconds(1));
    auto blocks = std::make_shared<Blocks>();
    for (const bool gzip : {false, true}) {
        blocks->newest[gzip] = playlist_block(cache_newest, gzip);
        blocks->blocking[gzip] = playlist_block(cache_blocking, gzip);
    }
    blocks->media = HeaderBlock::make(
        {{"Content-Type", media_type}, {"Cache-Control", cache_immutable}, {"Age", "0"}});
    blocks_ = std::move(blocks);
}

void LiveDelivery::add_routes(http::Router& router) const {
    router.get("/live/:channel/index.m3u8",
               [this](http::Request& request) { return multivariant(request); },
               {.label = "multivariant", .cors = true});
    router.get("/live/s/:stream/:rendition/index.m3u8",
               [this](http::Request& request) { return playlist(request); },
               {.label = "playlist", .cors = true});
    router.get("/live/s/:stream/:rendition/:name",
               [this](http::Request& request) { return media(request); },
               {.label = "media", .cors = true});
}

template <typename Find, typename Decide, typename Answer>
async::Task<Response> LiveDelivery::decided(http::Request& request, Find find, Decide decide,
                                            Answer answer) const {
    const std::shared_ptr<const StreamSnapshot> snapshot = find(hub_.edge(request.loop()));
    if (!snapshot) return answer(media::NotFound{});
    const auto decision = decide(*snapshot, Milliseconds{0});
    if (!std::holds_alternative<media::Block>(decision)) return answer(decision);
    return held(request, std::move(find), std::move(decide), std::move(answer));
}

template <typename Find, typename Decide, typename Answer>
async::Task<Response> LiveDelivery::held(http::Request& request, Find find, Decide decide,
                                         Answer answer) const {
    media::LiveEdge& edge = hub_.edge(request.loop());
    const SteadyTime begun = request.loop().now();
    const HeldRequest counted;
    while (true) {
        const std::shared_ptr<const StreamSnapshot> snapshot = find(edge);
        if (!snapshot) co_return answer(media::NotFound{});
        const auto waited = std::chrono::duration_cast<Milliseconds>(request.loop().now() - begun);
        const auto decision = decide(*snapshot, waited);
        if (!std::holds_alternative<media::Block>(decision)) co_return answer(decision);
        const SteadyTime deadline = begun + media::block_time_max(*snapshot);
        const auto outcome = co_await edge.changed(snapshot->id, deadline);
        if (outcome == async::WaitList::Outcome::Stopped) co_return answer(media::Unavailable{});
    }
}

async::Task<Response> LiveDelivery::multivariant(http::Request& request) const {
    const auto find = [&request](const media::LiveEdge& edge) {
        return edge.find_channel(request.param("channel"));
    };
    const auto decide = [](const StreamSnapshot& snapshot, Milliseconds waited) {
        return media::decide_multivariant(snapshot, waited);
    };
    return decided(request, find, decide,
                   [this, &request](const media::PlaylistDecision& decision) {
                       if (std::holds_alternative<media::NotFound>(decision)) {
                           return channel_offline();
                       }
                       return answer(request, decision, false);
                   });
}

async::Task<Response> LiveDelivery::playlist(http::Request& request) const {
    const auto directives = media::parse_directives(request.raw_query());
    if (!directives) {
        return not_yet(400, "bad_directive", directives.error().message,
                       "See draft-pantos-hls-rfc8216bis, section 6.2.5.");
    }
    const auto decide = [&request, wanted = *directives](const StreamSnapshot& snapshot,
                                                         Milliseconds waited) {
        return media::decide_playlist(snapshot, request.param("rendition"), wanted, waited);
    };
    return decided(request, stream_of(request), decide,
                   [this, &request, blocking = directives->msn.has_value()](
                       const media::PlaylistDecision& decision) {
                       return answer(request, decision, blocking);
                   });
}

async::Task<Response> LiveDelivery::media(http::Request& request) const {
    const auto decide = [&request](const StreamSnapshot& snapshot, Milliseconds waited) {
        return media::decide_media(snapshot, request.param("rendition"), request.param("name"),
                                   waited);
    };
    return decided(request, stream_of(request), decide,
                   [this, &request](const media::MediaDecision& decision) {
                       return answer(decision, request.param("name"));
                   });
}

Response LiveDelivery::answer(const http::Request& request, const media::PlaylistDecision& decision,
                              bool blocking) const {
    if (const auto* serve = std::get_if<media::Serve>(&decision)) {
        const bool gzip = http::negotiate_encoding(request.header("accept-encoding"),
                                                   {.gzip = true}) == http::Encoding::Gzip;
        return Response::bytes(blocking ? blocks_->blocking[gzip] : blocks_->newest[gzip],
                               gzip ? serve->text.gzip() : serve->text.plain());
    }
    if (const auto* bad = std::get_if<media::BadRequest>(&decision)) {
        return not_yet(400, "bad_directive", bad->reason,
                       "See draft-pantos-hls-rfc8216bis, section 6.2.5.");
    }
    if (std::holds_alternative<media::NotFound>(decision)) return stream_not_found();
    return unavailable();
}

Response LiveDelivery::answer(const media::MediaDecision& decision, std::string_view name) const {
    if (const auto* serve = std::get_if<media::ServeSlice>(&decision)) {
        const media::Slice& slice = serve->slice;
        return Response::file(blocks_->media,
                              {slice.region, slice.fd(), slice.offset, slice.length})
            .accept_ranges();
    }
    if (const auto* serve = std::get_if<media::ServeBytes>(&decision)) {
        return Response::bytes(blocks_->media, serve->bytes).accept_ranges();
    }
    if (std::holds_alternative<media::NotFound>(decision)) {
        return not_yet(404, "media_not_found",
                       "\"" + std::string(name) + "\" is not, or no longer, part of this stream.",
                       "Read the playlist again.");
    }
    return unavailable();
}

}  // namespace shopcast::site
