#pragma once

#include <memory>
#include <string>

#include "http/router.hpp"
#include "media/keep/posters.hpp"

namespace shopcast::site {

/// /live/s/<stream>/poster-<n>.jpg: what a poster's address is, and what it answers. An address
/// never means anything else, so every cache may keep it for ever. Any thread. Immutable.
class PosterDelivery {
public:
    explicit PosterDelivery(std::shared_ptr<const media::Posters> posters);
    void add_routes(http::Router& router) const;

private:
    http::Response poster(const http::Request& request) const;

    std::shared_ptr<const media::Posters> posters_;
    std::shared_ptr<const http::HeaderBlock> block_;
};

std::string poster_url(const media::Poster& poster);

}  // namespace shopcast::site
