#pragma once

#include <memory>

#include "http/router.hpp"
#include "http/static_assets.hpp"
#include "shop/selling.hpp"

namespace shopcast::site {

/// The storefront's pages and their assets, out of the program itself. Immutable.
class Pages {
public:
    explicit Pages(const shop::SellingSettings& selling);
    void add_routes(http::Router& router) const;

private:
    std::shared_ptr<const http::StaticAssets> assets_;
};

}  // namespace shopcast::site
