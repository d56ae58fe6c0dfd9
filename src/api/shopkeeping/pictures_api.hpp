#pragma once

#include "api/frame/routes.hpp"
#include "api/limits.hpp"
#include "api/shop/shop_sources.hpp"
#include "shop/catalogue/picture_cache.hpp"
#include "shop/catalogue/picture_shelf.hpp"

namespace shopcast::api {

/// Products' pictures: uploaded by a shop's people, shown to everybody for ever. Lives as long as
/// the routes.
class PicturesApi {
public:
    PicturesApi(ShopSources sources, shop::PictureShelf& shelf);
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> upload(Call& call);
    async::Task<Reply> show(Call& call);
    async::Task<Reply> read(Call& call, std::filesystem::path path, std::string name);
    http::Response reply(const std::string& name, const Bytes& picture) const;

    // Constant after construction.
    ShopSources sources_;
    shop::PictureShelf& shelf_;
    std::shared_ptr<const http::HeaderBlock> block_;

    shop::PictureCache cache_{limits::pictures_kept_bytes_max};
};

}  // namespace shopcast::api
