#pragma once

#include <string>

#include "api/admin/setup_link.hpp"
#include "http/router.hpp"
#include "live/channel_changes.hpp"
#include "people/people.hpp"

/// What the command line asks over the unix socket. Only the server's own user can open it, so
/// whoever does may do everything: it is how the first accounts come to be, and the way back in
/// when nobody can sign in any more.
namespace shopcast::api {

struct AdminParts {
    show::ChannelDirectory& channels;
    live::ChannelChanges& changes;
    people::People& people;
    SetupLink& setup_link;
    std::string publish_base;  ///< "rtmp://127.0.0.1:1935/live/"
    std::string page_base;     ///< "http://127.0.0.1:8080"
};

http::Router admin_router(const AdminParts& parts);

/// "shopcast channel ..."
void add_admin_channel_routes(http::Router& router, const AdminParts& parts);
/// "shopcast account ..." and "shopcast setup-link"
void add_admin_account_routes(http::Router& router, const AdminParts& parts);

}  // namespace shopcast::api
