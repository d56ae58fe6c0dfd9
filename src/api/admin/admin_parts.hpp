#pragma once

#include <string>

#include "api/admin/setup_link.hpp"
#include "api/frame/call.hpp"
#include "live/channel_changes.hpp"
#include "people/people.hpp"
#include "shop/catalogue/shop_directory.hpp"

namespace shopcast::api {

/// What the command line's routes work with; everything outlives them.
struct AdminParts {
    show::ChannelDirectory& channels;
    live::ChannelChanges& changes;
    shop::ShopDirectory& shops;
    people::People& people;
    SetupLink& setup_link;
    std::string publish_base;  ///< "rtmp://127.0.0.1:1935/live/"
    std::string page_base;     ///< "http://127.0.0.1:8080"
};

/// As the guard does for /api/v1; here everybody may do everything.
async::Task<http::Response> answered(async::Task<Reply> work);

}  // namespace shopcast::api
