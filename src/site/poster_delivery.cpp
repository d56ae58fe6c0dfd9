#include "site/poster_delivery.hpp"

#include <optional>
#include <utility>

#include "base/text.hpp"

namespace shopcast::site {
namespace {

using http::Response;

constexpr std::string_view name_begins = "poster-";
constexpr std::string_view name_ends = ".jpg";

std::string name_of(std::uint64_t number) {
    return std::string(name_begins) + std::to_string(number) + std::string(name_ends);
}

/// Exactly what name_of() gives: one picture, one address.
std::optional<std::uint64_t> number_of(std::string_view name) {
    if (!name.starts_with(name_begins) || !name.ends_with(name_ends)) return std::nullopt;
    if (name.size() < name_begins.size() + name_ends.size()) return std::nullopt;
    const auto number = parse_int<std::uint64_t>(
        name.substr(name_begins.size(), name.size() - name_begins.size() - name_ends.size()));
    return number && name == name_of(*number) ? number : std::nullopt;
}

/// Never kept: the next poster's name can be guessed.
Response no_poster(std::string_view name) {
    return Response::problem(404, "poster_not_found",
                             "\"" + std::string(name) + "\" is not, or no longer, a poster here.",
                             "GET /api/v1/channels gives each channel's poster_url.")
        .header("Cache-Control", "no-store");
}

}  // namespace

std::string poster_url(const media::Poster& poster) {
    return "/live/s/" + poster.stream.value + "/" + name_of(poster.number);
}

PosterDelivery::PosterDelivery(std::shared_ptr<const media::Posters> posters)
    : posters_(std::move(posters)),
      block_(http::HeaderBlock::make({{"Content-Type", "image/jpeg"},
                                      {"Cache-Control", "public, max-age=31536000, immutable"},
                                      {"Age", "0"}})) {}

void PosterDelivery::add_routes(http::Router& router) const {
    router.get("/live/s/:stream/:poster",
               [this](http::Request& request) { return poster(request); },
               {.label = "poster", .cors = true});
}

Response PosterDelivery::poster(const http::Request& request) const {
    const std::string_view name = request.param("poster");
    const auto number = number_of(name);
    if (!number) return no_poster(name);
    const auto poster =
        posters_->find(media::StreamId(std::string(request.param("stream"))), *number);
    if (!poster) return no_poster(name);
    // The address says which bytes these are as well as a digest of them would.
    return Response::bytes(block_, poster->jpeg)
        .etag("\"" + poster->stream.value + "-" + std::to_string(poster->number) + "\"")
        .accept_ranges();
}

}  // namespace shopcast::site
