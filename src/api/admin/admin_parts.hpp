#pragma once

#include <string>

#include "api/admin/setup_link.hpp"
#include "live/channel_changes.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// What the command line's routes work with; everything outlives them.
struct AdminParts {
    show::ChannelDirectory& channels;
    live::ChannelChanges& changes;
    people::People& people;
    SetupLink& setup_link;
    std::string publish_base;  ///< "rtmp://127.0.0.1:1935/live/"
    std::string page_base;     ///< "http://127.0.0.1:8080"
};

}  // namespace shopcast::api
